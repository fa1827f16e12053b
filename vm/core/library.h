/* SPDX-License-Identifier: GPL-2.0 */
/*
 * library.h - what the files lib_*.c share: each defines the builtins of a theme as
 * kp_bi_NAME(), declared here for every row of builtins.def.h. Any context, unless
 * the row says PROCESS.
 *
 * v is the first argument, n how many there are; v[0] is nil if there is none.
 * Results are written from v on. Returns their number, or -1: ctx->err is set.
 */
#ifndef KP_LIBRARY_H
#define KP_LIBRARY_H

#include "builtin.h"
#include "ctx.h"
#include "interp.h"

#define _(NAME, name, min, max, results, contexts, help) \
	int kp_bi_##NAME(struct kp_ctx *ctx, struct kp_value *v, u32 n);
KTAP_BUILTINS(_)
#undef _

/* -1, with the error "argument n of 'builtin' is ..., expected ...". */
int kp_bad_arg(struct kp_ctx *ctx, u32 id, u32 n, const struct kp_value *v, u32 want);

/* -1, with the error "argument n of 'builtin' is out of range". */
int kp_bad_value(struct kp_ctx *ctx, u32 id, u32 n, s64 value);

/* -1, with the error that a string of so many bytes is over the limit. */
int kp_too_long(struct kp_ctx *ctx, s64 bytes);

/* Argument `arg` (from 1) is a string. It is an integer, or left out: *out stays. False: failed. */
bool kp_want_str(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n, u32 arg);
bool kp_want_int(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n, u32 arg, s64 *out);

/* A position in a string of `len` bytes, counted from the end if negative; 1 or more. */
s64 kp_str_first(s64 i, u32 len);

/* count() of an aggregate. */
int kp_agg_count(struct kp_ctx *ctx, struct kp_value *v);

/* The result of a builtin that has none. */
static inline int kp_no_result(bool ok)
{
	return ok ? 0 : -1;
}

#endif
