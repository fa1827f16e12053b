/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probes.h - which event a probe's number stands for. Records may tell of a
 * probe while the call that made it is still under way: who asks for a number
 * that is not known yet waits until that call is back.
 */
#ifndef RUN_PROBES_H
#define RUN_PROBES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "event/source.h"

/* An attached event. */
struct probe {
	struct ktap_event ev;	/* size 0: none */
	struct params *params;	/* NULL: it fetches none */
};

struct probes {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool attaching;		/* there may be probes that are not known yet */
	struct probe *at;	/* index is the probe's number */
	unsigned int n, cap;
};

void probes_init(struct probes *p);
void probes_exit(struct probes *p);

/* Around a call that attaches `n` events of a list; those without an error are then known. */
void probes_begin(struct probes *p);
void probes_end(struct probes *p, const struct event_list *list, unsigned int first,
		unsigned int n);

/* May wait for probes_end(). The parameters stay until probes_exit(). False: no such probe. */
bool probes_get(struct probes *p, uint32_t id, struct probe *probe);

#endif
