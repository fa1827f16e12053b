/* SPDX-License-Identifier: GPL-2.0 */
/*
 * literal.h - what numbers and strings mean. Input: the text of one token. A
 * mistake is reported at its place and gives a harmless value.
 */
#ifndef KTAP_SYNTAX_LITERAL_H
#define KTAP_SYNTAX_LITERAL_H

#include <stdint.h>

#include "util/buf.h"
#include "util/diag.h"

/* A number with base prefix, underscores and suffix. */
int64_t literal_int(struct ktap_diag *diag, src_pos pos, const char *text, size_t len);

/* The inside of a quoted string; the bytes are added to out. */
void literal_string(struct ktap_diag *diag, src_pos pos, const char *text, size_t len,
		    struct buf *out);

/* An argument of the command line that is written like an integer. */
_Bool literal_arg(const char *text, int64_t *num);

#endif
