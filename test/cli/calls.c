// SPDX-License-Identifier: GPL-2.0
/*
 * calls.c - a workload of known size: calls getppid() N times on each of T
 * processors.
 *
 *   calls N [T]
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
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
	long n = argc > 1 ? atol(argv[1]) : 1;
	int t = argc > 2 ? atoi(argv[2]) : 1;

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
