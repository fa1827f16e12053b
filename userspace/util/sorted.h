/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sorted.h - places in lists (buf.h) that are in the order of addresses.
 */
#ifndef KTAP_UTIL_SORTED_H
#define KTAP_UTIL_SORTED_H

#include <stddef.h>
#include <stdint.h>

/* How many of the list's elements have, as `member`, the address or one below. */
#define sorted_up_to(list, member, address)					\
	sorted_count((list)->at, (list)->n, sizeof(*(list)->at),		\
		     offsetof(__typeof__(*(list)->at), member), address)

static inline unsigned int sorted_count(const void *at, unsigned int n, size_t size, size_t offset,
					uint64_t address)
{
	unsigned int low = 0, high = n;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const char *element = (const char *)at + middle * size;

		if (*(const uint64_t *)(element + offset) <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
