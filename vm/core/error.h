/* SPDX-License-Identifier: GPL-2.0 */
/*
 * error.h - runtime errors: their text, their value for pcall, their report. Any
 * context.
 */
#ifndef KP_ERROR_H
#define KP_ERROR_H

#include "vm.h"

#define KP_ERROR_TEXT	320	/* longest message, cut to it */

/* Turns ctx->err into an error whose argument is its own text, with file and line. */
bool kp_error_text(struct kp_ctx *ctx);

/* What pcall hands on: the value given to error(), or the text. False: failed anew. */
bool kp_error_value(struct kp_ctx *ctx, struct kp_value *out);

/* Counts the error at its place; the first one there is emitted with its call stack. */
void kp_error_report(struct kp_ctx *ctx);

/*
 * Notes where a table update was dropped; the table has counted it. For the report at
 * the end: the script goes on, so this returns true.
 */
bool kp_count_dropped(struct kp_ctx *ctx);

struct ktap_error_count;

/* What failed at a place, and how often. False: nothing has. */
bool kp_error_read(const struct kp_error_place *p, struct ktap_error_count *e);

/* The word "trace" for messages. */
extern struct kp_str kp_trace_name;

/* Whether a handler ended because it had used up what it may spend. */
static inline bool kp_error_is_budget(u32 code)
{
	return code == KTAP_E_R_STEPS || code == KTAP_E_R_TIME || code == KTAP_E_R_WASTE;
}

#endif
