// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stdio.h>

#include "tap.h"

static int cases, failed;

static void result(bool passed, const char *name, va_list args)
{
	cases++;
	failed += !passed;
	printf("%sok %d - ", passed ? "" : "not ", cases);
	vprintf(name, args);
	putchar('\n');
	fflush(stdout);
}

bool ok(bool passed, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	result(passed, name, args);
	va_end(args);
	return passed;
}

bool is(long long got, long long want, const char *name, ...)
{
	va_list args;

	va_start(args, name);
	result(got == want, name, args);
	va_end(args);
	if (got != want)
		printf("# got %lld, expected %lld\n", got, want);
	return got == want;
}

int tap_done(void)
{
	printf("1..%d\n", cases);
	return failed != 0;
}
