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

#define _(NAME, name, min, max, results, contexts, help) \
	int kp_bi_##NAME(struct kp_ctx *ctx, struct kp_value *v, u32 n);
KTAP_BUILTINS(_)
#undef _

/* -1, with the error "argument n of 'builtin' is ..., expected ...". */
int kp_bad_arg(struct kp_ctx *ctx, u32 id, u32 n, const struct kp_value *v, u32 want);

/* The result of a builtin that has none. */
static inline int kp_no_result(bool ok)
{
	return ok ? 0 : -1;
}

#endif
