// SPDX-License-Identifier: GPL-2.0
/*
 * verify_note.c - what the interpreter and the translation are told of functions and
 * instructions.
 */
#include "verify.h"

/*
 * Flags of the function that follow from an instruction on its way.
 *
 * FILL: something may walk the registers while the frame is there: rows with A,
 * C, P, and jumps back, which spend steps and may let others in.
 *
 * ARGS: the fields or the text of the event may be asked for. That is FIELD, the
 * context variables and builtins that are made of them, and any use of a register
 * that may hold the event itself but to move, return, test or compare it or to
 * take its name. The event comes by a parameter, as an extra argument, from CTX,
 * or as a result of a call; what is stored is its text, not the event.
 *
 * WHOLE: the same otherwise than by FIELD, or by more references than there are bits
 * for those that are noted.
 *
 * SPACE: a process's addresses are made into values, whose names will be asked for.
 *
 * CALLS: functions that this one does not name; whoever asks for ARGS then has to
 * think of every function of the program.
 */

static bool walks_registers(const struct kp_verifier *v)
{
	if (!(info(v)->flags & KTAP_F_A))
		return false;
	return KTAP_OP(v->w) != KTAP_OP_CTX || kp_v_context_kind(KTAP_D(v->w)) != KIND(INT);
}

static bool jumps_back(const struct kp_verifier *v)
{
	s64 target;

	return kp_v_jump_target(v, &target) && target <= v->pc;
}

static bool asks_event(const struct kp_verifier *v)
{
	u32 c = KTAP_C(v->w), d = KTAP_D(v->w);

	switch (KTAP_OP(v->w)) {
	case KTAP_OP_CTX:
		return d == KTAP_CTX_ARGSTR || d == KTAP_CTX_EVENT;
	case KTAP_OP_BUILTIN:
		return c == KTAP_BI_EVTEXT || c == KTAP_BI_EVFIELD || c == KTAP_BI_ARG;
	default:
		return false;
	}
}

/* Called or taken as a value. */
static bool keeps_addresses(const struct kp_verifier *v)
{
	u32 op = KTAP_OP(v->w), bi = op == KTAP_OP_LOADBI ? (u32)KTAP_D(v->w) : KTAP_C(v->w);

	return (op == KTAP_OP_LOADBI || op == KTAP_OP_BUILTIN) &&
	       (bi == KTAP_BI_USTACK || bi == KTAP_BI_USYM);
}

static bool calls_back(u32 builtin)
{
	return builtin == KTAP_BI_PCALL || builtin == KTAP_BI_TABLE_SORT;
}

static void note_field(struct kp_fn *fn, u32 ref)
{
	fn->flags |= ref < 64 ? KP_FN_ARGS : KP_FN_ARGS | KP_FN_WHOLE;
	fn->refs |= 1ull << ref % 64;
}

static void note_flags(struct kp_verifier *v)
{
	u32 op = KTAP_OP(v->w);

	if (walks_registers(v) || jumps_back(v) || info(v)->flags & (KTAP_F_C | KTAP_F_P))
		v->fn->flags |= KP_FN_FILL;
	if (keeps_addresses(v))
		v->fn->flags |= KP_FN_SPACE;
	if (asks_event(v))
		v->fn->flags |= KP_FN_ARGS | KP_FN_WHOLE;
	if (op == KTAP_OP_FIELD)
		note_field(v->fn, KTAP_D(v->w));
	if (op == KTAP_OP_CALL || op == KTAP_OP_PCALL || op == KTAP_OP_TAILCALL ||
	    (op == KTAP_OP_BUILTIN && calls_back(KTAP_C(v->w))))
		v->fn->flags |= KP_FN_CALLS;
}

/* Sets only grow, and a block is run again when they have: the last facts hold. */
static void note_facts(struct kp_verifier *v)
{
	const struct kp_opinfo *op = info(v);
	u8 fact = v->mark[v->pc] >= HEAD ? 0 : KP_FACT_STRAIGHT;
	u32 i;

	for (i = 0; i < kp_noperands(op); i++) {
		u8 kind = op->operand[i];

		if ((kind == KTAP_OPD_reg || kind == KTAP_OPD_dst) &&
		    v->cur[kp_operand(v->w, i)] == KIND(INT))
			fact |= KP_FACT_INT0 << i;
	}
	if (KTAP_OP(v->w) == KTAP_OP_FORLOOP && v->cur[KTAP_A(v->w) + 3] == KIND(INT))
		fact |= KP_FACT_INT1;
	v->fact[v->pc] = fact;
}

void kp_v_note(struct kp_verifier *v)
{
	note_flags(v);
	note_facts(v);
}
