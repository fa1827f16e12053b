// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - ktap-trace CASE..: sessions at work.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

static const struct {
	const char *name;
	void (*fn)(void);
} cases[] = {
#define CASE(name) { #name, case_##name },
#include "cases.def.h"
#undef CASE
};

static void run_case(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!strcmp(cases[i].name, name)) {
			printf("# %s\n", name);
			cases[i].fn();
			return;
		}
	ok(false, "no case named %s", name);
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = interrupted };
	int i;

	sigaction(SIGALRM, &act, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < argc; i++)
		run_case(argv[i]);
	return tap_done();
}
