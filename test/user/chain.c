/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chain.c - known stacks: main calls a calls b calls c calls write(2).
 *
 *   chain TIMES [DEPTH [signal]]
 *
 * so often, with DEPTH calls of `deeper` between b and c; with `signal` c sends a
 * signal to itself, whose handler calls write(2).
 */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define PLAIN __attribute__((noinline, noclone))

static volatile int after;	/* work behind each call: none of them is a jump */
static int by_signal;

static void on_signal(int nr)
{
	(void)nr;
	write(1, "", 0);
	after++;
}

PLAIN void c(int times)
{
	while (times--)
		if (by_signal)
			kill(getpid(), SIGUSR1);
		else
			write(1, "", 0);
	after++;
}

PLAIN void deeper(int times, int depth)
{
	if (depth)
		deeper(times, depth - 1);
	else
		c(times);
	after++;
}

PLAIN void b(int times, int depth)
{
	if (depth)
		deeper(times, depth - 1);
	else
		c(times);
	after++;
}

PLAIN void a(int times, int depth)
{
	b(times, depth);
	after++;
}

int main(int argc, char **argv)
{
	by_signal = argc > 3;
	signal(SIGUSR1, on_signal);
	a(argc > 1 ? atoi(argv[1]) : 1, argc > 2 ? atoi(argv[2]) : 0);
	return 0;
}
