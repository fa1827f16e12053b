/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bare.c - known stacks of code without frame pointers:
 *
 *   main → bare_sort → inner_sort (libbare.so) → qsort .. (the C library) → by_size
 *        → first → second → third → write(2)
 *
 *   bare TIMES [aligned|signal|spin]
 *
 * so often. aligned: `second` aligns its stack. signal: `third` sends a signal to
 * itself, whose handler calls write(2). spin: `third` computes for a while instead.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bare.h"

static volatile int after;	/* work behind each call: none of them is a jump */
static const char *how = "";
static int left;

static void on_signal(int nr)
{
	(void)nr;
	write(1, "", 0);
	after++;
}

PLAIN void spin(void)
{
	for (volatile long n = 0; n < 100000000; n++)
		;
	after++;
}

PLAIN void third(int n)
{
	char here[200];		/* a frame that grows and shrinks */

	memset(here, n, sizeof(here));
	if (!strcmp(how, "signal"))
		kill(getpid(), SIGUSR1);
	else if (!strcmp(how, "spin"))
		spin();
	else
		write(1, here, 0);
	after += here[n & 127];
}

/* Of two sizes one is not known beforehand, so it keeps in a word where its frame ends. */
PLAIN void aligned(int n)
{
	char any[n + 100] __attribute__((aligned(64)));
	char here[256] __attribute__((aligned(64)));

	memset(any, n, sizeof(any));
	memset(here, n, sizeof(here));
	third(n);
	after += here[n & 127] + any[n];
}

PLAIN void second(int n)
{
	if (!strcmp(how, "aligned"))
		aligned(n);
	else
		third(n);
	after++;
}

PLAIN void first(int n)
{
	second(n + 1);
	after++;
}

static int by_size(const void *a, const void *b)
{
	int by = *(const int *)a - *(const int *)b;

	if (left-- > 0)
		first(by);
	return by + after * 0;
}

int main(int argc, char **argv)
{
	int times = argc > 1 ? atoi(argv[1]) : 1;

	if (argc > 2)
		how = argv[2];
	signal(SIGUSR1, on_signal);
	while (times--) {
		int pair[2] = { 2, 1 };

		left = 1;
		bare_sort(pair, 2, by_size);
		after++;
	}
	return 0;
}
