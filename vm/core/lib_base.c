// SPDX-License-Identifier: GPL-2.0
/*
 * lib_base.c - what any program needs: errors, types, numbers, arguments.
 */
#include "budget.h"
#include "host.h"
#include "interp.h"
#include "library.h"
#include "str.h"

/* Nothing after it runs, and no pcall catches it. */
int kp_bi_EXIT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n && v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_EXIT, 1, v, KTAP_T_INT);
	kp_host_exit(ctx->vm, n ? (int)v[0].i : 0);
	return kp_no_result(kp_fail0(ctx, KTAP_E_R_INTR));
}

static int throw(struct kp_ctx *ctx, const struct kp_value *v, bool placed)
{
	kp_fail1(ctx, KTAP_E_R_USER, *v);
	ctx->err.placed = placed;
	return -1;
}

/* Text is told its place when it is caught, unless level 0 says not to. */
int kp_bi_ERROR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return throw(ctx, v, n > 1 && v[1].tag == KTAP_T_INT && !v[1].i);
}

int kp_bi_ASSERT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	static const char text[] = "assertion failed!";
	struct kp_value msg;

	if (kp_is_true(&v[0]))
		return (int)n;
	if (n > 1)
		return throw(ctx, &v[1], true);
	return kp_temp_string(ctx, text, sizeof(text) - 1, &msg) ? throw(ctx, &msg, true) : -1;
}

static int string_result(struct kp_ctx *ctx, struct kp_value *v, const char *s)
{
	return kp_temp_string(ctx, s, strlen(s), v) ? 1 : -1;
}

int kp_bi_TYPE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return string_result(ctx, v, kp_type_name(n ? v[0].tag : KTAP_T_NIL));
}

/* select("#", …) counts; select(n, …) gives the rest from the n-th, -1 being the last. */
int kp_bi_SELECT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 i;

	if (n && v[0].tag == KTAP_T_STR && v[0].str->len == 1 && v[0].str->data[0] == '#') {
		v[0] = kp_int(n - 1);
		return 1;
	}
	if (!n || v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_SELECT, 1, v, KTAP_T_INT);
	i = v[0].i < 0 ? v[0].i + n : v[0].i;
	if (i < 1)
		return kp_bad_value(ctx, KTAP_BI_SELECT, 1, v[0].i);
	if (i >= n)
		return 0;
	memmove(v, v + i, (n - (u32)i) * sizeof(*v));
	return (int)(n - (u32)i);
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'z' ? c - 'a' + 10 : 99;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Decimal, 0x, or the base given; blanks around. False if it is no number of 64 bits. */
static bool parse_int(const char *p, const char *end, u32 base, s64 *out)
{
	bool minus = false, any = false;
	u64 n = 0;

	while (p < end && is_space(*p))
		p++;
	while (p < end && is_space(end[-1]))
		end--;
	if (p < end && (*p == '-' || *p == '+'))
		minus = *p++ == '-';
	if (end - p > 2 && p[0] == '0' && (p[1] | 0x20) == 'x' && (!base || base == 16)) {
		base = 16;
		p += 2;
	}
	base = base ? base : 10;
	for (; p < end && digit_of(*p) < (int)base; p++, any = true)
		if (__builtin_mul_overflow(n, (u64)base, &n) ||
		    __builtin_add_overflow(n, (u64)digit_of(*p), &n))
			return false;
	*out = (s64)(minus ? 0 - n : n);
	return any && p == end;
}

int kp_bi_TONUMBER(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 base = 0;
	s64 i;

	if (n > 1 && v[1].tag != KTAP_T_NIL) {
		if (v[1].tag != KTAP_T_INT)
			return kp_bad_arg(ctx, KTAP_BI_TONUMBER, 2, v + 1, KTAP_T_INT);
		if (v[1].i < 2 || v[1].i > 36)
			return kp_bad_value(ctx, KTAP_BI_TONUMBER, 2, v[1].i);
		base = (u32)v[1].i;
	}
	if (n && v[0].tag == KTAP_T_INT && !base)
		return 1;
	if (n && v[0].tag == KTAP_T_STR &&
	    parse_int(v[0].str->data, v[0].str->data + v[0].str->len, base, &i))
		v[0] = kp_int(i);
	else
		v[0] = kp_nil();
	return 1;
}

/* The interpreter knows pcall; it comes here only where nothing was given to call. */
int kp_bi_PCALL(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return kp_bad_arg(ctx, KTAP_BI_PCALL, 1, v, KTAP_T_FUNC);
}
