/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chain.c - known stacks: main calls a calls b calls c calls write(2).
 *
 *   chain TIMES [DEPTH]    so often, with DEPTH calls of `deeper` between b and c
 */
#include <stdlib.h>
#include <unistd.h>

#define PLAIN __attribute__((noinline, noclone))

static volatile int after;	/* work behind each call: none of them is a jump */

PLAIN void c(int times)
{
	while (times--)
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
	a(argc > 1 ? atoi(argv[1]) : 1, argc > 2 ? atoi(argv[2]) : 0);
	return 0;
}
