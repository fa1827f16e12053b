/* SPDX-License-Identifier: GPL-2.0 */
/*
 * checkevent.h - answers the compiler's question whether an event that a script
 * names exists here and has the fields that are asked of it.
 */
#ifndef LIB_CHECKEVENT_H
#define LIB_CHECKEVENT_H

#include "event/resolve.h"
#include "lib/compile.h"

struct checker {
	struct event_catalog *catalog;
	bool wait;	/* an event that is not there may come with a module */
	bool elsewhere;	/* programs and libraries are another machine's */
};

/*
 * A ktap_check_event_fn; `checker` is a struct checker. Where this machine does not let
 * one know, every event is taken to exist.
 */
int checker_check(void *checker, const char *spec, const char *const *fields,
		  unsigned int nfields, struct ktap_event_problem *problem);

#endif
