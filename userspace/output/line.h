/* SPDX-License-Identifier: GPL-2.0 */
/*
 * line.h - records → text in one pass: what handlers print most, numbers and strings as
 * they stand. Each record is checked while its text is made, and has none if anything is
 * wrong or of another kind: whoever calls takes it from there, one by one.
 */
#ifndef RUN_LINE_H
#define RUN_LINE_H

#include "output/format.h"
#include "output/stretch.h"

/* Adds the text of as many records as it can. */
void lines_put(struct known_formats *formats, struct stretch *s, struct buf *out);

#endif
