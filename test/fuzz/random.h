/* SPDX-License-Identifier: GPL-2.0 */
/*
 * random.h - numbers by a seed, one sequence for each thread.
 */
#ifndef KTAP_FUZZ_RANDOM_H
#define KTAP_FUZZ_RANDOM_H

#include <stdint.h>

struct dice { uint64_t state; };

static inline void dice_seed(struct dice *d, uint64_t seed)
{
	d->state = (seed + 1) * 0x9e3779b97f4a7c15ull;
}

static inline uint64_t any(struct dice *d)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return d->state * 0x2545f4914f6cdd1dull;
}

/* 0 .. n-1; 0 if n is. */
static inline uint32_t pick(struct dice *d, uint32_t n)
{
	return n ? (uint32_t)(any(d) >> 33) % n : 0;
}

/* True once in n. */
static inline int once_in(struct dice *d, uint32_t n)
{
	return !pick(d, n);
}

/* A number that is likely to be at some limit. */
static inline uint64_t odd_number(struct dice *d)
{
	static const uint64_t limits[] = { 0, 1, 7, 8, 4095, 4096, 65535, 65536, 0x7fffffff, 0x80000000,
					   0xffffffff, 1ull << 32, 1ull << 63, ~0ull };

	return once_in(d, 4) ? any(d) : limits[pick(d, sizeof(limits) / sizeof(limits[0]))];
}

#endif
