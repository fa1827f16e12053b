/* SPDX-License-Identifier: GPL-2.0 */
/*
 * agg.h - aggregates: their kinds, and the buckets of their distributions. The core
 * counts samples in buckets and sends those that are not empty; the printer labels
 * them. Both ask here which values a bucket holds. Buckets are numbered in the order
 * of their values.
 *
 *   PLAIN     count, sum, least, largest, squares: no distribution
 *   LOG2      by sign and highest bit: .. [-4,-3] [-1,-1] [0,0] [1,1] [2,3] [4,7] ..
 *   LINEAR    below lo, then steps from lo up to hi, then hi and above
 *   LOGLIN    the 64 steps of each power of two: a bucket is less than 1.6 % wide
 *   DISTINCT  how many different values: no buckets
 */
#ifndef KTAP_AGG_H
#define KTAP_AGG_H

#include "abi_types.h"

enum ktap_agg_kind {
	KTAP_AGG_PLAIN, KTAP_AGG_LOG2, KTAP_AGG_LINEAR, KTAP_AGG_LOGLIN, KTAP_AGG_DISTINCT,
	KTAP_AGG__MAX
};

#define KTAP_AGG_MAX_STEPS	900u	/* of a linear distribution */

struct ktap_agg_shape {
	__u32 kind;		/* enum ktap_agg_kind */
	__u32 steps;		/* of LINEAR, 0 else */
	__s64 lo, step;		/* of LINEAR, 0 else */
};

/*
 * An aggregate in a record: this, then `nbuckets` of struct ktap_agg_bucket, none
 * of them empty, in order. Those of LOGLIN are sent by powers of two, as LOG2's.
 */
struct ktap_agg_rec {
	struct ktap_agg_shape shape;
	__u32 nbuckets;
	__u32 reserved;
	__u64 count;		/* of DISTINCT: the estimate */
	__s64 sum, min, max;	/* min > max: no sample */
	__s64 stddev;
};

struct ktap_agg_bucket {
	__u32 index;
	__u32 reserved;
	__u64 count;
};

/* Units in which print_hist() shows bounds. _(NAME, name) */
#define KTAP_UNITS(_) \
	_(NONE, "") _(NS, "ns") _(US, "us") _(MS, "ms") _(S, "s") _(BYTES, "bytes")

enum ktap_unit {
#define _(NAME, name) KTAP_UNIT_##NAME,
	KTAP_UNITS(_)
#undef _
	KTAP_UNIT__MAX
};

#define KTAP_AGG_LOG2_ZERO	64u
#define KTAP_AGG_LL_ZERO	(128u + 56u * 64u)

static inline __u64 ktap_agg_magnitude(__s64 v)
{
	return v < 0 ? 0 - (__u64)v : (__u64)v;
}

/* Place of a magnitude among the buckets of its sign; 0 is that of zero alone. */
static inline __u32 ktap_agg_log2_place(__u64 m)
{
	return m ? 64u - (__u32)__builtin_clzll(m) : 0;
}

static inline __u32 ktap_agg_ll_place(__u64 m)
{
	__u32 e;

	if (m < 128)
		return (__u32)m;
	e = 63u - (__u32)__builtin_clzll(m);
	return 128u + (e - 7) * 64 + (__u32)((m >> (e - 6)) & 63);
}

/* The magnitudes of a place. */
static inline void ktap_agg_log2_range(__u32 place, __u64 *first, __u64 *last)
{
	*first = place ? 1ull << (place - 1) : 0;
	*last = place ? *first + (*first - 1) : 0;
}

static inline void ktap_agg_ll_range(__u32 place, __u64 *first, __u64 *last)
{
	__u32 e = (place - 128) / 64 + 7;

	*first = *last = place;
	if (place < 128)
		return;
	*first = (64ull + (place - 128) % 64) << (e - 6);
	*last = *first + ((1ull << (e - 6)) - 1);
}

static inline __u32 ktap_agg_buckets(const struct ktap_agg_shape *s)
{
	switch (s->kind) {
	case KTAP_AGG_LOG2:	return 2 * KTAP_AGG_LOG2_ZERO;
	case KTAP_AGG_LINEAR:	return s->steps + 2;
	case KTAP_AGG_LOGLIN:	return 2 * KTAP_AGG_LL_ZERO;
	default:		return 0;
	}
}

/* First and last value of a bucket; the outermost of LINEAR reach to the end. */
static inline void ktap_agg_range(const struct ktap_agg_shape *s, __u32 index,
				  __s64 *first, __s64 *last)
{
	__u32 zero = s->kind == KTAP_AGG_LOG2 ? KTAP_AGG_LOG2_ZERO : KTAP_AGG_LL_ZERO;
	__u32 place = index < zero ? zero - index : index - zero;
	__u64 a, b;

	if (s->kind == KTAP_AGG_LINEAR) {
		*first = index ? (__s64)((__u64)s->lo + (index - 1) * (__u64)s->step) :
				 (__s64)(1ull << 63);
		*last = index <= s->steps ?
			(__s64)((__u64)s->lo + index * (__u64)s->step - 1) : (__s64)(~0ull >> 1);
		return;
	}
	if (s->kind == KTAP_AGG_LOG2)
		ktap_agg_log2_range(place, &a, &b);
	else
		ktap_agg_ll_range(place, &a, &b);
	*first = (__s64)(index < zero ? 0 - b : a);
	*last = (__s64)(index < zero ? 0 - a : b);
	if (index < zero && *first > *last)	/* -2^63 stands alone in its bucket */
		*first = *last;
}

_Static_assert(sizeof(struct ktap_agg_shape) == 24, "struct ktap_agg_shape");
_Static_assert(sizeof(struct ktap_agg_rec) == 72, "struct ktap_agg_rec");
_Static_assert(sizeof(struct ktap_agg_bucket) == 16, "struct ktap_agg_bucket");

#endif
