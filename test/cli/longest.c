// SPDX-License-Identifier: GPL-2.0
/*
 * longest.c - how long one call of getppid() takes, in microseconds: what its handlers
 * take, since it is ahead of everything else. Of N calls the longest.
 *
 *   longest [N]
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ll + t.tv_nsec;
}

int main(int argc, char **argv)
{
	long long most = 0, begun, took;

	if (sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 50 }))
		return 1;
	for (long n = argc > 1 ? atol(argv[1]) : 1; n; n--) {
		begun = now();
		syscall(SYS_getppid);
		took = now() - begun;
		if (took > most)
			most = took;
	}
	printf("%lld\n", most / 1000);
	return 0;
}
