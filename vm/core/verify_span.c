// SPDX-License-Identifier: GPL-2.0
/*
 * verify_span.c - the ranges of registers that an instruction reads or writes, beside
 * single registers.
 */
#include "verify.h"

/* A range by an operand of kind cnt, after `more` registers that are always there. */
static struct kp_span counted(u32 base, u32 cnt, u32 more)
{
	return (struct kp_span){ base, more + (cnt ? cnt - 1 : 0), !cnt };
}

struct kp_span kp_v_range_read(const struct kp_verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_APPEND:
		return counted(KTAP_B(w), KTAP_C(w), 0);
	case KTAP_OP_TUPLE:
	case KTAP_OP_CONCAT:
		return (struct kp_span){ KTAP_B(w), KTAP_C(w), false };
	case KTAP_OP_FORPREP:
		return (struct kp_span){ KTAP_A(w), 3, false };
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
	case KTAP_OP_TAILCALL:
		return counted(KTAP_A(w), KTAP_B(w), 1);
	case KTAP_OP_RETURN:
	case KTAP_OP_BUILTIN:
		return counted(KTAP_A(w), KTAP_B(w), 0);
	default:
		return (struct kp_span){ 0, 0, false };
	}
}

struct kp_span kp_v_range_written(const struct kp_verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_LOADNIL:
		return (struct kp_span){ KTAP_A(w), KTAP_D(w), false };
	case KTAP_OP_ITERNEXT:
		return (struct kp_span){ KTAP_A(w) + 1, KTAP_B(w) + KTAP_C(w), false };
	case KTAP_OP_FORPREP:
	case KTAP_OP_FORLOOP:
		return (struct kp_span){ KTAP_A(w), 4, false };
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
		return counted(KTAP_A(w), KTAP_C(w), 0);
	case KTAP_OP_VARARG:
		return counted(KTAP_A(w), KTAP_B(w), 0);
	case KTAP_OP_BUILTIN:
		return counted(KTAP_A(w), KTAP_A(v->ext), 0);
	default:
		return (struct kp_span){ 0, 0, false };
	}
}
