/* SPDX-License-Identifier: GPL-2.0 */
/*
 * checkevent.h - answers the compiler's question whether an event that a script
 * names exists here and has the fields that are asked of it.
 */
#ifndef LIB_CHECKEVENT_H
#define LIB_CHECKEVENT_H

#include "event/resolve.h"
#include "lib/compile.h"

/*
 * A ktap_check_event_fn; `catalog` is a struct event_catalog. Where this machine
 * does not let one know, every event is taken to exist.
 */
int checker_check(void *catalog, const char *spec, const char *const *fields,
		  unsigned int nfields, struct ktap_event_problem *problem);

#endif
