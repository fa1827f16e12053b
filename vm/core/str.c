// SPDX-License-Identifier: GPL-2.0
/*
 * str.c - strings, and hash and equality of every value that can be a key.
 */
#include "str.h"

const char *kp_type_name(u32 tag)
{
	static const char *const names[] = {
#define _(name, text, imm) text,
		KTAP_TYPES(_)
#undef _
	};

	return tag < ARRAY_SIZE(names) ? names[tag] : "?";
}

struct kp_str *kp_str_init(void *mem, u32 type, u8 flags, u32 len)
{
	struct kp_str *s = mem;

	memset(&s->o, 0, sizeof(s->o));
	atomic_set(&s->o.refs, 1);
	s->o.type = type;
	s->o.flags = flags;
	s->len = len;
	s->hash = 0;
	if (len)
		*(u64 *)(s->data + KP_STR_PAD(len) - 8) = 0;
	return s;
}

u32 kp_bytes_hash(const void *data, u32 len, u32 seed)
{
	const u8 *p = data;
	u64 h = seed ^ (u64)len << 32, word;

	for (; len >= 8; p += 8, len -= 8) {
		memcpy(&word, p, 8);
		h = kp_hash_mix(h, word);
	}
	if (len) {
		word = 0;
		memcpy(&word, p, len);
		h = kp_hash_mix(h, word);
	}
	return kp_hash_finish(h);
}

int kp_str_compare(const struct kp_str *a, const struct kp_str *b)
{
	u32 n = a->len < b->len ? a->len : b->len;
	int c = memcmp(a->data, b->data, n);

	return c ? c : (int)(a->len > b->len) - (int)(a->len < b->len);
}

u32 kp_format_int(char out[20], s64 n)
{
	u64 u = n < 0 ? -(u64)n : (u64)n;
	char tmp[20];
	u32 i = 0, len = 0;

	do {
		u64 q = KP_UDIV10(u);

		tmp[i++] = '0' + (char)(u - q * 10);
		u = q;
	} while (u);
	if (n < 0)
		out[len++] = '-';
	while (i)
		out[len++] = tmp[--i];
	return len;
}

u32 kp_value_hash(const struct kp_value *v, u32 seed)
{
	switch (v->tag) {
	case KTAP_T_STR:
	case KTAP_T_EVTEXT:
	case KTAP_T_STACK:
	case KTAP_T_UADDR:
		return kp_str_hash(v->str, seed);
	case KTAP_T_TUPLE:
		return kp_tuple_hash(v->tuple, seed);
	case KTAP_T_NIL:
	case KTAP_T_FALSE:
	case KTAP_T_TRUE:
	case KTAP_T_EVENT:
		return kp_word_hash(v->tag, seed);
	default:
		return kp_word_hash((u64)v->i, seed);
	}
}

/* Tuples do not nest, so this recurses once at most. */
bool kp_value_equal(const struct kp_value *a, const struct kp_value *b)
{
	if (a->tag != b->tag)
		return false;
	switch (a->tag) {
	case KTAP_T_NIL:
	case KTAP_T_FALSE:
	case KTAP_T_TRUE:
	case KTAP_T_EVENT:
		return true;
	case KTAP_T_STR:
	case KTAP_T_EVTEXT:
	case KTAP_T_STACK:
	case KTAP_T_UADDR:
		if (!a->str || !b->str)
			return a->str == b->str;
		return kp_str_equal(a->str, b->str);
	case KTAP_T_TUPLE:
		return kp_tuple_equal(a->tuple, b->tuple);
	default:
		return a->i == b->i;
	}
}
