/* SPDX-License-Identifier: GPL-2.0 */
/*
 * interp.h - the interpreter: runs the frames of an invocation. Any context. It
 * trusts what the verifier proved, checks the types of values, and never recurses:
 * calls push a frame, so an invocation can stop at a trace statement and go on.
 */
#ifndef KP_INTERP_H
#define KP_INTERP_H

#include "vm.h"

enum kp_interp_status {
	KP_INTERP_DONE,		/* the first frame returned */
	KP_INTERP_FAILED,	/* ctx->err; frames stand as they were */
	KP_INTERP_TRACE,	/* at a trace statement; call again to go on */
};

enum kp_interp_status kp_interp(struct kp_ctx *ctx);

/* Joins n values into a temporary string. False: failed. */
bool kp_concat(struct kp_ctx *ctx, const struct kp_value *v, u32 n, struct kp_value *out);

/* A value as the text that concatenation and messages show; false if it has none. */
bool kp_value_text_len(const struct kp_value *v, u32 *len);

/* Writes that text; returns its end. */
char *kp_value_text_put(char *p, const struct kp_value *v);

/* The event, or its text, as a value of its own, in place. False: failed. */
bool kp_materialise(struct kp_ctx *ctx, struct kp_value *v);

/* Whether registers up to `end` fit the stack. False: failed. */
bool kp_stack_room(struct kp_ctx *ctx, const struct kp_value *end);

#endif
