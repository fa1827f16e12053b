/* SPDX-License-Identifier: GPL-2.0 */
/*
 * spec.h - the text of an event, as scripts write it, taken apart:
 * "sched:sched_switch", "syscalls:sys_enter_*". Names and globs only; what
 * they match is the resolver's matter.
 */
#ifndef EVENT_SPEC_H
#define EVENT_SPEC_H

#include "util/buf.h"

struct event_spec {
	char *system;
	char *name;
};

/* 0; or -1 with a sentence in `why`, then there is nothing to free. */
int spec_parse(const char *text, struct event_spec *spec, struct buf *why);
void spec_free(struct event_spec *spec);

#endif
