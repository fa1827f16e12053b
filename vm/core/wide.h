/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wide.h - unsigned numbers of 128 bits, without a compiler's help: the kernel's
 * 32-bit machines have none. Any context; division and root take 128 short steps.
 */
#ifndef KP_WIDE_H
#define KP_WIDE_H

#include "port.h"

struct kp_wide {
	u64 low, high;
};

static inline struct kp_wide kp_wide_add(struct kp_wide a, struct kp_wide b)
{
	struct kp_wide r = { a.low + b.low, a.high + b.high };

	r.high += r.low < b.low;
	return r;
}

static inline struct kp_wide kp_wide_sub(struct kp_wide a, struct kp_wide b)
{
	return (struct kp_wide){ a.low - b.low, a.high - b.high - (a.low < b.low) };
}

static inline bool kp_wide_less(struct kp_wide a, struct kp_wide b)
{
	return a.high != b.high ? a.high < b.high : a.low < b.low;
}

static inline struct kp_wide kp_wide_mul(u64 a, u64 b)
{
	u64 al = (u32)a, ah = a >> 32, bl = (u32)b, bh = b >> 32;
	u64 mid = ah * bl + (al * bl >> 32), mid2 = al * bh + (u32)mid;

	return (struct kp_wide){ mid2 << 32 | (u32)(al * bl), ah * bh + (mid >> 32) + (mid2 >> 32) };
}

static inline struct kp_wide kp_wide_shl(struct kp_wide a, u64 bit)
{
	return (struct kp_wide){ a.low << 1 | bit, a.high << 1 | a.low >> 63 };
}

static inline struct kp_wide kp_wide_div(struct kp_wide a, u64 b)
{
	struct kp_wide q = { 0, 0 }, rest = { 0, 0 }, by = { b, 0 };
	u32 i;

	for (i = 0; i < 128; i++) {
		rest = kp_wide_shl(rest, a.high >> 63);
		a = kp_wide_shl(a, 0);
		q = kp_wide_shl(q, !kp_wide_less(rest, by));
		if (q.low & 1)
			rest = kp_wide_sub(rest, by);
	}
	return q;
}

/* Rounded down. */
static inline u64 kp_wide_sqrt(struct kp_wide a)
{
	u64 root = 0, bit;

	for (bit = 1ull << 63; bit; bit >>= 1) {
		u64 next = root | bit;

		if (!kp_wide_less(a, kp_wide_mul(next, next)))
			root = next;
	}
	return root;
}

#endif
