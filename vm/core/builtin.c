// SPDX-License-Identifier: GPL-2.0
/*
 * builtin.c - the functions of builtins.def.h, one after the other, and the table
 * that calls them.
 */
#include <ktap/record.h>

#include "budget.h"
#include "builtin.h"
#include "ctx.h"
#include "emit.h"
#include "error.h"
#include "event.h"
#include "host.h"
#include "interp.h"
#include "obj.h"
#include "str.h"
#include "tab.h"

#define CLEAR_BATCH	64u	/* entries removed for one step */

static int no_result(bool ok)
{
	return ok ? 0 : -1;
}

/* "argument n of 'name' is <type>, expected <what>"; texts are static strings. */
static int bad_arg(struct kp_ctx *ctx, u32 id, u32 n, const struct kp_value *v, u32 want)
{
	struct kp_value wanted = { .tag = want };

	kp_fail3(ctx, KTAP_E_R_ARGTYPE, kp_int(n), kp_builtin_arg(id), kp_type_arg(v));
	ctx->err.arg[3] = kp_type_arg(&wanted);
	ctx->err.nargs = 4;
	return -1;
}

static int bi_print(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return no_result(kp_emit_values(ctx, KTAP_REC_PRINT, v, n));
}

static int bi_printf(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_STR)
		return bad_arg(ctx, KTAP_BI_PRINTF, 1, v, KTAP_T_STR);
	return no_result(kp_emit_values(ctx, KTAP_REC_PRINTF, v, n));
}

static int bi_count(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_value was;
	enum kp_update u;

	if (n < 2 || v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_COUNT, 1, v, KTAP_T_TABLE);
	if (!kp_materialise(ctx, &v[1]))
		return -1;
	if (v[1].tag == KTAP_T_NIL)
		return no_result(kp_fail1(ctx, KTAP_E_R_KEY, kp_type_arg(&v[1])));
	u = kp_tab_arith(v[0].tab, &v[1], KTAP_ARITH_ADD, 1, &was);
	if (u == KP_BADTYPE)
		return no_result(kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(&was)));
	return 0;
}

static int bi_print_hist(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_PRINT_HIST, 1, v, KTAP_T_TABLE);
	if (n > 1 && v[1].tag != KTAP_T_INT)
		return bad_arg(ctx, KTAP_BI_PRINT_HIST, 2, v + 1, KTAP_T_INT);
	return no_result(kp_emit_hist(ctx, v[0].tab, n > 1 ? v[1].i : 0));
}

static int bi_len(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n && v[0].tag == KTAP_T_TABLE)
		v[0] = kp_int(kp_tab_len(v[0].tab));
	else if (n && v[0].tag == KTAP_T_STR)
		v[0] = kp_int(v[0].str->len);
	else
		return bad_arg(ctx, KTAP_BI_LEN, 1, v, KTAP_T_TABLE);
	return 1;
}

/* In batches, so that emptying a large table is spent for. */
static int bi_clear(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_CLEAR, 1, v, KTAP_T_TABLE);
	while (kp_tab_clear(v[0].tab, CLEAR_BATCH) == CLEAR_BATCH)
		if (!kp_spend(ctx))
			return -1;
	return 0;
}

static int bi_delete(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n < 2)
		return bi_clear(ctx, v, n);
	if (v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_DELETE, 1, v, KTAP_T_TABLE);
	if (!kp_materialise(ctx, &v[1]))
		return -1;
	if (v[1].tag != KTAP_T_NIL)
		kp_tab_delete(v[0].tab, &v[1]);
	return 0;
}

static int bi_pairs(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_PAIRS, 1, v, KTAP_T_TABLE);
	return 1;
}

/* Nothing after it runs, and no pcall catches it. */
static int bi_exit(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n && v[0].tag != KTAP_T_INT)
		return bad_arg(ctx, KTAP_BI_EXIT, 1, v, KTAP_T_INT);
	kp_host_exit(ctx->vm, n ? (int)v[0].i : 0);
	return no_result(kp_fail0(ctx, KTAP_E_R_INTR));
}

static int throw(struct kp_ctx *ctx, const struct kp_value *v, bool placed)
{
	kp_fail1(ctx, KTAP_E_R_USER, *v);
	ctx->err.placed = placed;
	return -1;
}

/* Text is told its place when it is caught, unless level 0 says not to. */
static int bi_error(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return throw(ctx, v, n > 1 && v[1].tag == KTAP_T_INT && !v[1].i);
}

static int bi_assert(struct kp_ctx *ctx, struct kp_value *v, u32 n)
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

static int bi_type(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return string_result(ctx, v, kp_type_name(n ? v[0].tag : KTAP_T_NIL));
}

/* select("#", …) counts; select(n, …) gives the rest from the n-th, -1 being the last. */
static int bi_select(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 i;

	if (n && v[0].tag == KTAP_T_STR && v[0].str->len == 1 && v[0].str->data[0] == '#') {
		v[0] = kp_int(n - 1);
		return 1;
	}
	if (!n || v[0].tag != KTAP_T_INT)
		return bad_arg(ctx, KTAP_BI_SELECT, 1, v, KTAP_T_INT);
	i = v[0].i < 0 ? v[0].i + n : v[0].i;
	if (i < 1)
		return bad_arg(ctx, KTAP_BI_SELECT, 1, v, KTAP_T_INT);
	if (i >= n)
		return 0;
	memmove(v, v + i, (n - (u32)i) * sizeof(*v));
	return (int)(n - (u32)i);
}

