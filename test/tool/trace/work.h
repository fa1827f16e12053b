/* SPDX-License-Identifier: GPL-2.0 */
/*
 * work.h - what the cases trace, and how they begin and end.
 */
#ifndef KTAP_TEST_WORK_H
#define KTAP_TEST_WORK_H

#include <stdbool.h>
#include <sys/types.h>

#include <ktap/bytecode.h>

#include "image.h"
#include "session.h"

#define PROBE_SKIPPED(st) ((st).skipped_reentry + (st).skipped_filter + \
			   (st).skipped_record + (st).skipped_stopped)

/* Makes so many calls of the system that nobody else makes. */
void call_getppid(long times);

/* A child pinned to a processor that makes so many calls; -1: until killed. */
pid_t worker(int cpu, long times);

/* A signal's handler that does nothing: what waits is interrupted. */
void interrupted(int sig);

int cpus(void);

double now_ns(void);

/* A session of that image with these events. Its descriptor, or -errno. */
int start(enum image_what what, struct ktap_event *ev, int n, const struct ktap_ioc_load *opts);

/* Ends the session and gives what its trace_end function printed; -1 if that is not one record. */
long long end(int fd, struct rings *r);

/* What was read of the rings: see() takes it from each record. */
struct seen {
	unsigned long prints, others, errors;
	long long last;		/* number printed last */
	__u64 time;		/* of the last record, nanoseconds */
	bool backwards;		/* one was earlier than the one ahead of it */
};

void see(const struct ktap_rec *rec, void *seen);

#endif
