// SPDX-License-Identifier: GPL-2.0
/*
 * budget.c - what an invocation may spend: steps (loop turns and calls) and time.
 */
#include "budget.h"
#include "ctx.h"
#include "host.h"

static void quiesce(struct kp_ctx *ctx, struct kp_heap *h)
{
	bool wait = kp_heap_should_wait(h);

	if (!kp_young_hold(ctx))
		return;		/* another time, when it holds fewer objects */
	kp_host_quiesce(ctx, wait);
	if (wait || (u64)atomic64_read(&h->used) < h->settled)
		h->settled = (u64)atomic64_read(&h->used);
}

static bool spend_process(struct kp_ctx *ctx)
{
	struct kp_heap *h = &ctx->vm->heap;

	if (kp_host_interrupted(ctx))
		return kp_fail0(ctx, KTAP_E_R_INTR);
	if (READ_ONCE(h->retired) || READ_ONCE(h->dirty) || kp_heap_low(h))
		quiesce(ctx, h);
	return true;
}

#define WASTE_NS	1000000000u	/* in which handlers may waste half */

/*
 * One handler that runs out is a script's mistake. When such handlers take half of a
 * processor's time it gets on with nothing else: then the session ends, as by exit().
 */
static bool exhausted(struct kp_ctx *ctx, u64 now, u32 code, u64 limit)
{
	if (now - ctx->waste_since > WASTE_NS || ctx->waste_of != ctx->vm->opts.seed) {
		ctx->waste_of = ctx->vm->opts.seed;
		ctx->waste_since = now;
		ctx->waste_ns = 0;
	}
	ctx->waste_ns += now - ctx->start_ns;
	if (ctx->waste_ns <= WASTE_NS / 2)
		return kp_fail1(ctx, code, kp_int((s64)limit));
	kp_host_exit(ctx->vm, 1);
	return kp_fail0(ctx, KTAP_E_R_WASTE);
}

static bool spend_handler(struct kp_ctx *ctx)
{
	const struct kp_opts *o = &ctx->vm->opts;
	u64 now = kp_host_now();

	if (!ctx->start_ns)
		ctx->start_ns = now;
	if (ctx->steps_spent >= o->max_steps)
		return exhausted(ctx, now, KTAP_E_R_STEPS, o->max_steps);
	if (now - ctx->start_ns > o->max_time_ns)
		return exhausted(ctx, now, KTAP_E_R_TIME, o->max_time_ns);
	return true;
}

/* The clock is first read at the end of the first slice: short handlers never do. */
bool kp_spend_slow(struct kp_ctx *ctx)
{
	u64 left, slice = KP_SLICE;

	if (ctx->level == KP_LEVEL_PROCESS) {
		ctx->steps = kp_restless() ? 0 : KP_MAIN_SLICE;
		return spend_process(ctx);
	}
	if (ctx->steps < 0)
		ctx->steps_spent += (u64)(-1 - ctx->steps);	/* work beyond the slice */
	if (!spend_handler(ctx)) {
		ctx->steps = 0;
		return false;
	}
	left = ctx->vm->opts.max_steps - ctx->steps_spent;
	if (left < slice)
		slice = left;
	ctx->steps_spent += slice;
	ctx->steps = (s64)slice - 1;
	return true;
}
