/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fetch.h - a fetch while it is being made: the operations that lead to a value
 * (ktap/fetch.h) and what the value is. making_fetch() makes a field of it.
 */
#ifndef EVENT_FETCH_H
#define EVENT_FETCH_H

#include <stdbool.h>
#include <ktap/event.h>

#define FETCH_OPS 64u

/* All zeros at first. */
struct fetch {
	struct ktap_fetch op[FETCH_OPS];
	unsigned int n;
	__u8 type;		/* enum ktap_field_type: an integer's, CHARS or BYTES */
	bool too_long;		/* more operations than there is room for */
};

/* `type` of LOAD, ULOAD and BITS, 0 else. */
void fetch_add(struct fetch *f, enum ktap_fetch_op op, __u8 type, __s64 imm);

/* v += bytes; nothing if that is 0, and one with an addition just before it. */
void fetch_offset(struct fetch *f, __s64 bytes);

/* v = the integer that v points to, and the value is of that type. */
void fetch_load(struct fetch *f, __u8 type, bool user);

/* v = bits of v, from `low` on. */
void fetch_bits(struct fetch *f, __u8 type, unsigned int low, unsigned int n);

#endif
