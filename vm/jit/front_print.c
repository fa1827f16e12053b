// SPDX-License-Identifier: GPL-2.0
/*
 * front_print.c - print() and printf() in a front: of numbers and strings, as statements.
 */
#include <ktap/record.h>

#include "../core/emit.h"
#include "front.h"

/* Whether R[r] is the event, which is no number and no string: a parameter, or a copy of it. */
static bool may_be_event(struct kp_jit *j, u32 r)
{
	u32 pc = j->pc, at;
	bool copied = r < j->fn->nparams;

	for (at = 0; at < pc && !copied; at = next_pc(j)) {
		fetch(j, at);
		copied = KTAP_OP(j->w) == KTAP_OP_MOVE && KTAP_A(j->w) == r &&
			 KTAP_D(j->w) < j->fn->nparams;
	}
	fetch(j, pc);
	return copied;
}

static bool any_is_event(struct kp_jit *j, u32 from, u32 n)
{
	u32 i;

	for (i = from; i < from + n; i++)
		if (may_be_event(j, i))
			return true;
	return false;
}

/* What there are arguments for, but no use of a result. */
static bool is_output(const struct kp_jit *j)
{
	u32 id = KTAP_C(j->w), n = KTAP_B(j->w);

	return (id == KTAP_BI_PRINT || id == KTAP_BI_PRINTF) && KTAP_A(j->ext) == 1 &&
	       n >= 2 && KTAP_A(j->w) + n - 1 <= REGISTERS;
}

bool kp_front_print_word(struct kp_jit *j)
{
	u32 kind = KTAP_C(j->w) == KTAP_BI_PRINT ? KTAP_REC_PRINT : KTAP_REC_PRINTF;
	u32 a = KTAP_A(j->w), n = KTAP_B(j->w) - 1;

	if (!is_output(j))
		return false;
	if (kp_front_line(j, kind, a, n))
		return true;
	if (any_is_event(j, a, n))
		return false;
	put_probe(j, R1);
	put_register(j, R2, a);
	emit_const(j, R3, n);
	emit_const(j, R4, kind);
	emit_const(j, R5, (s64)(uintptr_t)j->vm);
	EMIT_CALL(j, kp_emit_quick);
	give_up_if_false(j);
	return true;
}
