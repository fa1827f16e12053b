// SPDX-License-Identifier: GPL-2.0
/*
 * run.c - the frames of an invocation one after the other, each by machine code or by
 * the interpreter. A frame of machine code is entered at its beginning, or behind the
 * call that it made: ctx->resume tells which.
 */
#include "call.h"
#include "run.h"

static enum kp_native_status enter_native(struct kp_ctx *ctx, const struct kp_frame *f)
{
	const struct kp_fn *fn = f->cl->fn;

	ctx->resume = kp_frame_pc(f);
	return KP_NATIVE(fn->native, ctx, &ctx->stack[f->base]);
}

static enum kp_native_status enter_interp(struct kp_ctx *ctx)
{
	ctx->at = 0;
	switch (kp_interp(ctx)) {
	case KP_INTERP_DONE:
		return KP_NATIVE_DONE;
	case KP_INTERP_TRACE:
		return KP_NATIVE_TRACE;
	case KP_INTERP_SWITCH:
		return KP_NATIVE_SWITCH;
	default:
		return KP_NATIVE_FINAL;
	}
}

static enum kp_native_status enter(struct kp_ctx *ctx)
{
	const struct kp_frame *f = &ctx->frame[ctx->depth - 1];

	return f->cl->fn->native ? enter_native(ctx, f) : enter_interp(ctx);
}

enum kp_interp_status kp_run_on(struct kp_ctx *ctx, enum kp_native_status status)
{
	for (;; status = enter(ctx)) {
		if (status == KP_NATIVE_DONE)
			return KP_INTERP_DONE;
		if (status == KP_NATIVE_TRACE)
			return KP_INTERP_TRACE;
		if (status == KP_NATIVE_FINAL || (status == KP_NATIVE_FAIL && !kp_catch(ctx)))
			return KP_INTERP_FAILED;
		if (ctx->depth == ctx->floor)
			return KP_INTERP_DONE;
	}
}

enum kp_interp_status kp_run(struct kp_ctx *ctx)
{
	return kp_run_on(ctx, enter(ctx));
}
