/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ops_fast.h - the common way of instructions on tables, in line: one look finds what an
 * integer, a string or a stack leads to. False: nothing has been done, and it is for ops.h. Any
 * context.
 */
#ifndef KP_OPS_FAST_H
#define KP_OPS_FAST_H

#include "ops.h"
#include "tab_glance.h"

/* t[key] += n: nearly all counting adds to a number that is there, by a number, a string or a stack. */
static __always_inline bool kp_quick_tab_add(struct kp_value *t, struct kp_value *key, s64 n)
{
	if (unlikely(t->tag != KTAP_T_TABLE))
		return false;
	if (key->tag == KTAP_T_INT)
		return kp_tab_bump_int(t->tab, key->i, n);
	return (key->tag == KTAP_T_STR || key->tag == KTAP_T_STACK) && kp_tab_bump_made(t->tab, key, n);
}

/* *out = t[key] */
static __always_inline bool kp_quick_get_tab(struct kp_value *out, struct kp_value *t, const struct kp_value *key)
{
	if (unlikely(t->tag != KTAP_T_TABLE))
		return false;
	if (key->tag == KTAP_T_INT)
		return kp_tab_peek_int(t->tab, key->i, out);
	return key->tag == KTAP_T_STR && kp_tab_peek_str(t->tab, key->str, out);
}

#endif
