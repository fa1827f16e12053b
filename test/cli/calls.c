// SPDX-License-Identifier: GPL-2.0
/*
 * calls.c - a workload of known size: calls getppid() N times on each of T
 * processors.
 *
 *   calls [-f] N [T]
 *
 * -f: ahead of everything else on a processor, so that nothing else runs there meanwhile.
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void call(int cpu, long n)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	while (n--)
		syscall(SYS_getppid);
}

int main(int argc, char **argv)
{
	bool first = argc > 1 && !strcmp(argv[1], "-f");
	long n;
	int t;

	if (first && sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 50 }))
		return 1;
	argc -= first;
	argv += first;
	n = argc > 1 ? atol(argv[1]) : 1;
	t = argc > 2 ? atoi(argv[2]) : 1;

	for (int cpu = 1; cpu < t; cpu++)
		if (!fork()) {
			call(cpu, n);
			_exit(0);
		}
	call(0, n);
	while (wait(NULL) > 0)
		;
	return 0;
}
