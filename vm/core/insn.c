// SPDX-License-Identifier: GPL-2.0
/*
 * insn.c - makes the interpreter's instructions of verified words.
 */
#include "insn.h"
#include "opinfo.h"

static s32 distance(u8 kind, s32 x)
{
	switch (kind) {
	case KTAP_OPD_dst:
	case KTAP_OPD_reg:
	case KTAP_OPD_cell:
	case KTAP_OPD_base:
	case KTAP_OPD_kany:
	case KTAP_OPD_kint:
	case KTAP_OPD_kstr:
	case KTAP_OPD_upv:
	case KTAP_OPD_upc:	return x * (s32)sizeof(struct kp_value);
	case KTAP_OPD_glob:	return x * (s32)sizeof(struct kp_slot);
	case KTAP_OPD_jmp:	return x * (s32)sizeof(struct kp_insn);
	default:		return x;
	}
}

static u16 known_op(u32 op)
{
	switch (op) {
#define _(name, facts) case KTAP_OP_##name: return KP_INSN_##name;
	KP_KNOWN_INSNS(_)
#undef _
	default: return 0;
	}
}

static u8 facts_needed(u32 op)
{
	switch (op) {
#define _(name, facts) case KTAP_OP_##name: return facts;
	KP_KNOWN_INSNS(_)
#undef _
	default: return 0;
	}
}

/* What facts do not tell. */
static bool fits(const struct kp_fn *fn, ktap_word w)
{
	switch (KTAP_OP(w)) {
	case KTAP_OP_DIVK:
	case KTAP_OP_MODK:	return fn->k[KTAP_C(w)].i > 0;
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:	return fn->k[KTAP_D(w)].tag == KTAP_T_INT;
	case KTAP_OP_JMP:
	case KTAP_OP_FORLOOP:	return KTAP_S(w) < 0;
	default:		return true;
	}
}

static u16 choose(const struct kp_fn *fn, u32 pc)
{
	ktap_word w = fn->code[pc];
	u32 op = KTAP_OP(w);
	u8 need = facts_needed(op);
	u16 known = known_op(op);

	return known && (fn->fact[pc] & need) == need && fits(fn, w) ? known : (u16)op;
}

static struct kp_insn make(const struct kp_fn *fn, u32 pc)
{
	ktap_word w = fn->code[pc];
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(w)];
	struct kp_insn i = { .op = choose(fn, pc), .a = (u16)distance(op->operand[0], kp_operand(w, 0)) };

	if (op->format == KTAP_FMT_ABC) {
		i.b = (u16)distance(op->operand[1], kp_operand(w, 1));
		i.c = (u16)distance(op->operand[2], kp_operand(w, 2));
	} else {
		i.s = distance(op->operand[1], kp_operand(w, 1));
	}
	return i;
}

/* The two as one, or 0. */
static u16 paired_op(u16 first, u16 second)
{
#define _(one, other)							\
	if (first == KP_INSN_##one && second == KP_INSN_##other)	\
		return KP_INSN_##one##_##other;
	KP_PAIRED_INSNS(_)
#undef _
	return 0;
}

static bool are_pair(const struct kp_fn *fn, u32 pc)
{
	ktap_word first = fn->code[pc], second = fn->code[pc + 1];

	return fn->fact[pc + 1] & KP_FACT_STRAIGHT &&
	       KTAP_A(first) == KTAP_B(second) && KTAP_A(first) == KTAP_A(second);
}

static void join_pairs(const struct kp_fn *fn, struct kp_insn *insn)
{
	u32 pc;
	u16 op;

	for (pc = 0; pc + 1 < fn->ncode; pc++) {
		op = paired_op(insn[pc].op, insn[pc + 1].op);
		if (op && are_pair(fn, pc))
			insn[pc].op = op;
	}
}

void kp_insn_make(const struct kp_fn *fn, struct kp_insn *insn)
{
	u32 pc;

	for (pc = 0; pc < fn->ncode; pc++)
		insn[pc] = make(fn, pc);
	join_pairs(fn, insn);
}
