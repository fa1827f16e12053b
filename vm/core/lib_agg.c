// SPDX-License-Identifier: GPL-2.0
/*
 * lib_agg.c - aggregates: making them, reading them, taking a table of them.
 */
#include "agg.h"
#include "budget.h"
#include "host.h"
#include "library.h"
#include "ops.h"

/* --- reading: nil is an aggregate that has had no sample --- */

static bool is_agg(const struct kp_value *v)
{
	return v->tag == KTAP_T_AGG;
}

/* The first argument's total; -1: it is no aggregate. */
static int total_of(struct kp_ctx *ctx, u32 id, const struct kp_value *v, struct kp_agg_total *t)
{
	memset(t, 0, sizeof(*t));
	if (is_agg(v))
		kp_agg_total(v->agg, t);
	else if (v->tag != KTAP_T_NIL)
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_AGG);
	return 0;
}

/* DISTINCT has a count, and nothing else. */
static bool has_samples(const struct kp_value *v, const struct kp_agg_total *t)
{
	return t->count && v->agg->shape.kind != KTAP_AGG_DISTINCT;
}

int kp_agg_count(struct kp_ctx *ctx, struct kp_value *v)
{
	struct kp_agg_total t;

	if (total_of(ctx, KTAP_BI_COUNT, v, &t))
		return -1;
	v[0] = kp_int((s64)t.count);
	return 1;
}

int kp_bi_SUM(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;

	(void)n;
	if (total_of(ctx, KTAP_BI_SUM, v, &t))
		return -1;
	v[0] = kp_int((s64)t.sum);
	return 1;
}

/* Two integers; -1: one of them is none. */
static int check_two(struct kp_ctx *ctx, u32 id, const struct kp_value *v)
{
	u32 bad = v[0].tag == KTAP_T_INT;

	if (bad && v[1].tag == KTAP_T_INT)
		return 0;
	return kp_bad_arg(ctx, id, bad + 1, v + bad, KTAP_T_INT);
}

int kp_bi_MIN(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;

	if (n > 1) {
		if (check_two(ctx, KTAP_BI_MIN, v))
			return -1;
		v[0] = v[1].i < v[0].i ? v[1] : v[0];
		return 1;
	}
	if (total_of(ctx, KTAP_BI_MIN, v, &t))
		return -1;
	v[0] = has_samples(v, &t) ? kp_int(t.min) : kp_nil();
	return 1;
}

int kp_bi_MAX(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;

	if (n > 1) {
		if (check_two(ctx, KTAP_BI_MAX, v))
			return -1;
		v[0] = v[1].i > v[0].i ? v[1] : v[0];
		return 1;
	}
	if (total_of(ctx, KTAP_BI_MAX, v, &t))
		return -1;
	v[0] = has_samples(v, &t) ? kp_int(t.max) : kp_nil();
	return 1;
}

int kp_bi_AVG(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;

	(void)n;
	if (total_of(ctx, KTAP_BI_AVG, v, &t))
		return -1;
	v[0] = has_samples(v, &t) ? kp_int(kp_agg_avg(&t)) : kp_nil();
	return 1;
}

int kp_bi_STDDEV(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;

	(void)n;
	if (total_of(ctx, KTAP_BI_STDDEV, v, &t))
		return -1;
	v[0] = has_samples(v, &t) ? kp_int(kp_agg_stddev(&t)) : kp_nil();
	return 1;
}

int kp_bi_PERCENTILE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_agg_total t;
	s64 at;

	if (n < 2 || v[1].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_PERCENTILE, 2, n < 2 ? v : v + 1, KTAP_T_INT);
	if (v[1].i < 0 || v[1].i > 100)
		return kp_no_result(kp_fail1(ctx, KTAP_E_R_PERCENT, v[1]));
	ctx->steps -= KP_STEPS_RANK;
	if (total_of(ctx, KTAP_BI_PERCENTILE, v, &t))
		return -1;
	if (!has_samples(v, &t)) {
		v[0] = kp_nil();
		return 1;
	}
	if (!kp_agg_percentile(ctx, v[0].agg, v[1].i, &at))
		return -1;
	v[0] = kp_int(at);
	return 1;
}

/* --- making --- */

static int make(struct kp_ctx *ctx, struct kp_value *out, const struct ktap_agg_shape *shape)
{
	return kp_op_new_agg(ctx, out, shape) ? 1 : -1;
}

int kp_bi_DISTINCT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct ktap_agg_shape shape = { .kind = KTAP_AGG_DISTINCT };

	if (!n)
		return make(ctx, v, &shape);
	if (v[0].tag == KTAP_T_NIL) {
		v[0] = kp_int(0);
		return 1;
	}
	if (!is_agg(v))
		return kp_bad_arg(ctx, KTAP_BI_DISTINCT, 1, v, KTAP_T_AGG);
	if (v[0].agg->shape.kind != KTAP_AGG_DISTINCT)
		return kp_no_result(kp_fail0(ctx, KTAP_E_R_DISTINCT));
	v[0] = kp_int((s64)kp_agg_distinct(v[0].agg));
	return 1;
}

/* Steps from lo that reach hi; 0: they do not, or are too many. */
static u32 linear_steps(s64 lo, s64 hi, s64 step)
{
	u64 span = (u64)hi - (u64)lo, steps;

	if (hi <= lo || step <= 0 || span >> 63)
		return 0;
	steps = (u64)KP_DIV64((s64)span - 1, step) + 1;
	if (steps > KTAP_AGG_MAX_STEPS || lo > (s64)(~0ull >> 1) - (s64)steps * step)
		return 0;
	return (u32)steps;
}

int kp_bi_LHIST(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct ktap_agg_shape shape = { .kind = KTAP_AGG_LINEAR };
	u32 i;

	for (i = 0; i < 3; i++)
		if (i >= n || v[i].tag != KTAP_T_INT)
			return kp_bad_arg(ctx, KTAP_BI_LHIST, i + 1, v + (i < n ? i : 0), KTAP_T_INT);
	shape.lo = v[0].i;
	shape.step = v[2].i;
	shape.steps = linear_steps(v[0].i, v[1].i, v[2].i);
	if (!shape.steps)
		return kp_no_result(kp_fail1(ctx, KTAP_E_R_LHIST, kp_int(KTAP_AGG_MAX_STEPS)));
	return make(ctx, v, &shape);
}

int kp_bi_LLHIST(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct ktap_agg_shape shape = { .kind = KTAP_AGG_LOGLIN };

	(void)n;
	return make(ctx, v, &shape);
}

int kp_bi_TABLE_OF(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_value t;

	if (!n || !is_agg(v))
		return kp_bad_arg(ctx, KTAP_BI_TABLE_OF, 1, v, KTAP_T_AGG);
	if (!kp_op_new_table(ctx, &t))
		return -1;
	kp_obj_get(v[0].obj);
	v[0].obj->flags |= KP_OBJ_SHARED;
	t.tab->of = v[0].agg;
	v[0] = t;
	return 1;
}

/* --- taking all at once --- */

int kp_bi_SNAPSHOT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_value t;

	if (!n || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, KTAP_BI_SNAPSHOT, 1, v, KTAP_T_TABLE);
	if (!kp_young_hold(ctx))
		return kp_no_result(kp_fail0(ctx, KTAP_E_R_ARENA));
	if (!kp_op_new_table(ctx, &t))
		return -1;
	if (!kp_tab_move(v[0].tab, t.tab))
		return kp_no_result(kp_fail0(ctx, KTAP_E_R_NOMEM));
	v[0] = t;
	kp_host_settle(ctx);
	return 1;
}
