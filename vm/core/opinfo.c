// SPDX-License-Identifier: GPL-2.0
/*
 * opinfo.c - tables expanded from opcodes.def.h.
 */
#include "opinfo.h"

const struct kp_opinfo kp_opinfo[KTAP_OP__MAX] = {
#define _(name, fmt, a, b, c, flags) \
	{ #name, KTAP_FMT_##fmt, { KTAP_OPD_##a, KTAP_OPD_##b, KTAP_OPD_##c }, flags },
	KTAP_OPCODES(_)
#undef _
};

const char *const kp_operand_name[KTAP_OPD__MAX] = {
#define _(name) #name,
	KTAP_OPERANDS(_)
#undef _
};

const char *const kp_arith_text[KTAP_ARITH__MAX] = {
#define _(name, text) text,
	KTAP_ARITHS(_)
#undef _
};

/* Only the last operand of a word is ever signed. */
s32 kp_operand(ktap_word w, u32 n)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(w)];

	if (n == 0)
		return KTAP_A(w);
	if (op->format == KTAP_FMT_AS)
		return n == 1 ? KTAP_S(w) : 0;
	if (op->format == KTAP_FMT_AD)
		return n == 1 ? (s32)KTAP_D(w) : 0;
	if (n == 1)
		return KTAP_B(w);
	return op->operand[2] == KTAP_OPD_imm ? KTAP_SC(w) : (s32)KTAP_C(w);
}
