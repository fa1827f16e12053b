/* SPDX-License-Identifier: GPL-2.0 */
#ifndef KTAP_DUMP_TEXT_H
#define KTAP_DUMP_TEXT_H

#include <stdio.h>

/* A string in quotes, with escapes for what is not plain ASCII. */
void text_quoted(FILE *out, const char *s, size_t len);

#endif
