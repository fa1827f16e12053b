/* SPDX-License-Identifier: GPL-2.0 */
/*
 * typed.h - an event's arguments, and what they point to, where a prototype tells
 * their names and types.
 */
#ifndef EVENT_TYPED_H
#define EVENT_TYPED_H

#include "event/deref.h"
#include "event/making.h"

/* All parameters become positional arguments. */
void typed_params(struct making *m, const struct prototype *p);

/* What a parameter's name, or a chain (deref.h), gives; none if there is no such thing. */
struct ktap_field typed_field(struct making *m, const struct prototype *p, unsigned int roots,
			      const char *chain);

/* Says what is wrong with a chain; returns which part of it. */
unsigned int typed_explain(const struct prototype *p, unsigned int roots, const char *chain,
			   struct buf *why);

#endif
