/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ops_fast.h - the common way of instructions on tables, in line: one look finds what an
 * integer, a string or a stack leads to. Anything else is for ops.h. Any context.
 */
#ifndef KP_OPS_FAST_H
#define KP_OPS_FAST_H

#include "ops.h"
#include "tab_glance.h"

/* t[key] += v: nearly all counting adds to a number that is there, by a number, a string or a stack. */
static __always_inline bool kp_op_tab_add(struct kp_ctx *ctx, struct kp_value *t,
					  struct kp_value *key, const struct kp_value *v)
{
	if (likely(t->tag == KTAP_T_TABLE && v->tag == KTAP_T_INT)) {
		if (key->tag == KTAP_T_INT && likely(kp_tab_bump_int(t->tab, key->i, v->i)))
			return true;
		if ((key->tag == KTAP_T_STR || key->tag == KTAP_T_STACK) &&
		    likely(kp_tab_bump_made(t->tab, key, v->i)))
			return true;
	}
	return kp_op_tab_add_slow(ctx, t, key, v);
}

/* R[out] = t[key] */
static __always_inline bool kp_op_get_tab_fast(struct kp_ctx *ctx, struct kp_value *out,
					       struct kp_value *t, struct kp_value *key)
{
	if (likely(t->tag == KTAP_T_TABLE)) {
		if (key->tag == KTAP_T_INT && kp_tab_peek_int(t->tab, key->i, out))
			return true;
		if (key->tag == KTAP_T_STR && kp_tab_peek_str(t->tab, key->str, out))
			return true;
	}
	return kp_op_get_tab(ctx, out, t, key);
}

#endif
