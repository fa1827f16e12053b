/* SPDX-License-Identifier: GPL-2.0 */
/*
 * run.h - runs the frames of an invocation, by machine code where the program has
 * it, else by the interpreter. Any context.
 */
#ifndef KP_RUN_H
#define KP_RUN_H

#include "interp.h"

/* What running the innermost frame came to: machine code returns one of these. */
enum kp_native_status {
	KP_NATIVE_FAIL,		/* ctx->err is set */
	KP_NATIVE_DONE,		/* the first frame returned */
	KP_NATIVE_SWITCH,	/* another frame is innermost now */
	KP_NATIVE_TRACE,	/* at a trace statement */
	KP_NATIVE_FINAL,	/* ctx->err is set, and no pcall catches it */
};

/* Runs the innermost frame and what follows from it, until all is done. */
enum kp_interp_status kp_run(struct kp_ctx *ctx);

/* The same, when that frame's machine code has just come back. */
enum kp_interp_status kp_run_on(struct kp_ctx *ctx, enum kp_native_status status);

#endif
