/* SPDX-License-Identifier: GPL-2.0 */
/*
 * near.h - the name that was probably meant. A search is offered candidates one
 * by one and remembers the nearest that is near enough to be worth suggesting.
 */
#ifndef KTAP_UTIL_NEAR_H
#define KTAP_UTIL_NEAR_H

#include <stddef.h>

struct near_search {
	const char *wanted;
	const char *best;	/* NULL: none is near */
	unsigned int distance;	/* of best; before: one more than is near enough */
};

struct near_search near_begin(const char *wanted);
void near_offer(struct near_search *search, const char *candidate);

/* Edits (insert, delete, replace, swap neighbours) between two names. */
unsigned int near_distance(const char *a, const char *b);

#endif
