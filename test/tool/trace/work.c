// SPDX-License-Identifier: GPL-2.0
/*
 * work.c - what the cases trace, and how they begin and end.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "work.h"

void call_getppid(long times)
{
	while (times--)
		syscall(SYS_getppid);
}

/* A child pinned to a processor that makes so many calls; -1: until killed. */
pid_t worker(int cpu, long times)
{
	pid_t pid = fork();
	cpu_set_t set;

	if (pid)
		return pid;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	call_getppid(times);
	_exit(0);
}

int cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

void interrupted(int sig)
{
	(void)sig;
}

double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

void see(const struct ktap_rec *rec, void *arg)
{
	const struct ktap_val *v = (const void *)(rec + 1);
	struct seen *s = arg;

	if (rec->time_ns < s->time)
		s->backwards = true;
	s->time = rec->time_ns;
	if (rec->kind == KTAP_REC_ERROR)
		s->errors++;
	if (rec->kind != KTAP_REC_PRINT) {
		s->others++;
		return;
	}
	s->prints++;
	if (v->tag == KTAP_T_INT)
		memcpy(&s->last, v + 1, 8);
}

/* Ends the session and gives what its trace_end function printed. */
long long end(int fd, struct rings *r)
{
	struct seen seen = { 0 };
	struct ktap_ioc_run run;

	ktap_call(fd, KTAP_IOC_STOP, NULL);
	rings_drain(r, NULL, NULL);
	ktap_run(fd, KTAP_RUN_END, &run);
	rings_drain(r, see, &seen);
	rings_unmap(r);
	close(fd);
	return seen.prints == 1 ? seen.last : -1;
}

int start(enum image_what what, struct ktap_event *ev, int n, const struct ktap_ioc_load *opts)
{
	size_t len;
	void *image = image_make(what, &len);
	int fd = ktap_trace(image, len, ev, n, opts);

	free(image);
	return fd;
}
