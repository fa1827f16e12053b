/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rusty.c - main calls a function of Rust that calls another that calls write(2) three
 * times; their names are as Rust writes them, in its older and in its present way.
 */
#include <unistd.h>

#define PLAIN __attribute__((noinline, noclone))

static volatile int after;

void last(int times) __asm__("_ZN5links5chain4last17h0123456789abcdefE");
void first(int times) __asm__("_RNvC5links5first");

PLAIN void last(int times)
{
	while (times--)
		if (write(1, "", 0) < 0)
			after++;
	after++;
}

PLAIN void first(int times)
{
	last(times);
	after++;
}

int main(void)
{
	first(3);
	return after == 0;
}
