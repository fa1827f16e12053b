/* SPDX-License-Identifier: GPL-2.0 */
/*
 * match.h - which events of the kernel's catalogue a specification names.
 */
#ifndef EVENT_MATCH_H
#define EVENT_MATCH_H

#include "event/spec.h"
#include "event/tracefs.h"

typedef void (*match_fn)(void *arg, const char *system, const char *name);

/* Calls `fn` for each, in order of their names. Returns how many. */
size_t match_events(const struct tracefs *t, const struct event_spec *spec,
		    match_fn fn, void *arg);

/* "SYSTEM:NAME" of the first system that has an event of that name, to be freed; or NULL. */
char *match_anywhere(const struct tracefs *t, const char *name);

/* Says that nothing matches, and what was perhaps meant. */
void match_explain(const struct tracefs *t, const struct event_spec *spec,
		   struct buf *why);

#endif
