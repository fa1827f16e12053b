/* SPDX-License-Identifier: GPL-2.0 */
/*
 * counters.h - one of the kernel's perf counters on each CPU that is at work.
 *
 * Context: process; all may sleep. A CPU that comes has its counter a moment later: making and
 * releasing one may wait until no CPU comes or goes, so it is done by a worker.
 */
#ifndef KP_COUNTERS_H
#define KP_COUNTERS_H

#include <linux/perf_event.h>

struct kp_counters;

struct kp_counters_user {
	perf_overflow_handler_t on_overflow;
	bool (*wants)(void *data, unsigned int cpu);		/* NULL: every CPU */
	void (*ends)(void *data, struct perf_event *event);	/* it counts no more; NULL: nothing */
	void (*lacks)(void *data);	/* a CPU has come, and the kernel refuses it a counter */
};

/* At module init and exit; 0 or a negative errno. */
int kp_counters_init(void);
void kp_counters_exit(void);

/*
 * Each counter's overflow_handler_context is `data`. From its return on all CPUs that are at
 * work have theirs; an ERR_PTR() if the kernel refuses one.
 */
struct kp_counters *kp_counters_begin(const struct perf_event_attr *attr, const struct kp_counters_user *user,
				      void *data);

/* None overflows after it returns, and none of the user's functions is called any more. */
void kp_counters_end(struct kp_counters *c);

#endif
