// SPDX-License-Identifier: GPL-2.0
/*
 * lib_table.c - tables.
 */
#include "bound.h"
#include "budget.h"
#include "interp.h"
#include "library.h"
#include "ops.h"
#include "stack.h"
#include "tab.h"

#define CLEAR_BATCH	64u	/* places of a table that are looked at for one step */
#define MOST_RESERVED	(16u << 20)	/* entries that table.new() makes ready by an argument */

static int count(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n)
{
	struct kp_value was;
	enum kp_update u;

	if (n < 2 || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_TABLE);
	if (n > 2 && v[2].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, id, 3, v + 2, KTAP_T_INT);
	if (!kp_materialise(ctx, &v[1]))
		return -1;
	if (v[1].tag == KTAP_T_NIL)
		return kp_no_result(kp_fail1(ctx, KTAP_E_R_KEY, kp_type_arg(&v[1])));
	u = kp_tab_arith(v[0].tab, &v[1], KTAP_ARITH_ADD, n > 2 ? v[2].i : 1, &was);
	if (u == KP_DROPPED)
		kp_count_dropped(ctx);
	if (u == KP_BADTYPE)
		return kp_no_result(kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(&was)));
	return 0;
}

int kp_bi_COUNT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return n < 2 ? kp_agg_count(ctx, v) : count(ctx, KTAP_BI_COUNT, v, n);
}

int kp_bi_TABLE_COUNT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return count(ctx, KTAP_BI_TABLE_COUNT, v, n);
}

int kp_bi_LEN(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n && v[0].tag == KTAP_T_TABLE)
		v[0] = kp_int(kp_tab_len(v[0].tab));
	else if (n && v[0].tag == KTAP_T_STR)
		v[0] = kp_int(v[0].str->len);
	else if (n && v[0].tag == KTAP_T_STACK)
		v[0] = kp_int(kp_stack_depth(v[0].str));
	else
		return kp_no_result(kp_fail3(ctx, KTAP_E_R_ARGLEN, kp_int(1),
					     kp_builtin_arg(KTAP_BI_LEN), kp_type_arg(v)));
	return 1;
}

/* In batches, so that emptying a large table is spent for. */
static int empty(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n)
{
	struct kp_clearing at = { 0 };
	enum kp_update done;

	if (!n || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_TABLE);
	while ((done = kp_tab_clear(v[0].tab, &at, CLEAR_BATCH)) == KP_DONE && at.chunk) {
		ctx->steps -= at.removed * KP_STEPS_REMOVAL;
		if (!kp_spend(ctx))
			return -1;
	}
	if (done == KP_DROPPED)
		kp_count_dropped(ctx);
	return 0;
}

int kp_bi_CLEAR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return empty(ctx, KTAP_BI_CLEAR, v, n);
}

int kp_bi_DELETE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (n < 2)
		return empty(ctx, KTAP_BI_DELETE, v, n);
	if (v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, KTAP_BI_DELETE, 1, v, KTAP_T_TABLE);
	if (!kp_materialise(ctx, &v[1]))
		return -1;
	if (v[1].tag != KTAP_T_NIL && kp_tab_delete(v[0].tab, &v[1]) == KP_DROPPED)
		kp_count_dropped(ctx);
	return 0;
}

/* The arguments as a number of entries; false: an error. */
static bool entries_wanted(struct kp_ctx *ctx, const struct kp_value *v, u32 n, u32 *entries)
{
	u32 i;

	for (i = *entries = 0; i < n; i++) {
		if (v[i].tag != KTAP_T_INT)
			return kp_bad_arg(ctx, KTAP_BI_TABLE_NEW, i + 1, v + i, KTAP_T_INT) > 0;
		if (v[i].i > 0)
			*entries += v[i].i < MOST_RESERVED ? (u32)v[i].i : MOST_RESERVED;
	}
	return true;
}

/* What the session's limit does not allow is not reserved. */
int kp_bi_TABLE_NEW(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 entries = 0;

	if (!entries_wanted(ctx, v, n, &entries) || !kp_op_new_table(ctx, v))
		return -1;
	if (!entries)
		return 1;
	if (n < 2)
		ctx->top = (u32)(v + 1 - ctx->stack);
	while (kp_tab_reserve(v[0].tab, entries)) {
		if (!kp_spend(ctx))
			return -1;
		kp_refill(ctx);
	}
	return 1;
}

static int new_bounded(struct kp_ctx *ctx, u32 id, enum kp_bound_kind kind, struct kp_value *v)
{
	s64 cap = v[0].i;

	if (v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_INT);
	if (cap < 1 || cap > KP_MAX_BOUND)
		return kp_no_result(kp_fail3(ctx, KTAP_E_R_BOUND, kp_builtin_arg(id),
					     kp_int(KP_MAX_BOUND), kp_int(cap)));
	if (!kp_op_new_table(ctx, v))
		return -1;
	if (!kp_bound_new(v[0].tab, kind, (u32)cap))
		return kp_no_result(kp_fail0(ctx, KTAP_E_R_NOMEM));
	return 1;
}

int kp_bi_TABLE_LRU(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return new_bounded(ctx, KTAP_BI_TABLE_LRU, KP_BOUND_LRU, v);
}

int kp_bi_TOP(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return new_bounded(ctx, KTAP_BI_TOP, KP_BOUND_TOP, v);
}

int kp_bi_PAIRS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, KTAP_BI_PAIRS, 1, v, KTAP_T_TABLE);
	return 1;
}
