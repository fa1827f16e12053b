/* SPDX-License-Identifier: GPL-2.0 */
/*
 * deref.h - from an argument of a function or tracepoint, and what it points to,
 * to the operations that fetch it.
 *
 *   chain := [&] root step*     root := NAME | [N] | $retval
 *                               step := ->NAME | .NAME | [N]
 *
 * What a chain gives is its last type's: an integer of its size and sign (bool,
 * enums and pointers are integers too), a string where that is an array of char or
 * a pointer to const char, the bytes of any other array, structure or union.
 */
#ifndef EVENT_DEREF_H
#define EVENT_DEREF_H

#include "event/fetch.h"
#include "event/params.h"
#include "event/types.h"

/* Which roots there are: a function's arguments are gone when it returns. */
enum deref_roots {
	DEREF_ARGS	= 1 << 0,
	DEREF_RESULT	= 1 << 1,
};

struct deref {
	struct fetch fetch;
	enum param_style style;	/* how it is shown */
	/* when it failed: */
	bool no_root;		/* the root is no argument of this one */
	unsigned int part;	/* what is wrong: 0 the root, 1 the first step .. */
};

/* 0; or -1 and a sentence. */
int deref_chain(const struct prototype *p, unsigned int roots, const char *chain,
		struct deref *d, struct buf *why);

/* Argument number n as it is; of one that no value can show, its first word. */
void deref_param(const struct prototype *p, unsigned int n, struct deref *d);

/* Whether a field's name is more than a name. */
bool deref_is_chain(const char *field);

#endif
