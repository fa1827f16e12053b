/* SPDX-License-Identifier: GPL-2.0 */
/*
 * event.h - random descriptions of events, good ones and changed ones.
 */
#ifndef KTAP_FUZZ_EVENT_H
#define KTAP_FUZZ_EVENT_H

#include <ktap/event.h>

#include "../random.h"

#define MAX_FIELDS	(KTAP_MAX_ARGS + KTAP_MAX_FREFS)
#define MAX_FETCHES	64

/* One event, and what it points to; ev.args and ev.fetch point into the same. */
struct made_event {
	struct ktap_event ev;
	struct ktap_field fields[MAX_FIELDS];
	struct ktap_fetch fetch[MAX_FETCHES];
};

/* Of a program with so many field references. */
void event_make(struct dice *d, struct made_event *m, unsigned int nrefs);

/* What the events are of: makes some of each kind happen. */
void event_happen(struct dice *d);

#endif
