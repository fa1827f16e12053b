/* SPDX-License-Identifier: GPL-2.0 */
/*
 * text.h - a buffer (buf.h) as text.
 */
#ifndef KTAP_UTIL_TEXT_H
#define KTAP_UTIL_TEXT_H

#include "buf.h"

void text_str(struct buf *buf, const char *s);
void text_fill(struct buf *buf, char c, size_t count);

/* The text as a C string, until something is added. */
const char *text_cstr(struct buf *buf);

/* A copy to be freed; never NULL. */
char *text_dup(const char *s);

/* What stands between words. */
#define TEXT_BLANKS	" \t\r\n"

/* The same without the blanks around it. */
char *text_trimmed(const char *s);

#endif
