// SPDX-License-Identifier: GPL-2.0
/*
 * cond.c - finds a handler's first condition in its code:
 *
 *   CTX r v
 *   EQK r k, or another comparison, and JMP to where it holds
 *
 * where one of the two ways is the end.
 */
#include "cond.h"

#define MOST	((s64)(~0ull >> 1))
#define LEAST	(-MOST - 1)

static void span(struct kp_cond *c, s64 low, s64 high)
{
	c->low = low;
	c->span = (u64)high - (u64)low;
}

/* The numbers for which the comparison holds. False: it is another operation, or for none. */
static bool compare(struct kp_cond *c, u32 op, s64 k)
{
	c->out = op == KTAP_OP_NEK;
	switch (op) {
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:
		span(c, k, k);
		return true;
	case KTAP_OP_LTK:
		span(c, LEAST, k - (k > LEAST));
		return k > LEAST;
	case KTAP_OP_LEK:
		span(c, LEAST, k);
		return true;
	case KTAP_OP_GTK:
		span(c, k + (k < MOST), MOST);
		return k < MOST;
	case KTAP_OP_GEK:
		span(c, k, MOST);
		return true;
	default:
		return false;
	}
}

static bool ends(const struct kp_fn *fn, u32 pc)
{
	return KTAP_OP(fn->code[pc]) == KTAP_OP_RET0;
}

bool kp_cond_of(const struct kp_fn *fn, struct kp_cond *c)
{
	const ktap_word *w = fn->code;
	const struct kp_value *k;
	u32 taken;

	if (fn->ncode < 4 || KTAP_OP(w[0]) != KTAP_OP_CTX || KTAP_OP(w[2]) != KTAP_OP_JMP ||
	    KTAP_A(w[0]) != KTAP_A(w[1]))
		return false;
	c->var = KTAP_D(w[0]);
	if (c->var != KTAP_CTX_PID && c->var != KTAP_CTX_TID)
		return false;
	if (KTAP_OP(w[1]) < KTAP_OP_EQK || KTAP_OP(w[1]) > KTAP_OP_GEK)
		return false;
	k = &fn->k[KTAP_D(w[1])];
	if (k->tag != KTAP_T_INT || !compare(c, KTAP_OP(w[1]), k->i))
		return false;
	taken = (u32)(3 + KTAP_S(w[2]));
	if (ends(fn, taken) == ends(fn, 3))
		return false;
	c->out ^= ends(fn, taken);
	return true;
}
