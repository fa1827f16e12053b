// SPDX-License-Identifier: GPL-2.0
/*
 * verify_write.c - what is known of the registers that an instruction writes.
 */
#include "verify.h"

/* Types of context variables. */
enum { CTX_int, CTX_str, CTX_text, CTX_event };

static const u8 context_type[] = {
#define _(NAME, name, type, help) CTX_##type,
	KTAP_CTXVARS(_)
#undef _
};

u32 kp_v_context_kind(u32 var)
{
	if (context_type[var] == CTX_int)
		return KIND(INT);
	return var == KTAP_CTX_EVENT ? PLAIN : NO_EVENT;
}

static bool is_arithmetic(u32 op)
{
	return (op >= KTAP_OP_ADD && op <= KTAP_OP_USHR) ||
	       (op >= KTAP_OP_ADDK && op <= KTAP_OP_USHRK) ||
	       op == KTAP_OP_NEG || op == KTAP_OP_BNOT;
}

static u32 result(const struct kp_verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_MOVE:	return v->cur[KTAP_D(w)];
	case KTAP_OP_LOADNIL:	return KIND(NIL);
	case KTAP_OP_LOADBOOL:	return KTAP_D(w) ? KIND(TRUE) : KIND(FALSE);
	case KTAP_OP_LOADI:	return KIND(INT);
	case KTAP_OP_LOADK:	return 1u << v->fn->k[KTAP_D(w)].tag;
	case KTAP_OP_LOADBI:	return KIND(BUILTIN);
	case KTAP_OP_NEWCELL:	return KIND(CELL);
	case KTAP_OP_NEWTAB:	return KIND(TABLE);
	case KTAP_OP_TUPLE:	return KIND(TUPLE);
	case KTAP_OP_ITERPREP:	return KIND(ITER);
	case KTAP_OP_CLOSURE:	return KIND(FUNC);
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
	case KTAP_OP_VARARG:	return PLAIN;
	case KTAP_OP_CTX:	return kp_v_context_kind(KTAP_D(w));
	case KTAP_OP_NOT:
	case KTAP_OP_IN:	return KIND(TRUE) | KIND(FALSE);
	case KTAP_OP_CONCAT:	return KIND(STR);
	default:		return is_arithmetic(KTAP_OP(w)) ? KIND(INT) : NO_EVENT;
	}
}

static void write_loop(struct kp_verifier *v, struct kp_span r, bool taken)
{
	u32 a = KTAP_A(v->w);

	if (KTAP_OP(v->w) == KTAP_OP_ITERNEXT) {
		set(v, r.base, r.base + r.n, taken ? NO_EVENT : UNINIT);
		return;
	}
	set(v, a, a + 3, KIND(INT));
	v->cur[a + 3] = taken == (KTAP_OP(v->w) == KTAP_OP_FORLOOP) ? KIND(INT) : UNINIT;
}

static void write_range(struct kp_verifier *v, struct kp_span r, u32 kinds)
{
	if (r.open || info(v)->flags & KTAP_F_C)
		set(v, r.base, v->fn->nregs, UNINIT);
	set(v, r.base, r.base + r.n, kinds);
	if (r.open)
		v->open = (s32)r.base;
}

void kp_v_write(struct kp_verifier *v, bool taken)
{
	struct kp_span r = kp_v_range_written(v);
	u32 kinds = result(v);

	v->open = -1;
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_ITERNEXT:
	case KTAP_OP_FORPREP:
	case KTAP_OP_FORLOOP:
		write_loop(v, r, taken);
		return;
	default:
		if (info(v)->operand[0] == KTAP_OPD_dst)
			v->cur[KTAP_A(v->w)] = kinds;
		write_range(v, r, kinds);
	}
}
