/* SPDX-License-Identifier: GPL-2.0 */
/*
 * budget.h - what an invocation may spend. Any context.
 *
 * A jump back and a call cost a step. Steps are given out in slices; at the end of
 * one the clock is read and limits are compared, so a short handler pays only for
 * counting down.
 */
#ifndef KP_BUDGET_H
#define KP_BUDGET_H

#include "vm.h"

#define KP_SLICE	4096	/* steps between two looks at the clock */

/* At the start of an invocation: the first slice. */
static inline void kp_budget_begin(struct kp_ctx *ctx)
{
	u64 max = ctx->vm->opts.max_steps;

	ctx->start_ns = 0;
	ctx->steps_spent = max < KP_SLICE ? max : KP_SLICE;
	ctx->steps = ctx->level == KP_LEVEL_PROCESS ? 0 : (s64)ctx->steps_spent;
}

/* The slice is spent. False: exhausted or interrupted, ctx->err is set. */
bool kp_spend_slow(struct kp_ctx *ctx);

/* Spends a step. False: failed. */
static inline bool kp_spend(struct kp_ctx *ctx)
{
	return likely(--ctx->steps >= 0) || kp_spend_slow(ctx);
}

#endif
