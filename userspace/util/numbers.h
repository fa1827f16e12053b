/* SPDX-License-Identifier: GPL-2.0 */
/*
 * numbers.h - a list of numbers as people write it: "3", "0,2,5-7".
 */
#ifndef KTAP_UTIL_NUMBERS_H
#define KTAP_UTIL_NUMBERS_H

#include <stdint.h>
#include "util/buf.h"

/* In the order given; zeros at first, its memory the caller's to free. */
struct numbers {
	uint32_t *at;
	unsigned int n, cap;
};

/*
 * Adds those of the text, each at least `least` and at most `most`. 0; or -1, and
 * in `why` which part is no number, after "WHAT: ".
 */
int numbers_parse(const char *what, const char *text, uint32_t least, uint32_t most,
		  struct numbers *out, struct buf *why);

#endif
