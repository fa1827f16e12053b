/* SPDX-License-Identifier: GPL-2.0 */
/*
 * diag.h - what the compiler tells the user: a place, a sentence, the line with
 * a caret, a hint. Written at once to a stream; the count is what callers ask.
 */
#ifndef KTAP_UTIL_DIAG_H
#define KTAP_UTIL_DIAG_H

#include <stdbool.h>
#include <stdio.h>

#include "source.h"

#define KTAP_MAX_DIAGS	20	/* further errors are counted, not shown */

/* The caller fills `out` and `color`; everything else starts as zero. */
struct ktap_diag {
	FILE *out;			/* NULL: say nothing, only count */
	bool color;
	unsigned int errors;
	const struct source_set *sources;	/* set while compiling */
};

/* A diagnostic stream on stderr, coloured when that is a terminal. */
struct ktap_diag ktap_diag_stderr(void);

/* An error at a place (0: of no line). */
void diag_error(struct ktap_diag *diag, src_pos pos, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same and a hint on a line of its own; hint may be NULL. */
void diag_error_hint(struct ktap_diag *diag, src_pos pos, const char *hint,
		     const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
