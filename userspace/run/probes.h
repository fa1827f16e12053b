/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probes.h - which event a probe's number stands for. Records may tell of a
 * probe while the call that made it is still under way: the lock is held across
 * that call, so whoever asks waits for the answer.
 */
#ifndef RUN_PROBES_H
#define RUN_PROBES_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <ktap/event.h>

struct probes {
	pthread_mutex_t lock;
	struct ktap_event *at;	/* index is the probe's number; size 0: none */
	unsigned int n, cap;
};

void probes_init(struct probes *p);
void probes_exit(struct probes *p);

/* Under the lock. The event's `probe` is its number. */
void probes_add(struct probes *p, const struct ktap_event *ev);

/* Takes the lock. False: no such probe. */
bool probes_get(struct probes *p, uint32_t id, struct ktap_event *ev);

#endif
