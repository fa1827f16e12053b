/* SPDX-License-Identifier: GPL-2.0 */
/*
 * call.h - frames: calling, returning, catching. Any context. Functions that return
 * false have failed: ctx->err is set, the frames stand as they were.
 *
 * `at`, `from` and `to` are indices into the stack, `n` counts values, `want` is a
 * number of results plus one (0: all, up to ctx->top), `prot` the number of pcalls
 * around the call.
 */
#ifndef KP_CALL_H
#define KP_CALL_H

#include "vm.h"

/* Pushes the first frame: a function whose n arguments stand at the stack's bottom. */
bool kp_call_enter(struct kp_ctx *ctx, struct kp_closure *fn, u32 n);

/* Calls what stands at stack[at] with the n arguments behind it; results go to `at`. */
bool kp_call(struct kp_ctx *ctx, u32 at, u32 n, u32 want, u32 prot);

/* The same in place of the innermost frame. */
bool kp_tail_call(struct kp_ctx *ctx, u32 at, u32 n);

/*
 * For builtins: calls the script's function at stack[at] with the n arguments behind
 * it; its first result takes the place of the first argument. What the builtin has
 * in registers stands below `at`.
 */
bool kp_call_back(struct kp_ctx *ctx, u32 at, u32 n);

/* Ends the innermost frame with n results at stack[from]. */
bool kp_return(struct kp_ctx *ctx, u32 from, u32 n);

/* Puts n results at stack[from] where a call wants them. */
bool kp_deliver(struct kp_ctx *ctx, u32 to, u32 from, u32 n, u32 want, u32 prot);

/* The extra arguments of a vararg function to stack[at]. */
bool kp_vararg(struct kp_ctx *ctx, const struct kp_frame *f, u32 at, u32 want);

/* Unwinds to the innermost pcall. False: there is none, or the error is final. */
bool kp_catch(struct kp_ctx *ctx);

#endif
