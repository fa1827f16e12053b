// SPDX-License-Identifier: GPL-2.0
/*
 * syscalls.c - a workload: N times getppid(), then the nanoseconds each took, on
 * one line. Under an instruction-counting clock these are instructions.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

int main(int argc, char **argv)
{
	long i, n = argc > 1 ? atol(argv[1]) : 100000;
	double start = now_ns();

	for (i = 0; i < n; i++)
		syscall(SYS_getppid);
	printf("%.1f\n", (now_ns() - start) / n);
	return 0;
}
