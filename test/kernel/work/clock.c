// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c - calls that bring along what CLOCK_MONOTONIC was just before, as the process "clock".
 *
 *   clock N [PPM]    N times lseek(-1, nanoseconds, 7), which fails; with the kernel's clock made
 *                    faster and slower by so many parts of a million in turn, every 100 calls
 *   clock set        the wall clock goes an hour ahead, and back
 */
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static void seek(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	syscall(SYS_lseek, -1, t.tv_sec * 1000000000l + t.tv_nsec, 7);
}

/* The kernel takes at most 500. */
static int steer(long ppm)
{
	struct timex tx = { .modes = ADJ_FREQUENCY, .freq = ppm * 65536 };

	return adjtimex(&tx) < 0;
}

static int calls(long n, long ppm)
{
	int failed = 0;

	for (long i = 0; i < n; i++) {
		if (ppm && i % 100 == 0)
			failed |= steer(i / 100 % 2 ? ppm : -ppm);
		seek();
	}
	return failed | (ppm && steer(0));
}

static int jump(long seconds)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += seconds;
	return clock_settime(CLOCK_REALTIME, &t) < 0;
}

int main(int argc, char **argv)
{
	prctl(PR_SET_NAME, "clock");
	if (argc > 1 && !strcmp(argv[1], "set"))
		return jump(3600) | jump(-3600);
	return argc > 1 ? calls(atol(argv[1]), argc > 2 ? atol(argv[2]) : 0) : 2;
}
