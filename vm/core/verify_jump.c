// SPDX-License-Identifier: GPL-2.0
/*
 * verify_jump.c - jumps lead to the beginning of an instruction; those are the heads of blocks.
 */
#include "verify.h"

bool kp_v_jump_target(const struct kp_verifier *v, s64 *target)
{
	ktap_word jmp = info(v)->flags & KTAP_F_J ? v->ext : v->w;

	if (kp_opinfo[KTAP_OP(jmp)].operand[1] != KTAP_OPD_jmp)
		return false;
	*target = (s64)v->pc + length(v) + KTAP_S(jmp);
	return true;
}

static void make_head(struct kp_verifier *v, u32 pc)
{
	if (v->mark[pc] == START)
		v->mark[pc] = HEAD + v->nheads++;
}

int kp_v_link(struct kp_verifier *v)
{
	s64 target;
	u32 pc;

	make_head(v, 0);
	for (pc = 0; pc < v->fn->ncode; pc += length(v)) {
		fetch(v, pc);
		if (!kp_v_jump_target(v, &target))
			continue;
		if (target < 0 || target >= v->fn->ncode || v->mark[target] == INSIDE)
			return bad(v, KTAP_E_V_JUMP, target, 0);
		/* the one jump that does not spend steps when it goes back */
		if (KTAP_OP(v->w) == KTAP_OP_FORPREP && target <= pc)
			return bad(v, KTAP_E_V_JUMP, target, 0);
		make_head(v, (u32)target);
	}
	return 0;
}
