// SPDX-License-Identifier: GPL-2.0
/*
 * costs.c - what a call costs, traced and not.
 */
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

/* The median of some runs, a call. */
static double per_call(void)
{
	enum { RUNS = 5, CALLS = 20000 };
	double t[RUNS], start, x;
	int i, j;

	for (i = 0; i < RUNS; i++) {
		start = now_ns();
		call_getppid(CALLS);
		x = (now_ns() - start) / CALLS;
		for (j = i; j && t[j - 1] > x; j--)
			t[j] = t[j - 1];
		t[j] = x;
	}
	return t[RUNS / 2];
}

static double cost_of(int nr, enum image_what what, int n, const struct ktap_ioc_load *opts)
{
	struct ktap_event ev[2];
	int fd, i;
	double t;

	for (i = 0; i < n; i++)
		event_syscall(&ev[i], i ? KTAP_EV_SYS_EXIT : KTAP_EV_SYS_ENTER, nr, 0);
	fd = start(what, ev, n, opts);
	if (fd < 0)
		return -1;
	t = per_call();
	close(fd);
	return t;
}

/* What a call costs with and without; with a clock that counts instructions, exact. */
void case_costs(void)
{
	const __u32 init = 1;
	struct ktap_ioc_load other = { .npids = 1, .pids = (uintptr_t)&init };
	double none = per_call();

	printf("# ns a call: untraced %.1f\n", none);
	printf("# another call traced +%.1f\n", cost_of(SYS_getpgid, IMAGE_COUNT, 1, NULL) - none);
	printf("# another process traced +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 1, &other) - none);
	printf("# counted on entry +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 1, NULL) - none);
	printf("# on entry and return +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 2, NULL) - none);
	ok(true, "costs");
}
