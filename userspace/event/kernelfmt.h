/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernelfmt.h - a tracepoint's record as the kernel's own print format shows it. A
 * capability: kernelfmt.c has it, by libtraceevent; what is linked without that library
 * has small/kernelfmt.c, which shows the fields by name.
 */
#ifndef EVENT_KERNELFMT_H
#define EVENT_KERNELFMT_H

#include <stddef.h>
#include "util/buf.h"

struct event_catalog;
struct format;
struct kernelfmt;

/* Zeros behind a record: a reader past its end finds them. */
#define KERNELFMT_SPARE	256

/*
 * Adds one line. `data` is the caller's to change, is as long as the format says at
 * least, its located fields lie inside, and KERNELFMT_SPARE zeros follow.
 */
void kernelfmt_text(struct event_catalog *c, const struct format *format, void *data, size_t len,
		    struct buf *out);

/* What c->formats.kernel has; NULL is nothing. */
void kernelfmt_free(struct kernelfmt *k);

#endif
