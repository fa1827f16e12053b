/* SPDX-License-Identifier: GPL-2.0 */
/*
 * checkevent.h - answers the compiler's question whether an event that a script
 * names exists here and has the fields that are asked of it.
 */
#ifndef LIB_CHECKEVENT_H
#define LIB_CHECKEVENT_H

#include <stdbool.h>
#include "event/resolve.h"
#include "lib/compile.h"

/* All zeros: the catalogue is opened at the first question. */
struct event_checker {
	struct event_source source;
	bool tried, open;
};

/* A ktap_check_event_fn. Without a catalogue every event is taken to exist. */
int checker_check(void *checker, const char *spec, const char *const *fields,
		  unsigned int nfields, struct ktap_event_problem *problem);
void checker_close(struct event_checker *c);

#endif
