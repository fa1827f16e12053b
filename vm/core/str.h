/* SPDX-License-Identifier: GPL-2.0 */
/*
 * str.h - strings: bytes with a length, padded with NUL to a multiple of 8 so
 * that hashing and comparing go by words. Any context.
 */
#ifndef KP_STR_H
#define KP_STR_H

#include "value.h"

#define KP_STR_PAD(len)	(((size_t)(len) + 7) & ~(size_t)7)

static inline size_t kp_str_size(u32 len)
{
	return sizeof(struct kp_str) + KP_STR_PAD(len);
}

/* Makes an empty string of `len` bytes in `mem`; the padding is NUL already. */
struct kp_str *kp_str_init(void *mem, u32 type, u8 flags, u32 len);

#define KP_HASH_MIX	0x9e3779b97f4a7c15ull

static inline u32 kp_hash_finish(u64 h)
{
	u32 r = (u32)((h * KP_HASH_MIX) >> 32);

	return r ? r : 1;
}

/* Hash of an integer. */
static inline u32 kp_word_hash(u64 word, u32 seed)
{
	return kp_hash_finish(seed ^ word);
}

/* Hash of any bytes; equal bytes of equal length hash equally. Never 0. */
u32 kp_bytes_hash(const void *data, u32 len, u32 seed);

u32 kp_str_hash(struct kp_str *s, u32 seed);

static inline bool kp_str_equal(const struct kp_str *a, const struct kp_str *b)
{
	const u64 *x = (const u64 *)a->data, *y = (const u64 *)b->data;
	u32 i, n = KP_STR_PAD(a->len) / 8, ha, hb;

	if (a == b)
		return true;
	ha = READ_ONCE(a->hash);
	hb = READ_ONCE(b->hash);
	if (a->len != b->len || (ha && hb && ha != hb))
		return false;
	for (i = 0; i < n; i++)
		if (x[i] != y[i])
			return false;
	return true;
}

/* Bytewise order: negative, 0, positive. */
int kp_str_compare(const struct kp_str *a, const struct kp_str *b);

/* Writes n in decimal without a NUL; returns the length (at most 20). */
u32 kp_format_int(char out[20], s64 n);

#endif
