/* SPDX-License-Identifier: GPL-2.0 */
/*
 * budget.h - what an invocation may spend. Any context.
 *
 * A jump back and a call cost a step, of functions of the library too, and what they do
 * that takes long costs as many as jumps back would take that long. Steps are given out
 * in slices; at the end of one the clock is read and limits are compared, so a short
 * handler pays only for counting down.
 */
#ifndef KP_BUDGET_H
#define KP_BUDGET_H

#include "vm.h"

#define KP_SLICE	256	/* steps between two looks at the clock */
#define KP_MAIN_SLICE	4096	/* in process context, between two looks for signals */

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

/*
 * Spends so many steps for work that is done, or is about to be. In process context it is
 * the next step that sees to signals: values that nobody holds may be at hand. False: failed.
 */
static inline bool kp_spend_work(struct kp_ctx *ctx, u32 steps)
{
	ctx->steps -= steps;
	return likely(ctx->steps >= 0) || ctx->level == KP_LEVEL_PROCESS || kp_spend_slow(ctx);
}

/* What looking at that many bytes, or copying them, takes. */
static inline u32 kp_steps_of_bytes(u32 bytes)
{
	return bytes >> 6;
}

#define KP_STEPS_CHUNK	16	/* of a chunk of a table without an entry */
#define KP_STEPS_REMOVAL	8	/* of an entry that is removed */
#define KP_STEPS_TABLE	8	/* of a new table, and of its end */
#define KP_STEPS_ROW	8	/* of an entry that becomes a part of a record */
#define KP_STEPS_RECORD	32	/* of a record without what is in it */
#define KP_STEPS_FRAME	32	/* of one frame of a stack */
#define KP_STEPS_RANK	64	/* of a percentile, without its buckets */
#define KP_STEPS_SYMBOL	256	/* of a look for a symbol's name */

#endif
