/* SPDX-License-Identifier: GPL-2.0 */
/*
 * interp.h - the interpreter: runs the frames of an invocation, up to one whose
 * function is machine code. Any context. It
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
	KP_INTERP_SWITCH,	/* the innermost frame is one of machine code now */
};

enum kp_interp_status kp_interp(struct kp_ctx *ctx);

/*
 * A trace statement: the function fn waits to be attached, to the event spec of the
 * program or to what the string `text` names (then spec is ~0, and pos tells where in
 * the source); and a trace_end statement. False: failed.
 */
bool kp_at_trace(struct kp_ctx *ctx, const struct kp_value *fn, u32 spec,
		 const struct kp_value *text, u32 pos);
bool kp_at_end(struct kp_ctx *ctx, const struct kp_value *fn);

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
