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
#include <ktap/event.h>

struct probes {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool attaching;		/* there may be probes that are not known yet */
	struct ktap_event *at;	/* index is the probe's number; size 0: none */
	unsigned int n, cap;
};

void probes_init(struct probes *p);
void probes_exit(struct probes *p);

/* Around a call that attaches `n` events; those without an error are then known. */
void probes_begin(struct probes *p);
void probes_end(struct probes *p, const struct ktap_event *ev, unsigned int n);

/* May wait for probes_end(). False: no such probe. */
bool probes_get(struct probes *p, uint32_t id, struct ktap_event *ev);

#endif
