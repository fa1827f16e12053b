// SPDX-License-Identifier: GPL-2.0
/*
 * lib_string.c - strings: pieces, bytes, cases, texts of values. Positions count
 * from 1, from the end if negative, as in Lua.
 */
#include "build.h"
#include "library.h"
#include "str.h"

static const struct kp_value none = { .tag = KTAP_T_NIL };	/* an argument left out */

bool kp_want_str(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n, u32 arg)
{
	const struct kp_value *a = arg <= n ? &v[arg - 1] : &none;

	return a->tag == KTAP_T_STR || !kp_bad_arg(ctx, id, arg, a, KTAP_T_STR);
}

bool kp_want_int(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n, u32 arg, s64 *out)
{
	if (arg > n || v[arg - 1].tag == KTAP_T_NIL)
		return true;
	if (v[arg - 1].tag != KTAP_T_INT)
		return !kp_bad_arg(ctx, id, arg, &v[arg - 1], KTAP_T_INT);
	*out = v[arg - 1].i;
	return true;
}

int kp_bad_value(struct kp_ctx *ctx, u32 id, u32 n, s64 value)
{
	kp_fail3(ctx, KTAP_E_R_ARGVALUE, kp_int(n), kp_builtin_arg(id), kp_int(value));
	return -1;
}

s64 kp_str_first(s64 i, u32 len)
{
	if (i > 0)
		return i;
	return i == 0 || i < -(s64)len ? 1 : i + len + 1;
}

static s64 str_last(s64 j, u32 len)
{
	if (j > (s64)len)
		return len;
	if (j >= 0)
		return j;
	return j < -(s64)len ? 0 : j + len + 1;
}

/* A piece of the string v[0], into v[0]. */
static int piece(struct kp_ctx *ctx, struct kp_value *v, u32 from, u32 len)
{
	struct kp_str *s;

	if (len == v[0].str->len)
		return 1;
	if (!kp_temp_reserve(ctx, kp_str_size(len)))
		return -1;
	s = kp_temp_str(ctx, KTAP_T_STR, len);
	memcpy(s->data, v[0].str->data + from, len);
	v[0] = kp_objval(s);
	return 1;
}

int kp_bi_SUB(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 i = 1, j = -1;

	if (!kp_want_str(ctx, KTAP_BI_SUB, v, n, 1) || !kp_want_int(ctx, KTAP_BI_SUB, v, n, 2, &i) ||
	    !kp_want_int(ctx, KTAP_BI_SUB, v, n, 3, &j))
		return -1;
	i = kp_str_first(i, v[0].str->len);
	j = str_last(j, v[0].str->len);
	return i > j ? piece(ctx, v, 0, 0) : piece(ctx, v, (u32)i - 1, (u32)(j - i + 1));
}

int kp_bi_BYTE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	const struct kp_str *s;
	s64 i = 1, j, at;

	if (!kp_want_str(ctx, KTAP_BI_BYTE, v, n, 1) || !kp_want_int(ctx, KTAP_BI_BYTE, v, n, 2, &i))
		return -1;
	j = i;
	if (!kp_want_int(ctx, KTAP_BI_BYTE, v, n, 3, &j))
		return -1;
	s = v[0].str;
	i = kp_str_first(i, s->len);
	j = str_last(j, s->len);
	if (i > j)
		return 0;
	if (!kp_stack_room(ctx, v + (j - i + 1)))
		return -1;
	for (at = i; at <= j; at++)
		v[at - i] = kp_int((u8)s->data[at - 1]);
	return (int)(j - i + 1);
}

int kp_bi_CHAR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_str *s;
	u32 i;

	for (i = 0; i < n; i++) {
		if (v[i].tag != KTAP_T_INT)
			return kp_bad_arg(ctx, KTAP_BI_CHAR, i + 1, &v[i], KTAP_T_INT);
		if (v[i].i < 0 || v[i].i > 255)
			return kp_bad_value(ctx, KTAP_BI_CHAR, i + 1, v[i].i);
	}
	if (n > ctx->vm->opts.max_string)
		return kp_too_long(ctx, n);
	if (!kp_temp_reserve(ctx, kp_str_size(n)))
		return -1;
	s = kp_temp_str(ctx, KTAP_T_STR, n);
	for (i = 0; i < n; i++)
		s->data[i] = (char)v[i].i;
	v[0] = kp_objval(s);
	return 1;
}

