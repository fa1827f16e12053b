/* SPDX-License-Identifier: GPL-2.0 */
/*
 * signedfmt.h - an event's format file with the signs of its fields. libtraceevent
 * reads what is narrower than a word without its sign: an `int` that holds -1 would be
 * 4294967295 in comparisons, and as a `short` it would be shown so.
 */
#ifndef EVENT_SIGNEDFMT_H
#define EVENT_SIGNEDFMT_H

#include <stddef.h>

#include "event/format.h"

/* Adds the file's text to `out`; where its last line names such a field, with its sign. */
void format_signed(const struct format *format, const char *file, size_t len, struct buf *out);

#endif
