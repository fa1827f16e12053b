/* SPDX-License-Identifier: GPL-2.0 */
/*
 * frame.h - the common call and the common return, in line for the interpreter: a script's
 * function without extra arguments is given so many, and gives one result to a caller
 * that wants one. Anything else is call.h's matter: false, and nothing has been done.
 * Any context.
 */
#ifndef KP_FRAME_H
#define KP_FRAME_H

#include "ops.h"

/*
 * Calls *callee, register a of the frame f; the counts of CALL. Its function, or NULL. Where
 * the function begins is for the caller to note, if anybody is to look at the frame. More
 * arguments than it takes stay behind its own.
 */
static __always_inline const struct kp_fn *kp_frame_push(struct kp_ctx *ctx, struct kp_frame *f,
							 struct kp_value *callee, u32 a, u32 cnt,
							 u32 want)
{
	u32 base = f->base + a + 1, depth = ctx->depth, given;
	const struct kp_fn *fn;

	if (unlikely(callee->tag != KTAP_T_FUNC || !cnt || depth >= ctx->nframe))
		return NULL;
	fn = callee->fn->fn;
	if (unlikely(base + cnt - 1 + fn->room > ctx->nstack))
		return NULL;
	f++;
	f->want = want;
	f->ret = a;
	f->prot = 0;
	f->base = base;
	f->nextra = 0;
	f->cl = callee->fn;
	ctx->depth = depth + 1;
	for (given = cnt - 1; unlikely(given < fn->nfill); given++)
		callee[1 + given] = kp_nil();
	return fn;
}

/* Returns *v from the frame f, which is none that a builtin called: those want another number. */
static __always_inline bool kp_frame_pop(struct kp_ctx *ctx, struct kp_frame *f,
					 const struct kp_value *v)
{
	if (unlikely(f->want != 2 || f->prot))
		return false;
	ctx->depth--;
	ctx->stack[f[-1].base + f->ret] = *v;
	return true;
}

#endif