int kp_too_long(struct kp_ctx *ctx, s64 bytes)
{
	kp_fail2(ctx, KTAP_E_R_STRLEN, kp_int(bytes), kp_int(ctx->vm->opts.max_string));
	return -1;
}

static void repeat(char *p, const struct kp_str *s, const struct kp_str *sep, s64 times)
{
	while (times--) {
		memcpy(p, s->data, s->len);
		p += s->len;
		if (!sep || !times)
			continue;
		memcpy(p, sep->data, sep->len);
		p += sep->len;
	}
}

/* Bytes of `times` pieces; no more than can be counted. */
static void repeated_len(s64 times, u32 len, u32 sep, s64 *total)
{
	s64 between;

	if (__builtin_mul_overflow(times, (s64)len, total) ||
	    __builtin_mul_overflow(times - 1, (s64)sep, &between) ||
	    __builtin_add_overflow(*total, between, total))
		*total = (s64)(~0ull >> 1);
}

int kp_bi_REP(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	bool sep = n > 2 && v[2].tag != KTAP_T_NIL;
	struct kp_str *s;
	s64 times = 0, total = 0;

	if (!kp_want_str(ctx, KTAP_BI_REP, v, n, 1) || (sep && !kp_want_str(ctx, KTAP_BI_REP, v, n, 3)))
		return -1;
	if (n < 2 || v[1].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_REP, 2, n < 2 ? &none : &v[1], KTAP_T_INT);
	if (v[1].i > 0)
		repeated_len(v[1].i, v[0].str->len, sep ? v[2].str->len : 0, &total);
	if (total > ctx->vm->opts.max_string)
		return kp_too_long(ctx, total);
	times = total ? v[1].i : 0;
	if (!kp_temp_reserve(ctx, kp_str_size((u32)total)))
		return -1;
	s = kp_temp_str(ctx, KTAP_T_STR, (u32)total);
	repeat(s->data, v[0].str, sep ? v[2].str : NULL, times);
	v[0] = kp_objval(s);
	return 1;
}

/* Every byte from `first` to `first` + 25 in the other case. */
static int change_case(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n, u8 first)
{
	struct kp_str *s;
	u32 i;

	if (!kp_want_str(ctx, id, v, n, 1) || !kp_temp_reserve(ctx, kp_str_size(v[0].str->len)))
		return -1;
	s = kp_temp_str(ctx, KTAP_T_STR, v[0].str->len);
	for (i = 0; i < s->len; i++) {
		u8 c = (u8)v[0].str->data[i];

		s->data[i] = (char)((u8)(c - first) < 26 ? c ^ 0x20 : c);
	}
	v[0] = kp_objval(s);
	return 1;
}

int kp_bi_UPPER(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return change_case(ctx, KTAP_BI_UPPER, v, n, 'a');
}

int kp_bi_LOWER(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return change_case(ctx, KTAP_BI_LOWER, v, n, 'A');
}

int kp_bi_HEX(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	static const char digit[] = "0123456789abcdef";
	struct kp_str *s;
	u32 i, len;

	if (!kp_want_str(ctx, KTAP_BI_HEX, v, n, 1))
		return -1;
	len = v[0].str->len;
	if (2 * (u64)len > ctx->vm->opts.max_string)
		return kp_too_long(ctx, 2 * (s64)len);
	if (!kp_temp_reserve(ctx, kp_str_size(2 * len)))
		return -1;
	s = kp_temp_str(ctx, KTAP_T_STR, 2 * len);
	for (i = 0; i < len; i++) {
		s->data[2 * i] = digit[(u8)v[0].str->data[i] >> 4];
		s->data[2 * i + 1] = digit[v[0].str->data[i] & 15];
	}
	v[0] = kp_objval(s);
	return 1;
}

/* The event's text stays what it is: the reader makes text of it when it is printed. */
static int as_string(struct kp_ctx *ctx, u32 id, struct kp_value *v)
{
	struct kp_build b;

	if (v[0].tag == KTAP_T_EVENT)
		v[0] = (struct kp_value){ .tag = KTAP_T_EVTEXT };
	if (v[0].tag == KTAP_T_STR || v[0].tag == KTAP_T_EVTEXT)
		return 1;
	if (!kp_build_begin(ctx, &b))
		return -1;
	if (!kp_build_value(&b, &v[0]))
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_STR);
	return kp_build_end(&b, v) ? 1 : -1;
}

int kp_bi_STRINGOF(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return as_string(ctx, KTAP_BI_STRINGOF, v);
}

int kp_bi_TOSTRING(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return as_string(ctx, KTAP_BI_TOSTRING, v);
}
