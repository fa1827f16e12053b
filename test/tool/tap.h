/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tap.h - results in the Test Anything Protocol, one line a case.
 */
#ifndef KTAP_TEST_TAP_H
#define KTAP_TEST_TAP_H

#include <stdbool.h>

/* Prints the case's result and returns it. */
bool ok(bool passed, const char *name, ...) __attribute__((format(printf, 2, 3)));

/* The same for numbers, which are shown when they differ. */
bool is(long long got, long long want, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* Prints the plan; exit status: 0 if all passed. */
int tap_done(void);

#endif