static int bi_unpack(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_tab *t = v[0].tab;
	s64 from = n > 1 ? v[1].i : 1, to, i;

	if (!n || v[0].tag != KTAP_T_TABLE)
		return bad_arg(ctx, KTAP_BI_UNPACK, 1, v, KTAP_T_TABLE);
	for (i = 1; i < n; i++)
		if (v[i].tag != KTAP_T_INT)
			return bad_arg(ctx, KTAP_BI_UNPACK, (u32)i + 1, v + i, KTAP_T_INT);
	to = n > 2 ? v[2].i : (s64)kp_tab_len(t);
	if (from > to)
		return 0;
	if ((u64)(to - from) >= ctx->nstack || !kp_stack_room(ctx, v + (to - from) + 1))
		return no_result(kp_fail0(ctx, KTAP_E_R_STACK));
	for (i = from; i <= to; i++) {
		struct kp_value key = kp_int(i);

		v[i - from] = kp_tab_get(t, &key);
	}
	return (int)(to - from + 1);
}

static int bi_tostring(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 len;

	if (!n)
		return bad_arg(ctx, KTAP_BI_TOSTRING, 1, v, KTAP_T_STR);
	if (v[0].tag == KTAP_T_EVENT)
		v[0].tag = KTAP_T_EVTEXT;
	if (v[0].tag == KTAP_T_STR || v[0].tag == KTAP_T_EVTEXT)
		return 1;
	if (!kp_value_text_len(&v[0], &len))
		return string_result(ctx, v, kp_type_name(v[0].tag));
	return kp_concat(ctx, v, 1, v) ? 1 : -1;
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

/* Decimal, 0x, or the base given; blanks around. False if it is no number. */
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
		n = n * base + (u64)digit_of(*p);
	*out = (s64)(minus ? 0 - n : n);
	return any && p == end;
}

static int bi_tonumber(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 base = 0;
	s64 i;

	if (n > 1) {
		if (v[1].tag != KTAP_T_INT || v[1].i < 2 || v[1].i > 36)
			return bad_arg(ctx, KTAP_BI_TONUMBER, 2, v + 1, KTAP_T_INT);
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

static int bi_evtext(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	v[0] = ctx->ev ? (struct kp_value){ .tag = KTAP_T_EVTEXT } : kp_nil();
	return 1;
}

/* e.field(n), or with the event in front. */
static int bi_evfield(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	const struct kp_value *i = n ? &v[n - 1] : v;

	if (!n || i->tag != KTAP_T_INT)
		return bad_arg(ctx, KTAP_BI_EVFIELD, 1, i, KTAP_T_INT);
	return kp_event_arg(ctx, i->i - 1, v) ? 1 : -1;
}

static int bi_arg(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_INT)
		return bad_arg(ctx, KTAP_BI_ARG, 1, v, KTAP_T_INT);
	return kp_event_arg(ctx, v[0].i, v) ? 1 : -1;
}

/* The interpreter knows pcall; it comes here only where nothing was given to call. */
static int bi_pcall(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return bad_arg(ctx, KTAP_BI_PCALL, 1, v, KTAP_T_FUNC);
}

#define bi_histogram bi_print_hist

static int call(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n)
{
	switch (id) {
	case KTAP_BI_PRINT:		return bi_print(ctx, v, n);
	case KTAP_BI_PRINTF:		return bi_printf(ctx, v, n);
	case KTAP_BI_COUNT:		return bi_count(ctx, v, n);
	case KTAP_BI_PRINT_HIST:	return bi_print_hist(ctx, v, n);
	case KTAP_BI_HISTOGRAM:		return bi_histogram(ctx, v, n);
	case KTAP_BI_LEN:		return bi_len(ctx, v, n);
	case KTAP_BI_DELETE:		return bi_delete(ctx, v, n);
	case KTAP_BI_CLEAR:		return bi_clear(ctx, v, n);
	case KTAP_BI_PAIRS:		return bi_pairs(ctx, v, n);
	case KTAP_BI_EXIT:		return bi_exit(ctx, v, n);
	case KTAP_BI_PCALL:		return bi_pcall(ctx, v, n);
	case KTAP_BI_ERROR:		return bi_error(ctx, v, n);
	case KTAP_BI_ASSERT:		return bi_assert(ctx, v, n);
	case KTAP_BI_TYPE:		return bi_type(ctx, v, n);
	case KTAP_BI_SELECT:		return bi_select(ctx, v, n);
	case KTAP_BI_UNPACK:		return bi_unpack(ctx, v, n);
	case KTAP_BI_TOSTRING:		return bi_tostring(ctx, v, n);
	case KTAP_BI_TONUMBER:		return bi_tonumber(ctx, v, n);
	case KTAP_BI_EVTEXT:		return bi_evtext(ctx, v, n);
	case KTAP_BI_EVFIELD:		return bi_evfield(ctx, v, n);
	case KTAP_BI_ARG:		return bi_arg(ctx, v, n);
	default:			return -1;
	}
}

/* A missing first argument reads as nil: v always has room for one. */
int kp_builtin(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n)
{
	if (!n)
		v[0] = kp_nil();
	return call(ctx, id, v, n);
}

const char *kp_builtin_name(u32 id)
{
	static const char *const names[] = {
#define _(NAME, name, min, max, results, contexts, help) name,
		KTAP_BUILTINS(_)
#undef _
	};

	return id < ARRAY_SIZE(names) ? names[id] : "?";
}
