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

static inline u64 kp_hash_mix(u64 h, u64 word)
{
	h = (h ^ word) * KP_HASH_MIX;
	return h ^ h >> 29;
}

/* Hash of any bytes; equal bytes of equal length hash equally. Never 0. */
u32 kp_bytes_hash(const void *data, u32 len, u32 seed);

/* The same of a string, by whole words, since the padding is NUL. */
static inline u32 kp_str_hash(struct kp_str *s, u32 seed)
{
	const u64 *w = (const u64 *)s->data, *end = (const u64 *)(s->data + KP_STR_PAD(s->len));
	u64 h = seed ^ (u64)s->len << 32;
	u32 known = READ_ONCE(s->hash);

	if (known)
		return known;
	while (w < end)
		h = kp_hash_mix(h, *w++);
	known = kp_hash_finish(h);
	WRITE_ONCE(s->hash, known);
	return known;
}

/* The same of a string of at most 16 bytes, as two words padded with NUL. */
static inline u32 kp_words_hash(u64 first, u64 second, u32 len, u32 seed)
{
	u64 h = seed ^ (u64)len << 32;

	if (len)
		h = kp_hash_mix(h, first);
	if (len > 8)
		h = kp_hash_mix(h, second);
	return kp_hash_finish(h);
}

static inline bool kp_str_equal(const struct kp_str *a, const struct kp_str *b)
{
	const u64 *x = (const u64 *)a->data, *y = (const u64 *)b->data;
	const u64 *end = (const u64 *)(a->data + KP_STR_PAD(a->len));

	if (a == b)
		return true;
	if (a->len != b->len)
		return false;
	while (x < end)
		if (*x++ != *y++)
			return false;
	return true;
}

/* --- keys of several parts: mostly numbers and strings, which need no function --- */

static inline u32 kp_part_hash(const struct kp_value *v, u32 seed)
{
	if (v->tag == KTAP_T_STR)
		return kp_str_hash(v->str, seed);
	if (v->tag == KTAP_T_INT)
		return kp_word_hash((u64)v->i, seed);
	return kp_value_hash(v, seed);
}

static inline u64 kp_tuple_hash_begin(u32 n, u32 seed)
{
	return seed ^ (u64)n << 32;
}

static inline u32 kp_tuple_hash(struct kp_tuple *t, u32 seed)
{
	const struct kp_value *v = t->v, *end = v + t->n;
	u64 h = kp_tuple_hash_begin(t->n, seed);
	u32 known = READ_ONCE(t->hash);

	if (known)
		return known;
	for (; v < end; v++)
		h = kp_hash_mix(h, kp_part_hash(v, seed));
	known = kp_hash_finish(h);
	WRITE_ONCE(t->hash, known);
	return known;
}

static inline bool kp_part_equal(const struct kp_value *a, const struct kp_value *b)
{
	if (a->tag != b->tag)
		return false;
	if (a->i == b->i)
		return true;
	return a->tag == KTAP_T_STR ? kp_str_equal(a->str, b->str) : kp_value_equal(a, b);
}

static inline bool kp_tuple_equal(const struct kp_tuple *a, const struct kp_tuple *b)
{
	const struct kp_value *v = a->v, *w = b->v, *end = v + a->n;

	if (a == b)
		return true;
	if (a->n != b->n)
		return false;
	for (; v < end; v++, w++)
		if (!kp_part_equal(v, w))
			return false;
	return true;
}

/* Bytewise order: negative, 0, positive. */
int kp_str_compare(const struct kp_str *a, const struct kp_str *b);

/* Writes n in decimal without a NUL; returns the length (at most 20). */
u32 kp_format_int(char out[20], s64 n);

#endif
