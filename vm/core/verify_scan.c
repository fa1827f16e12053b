// SPDX-License-Identifier: GPL-2.0
/*
 * verify_scan.c - each instruction alone: opcode, operands, counts, ranges, second words.
 */
#include "verify.h"

static bool operand_valid(const struct kp_fn *fn, u8 kind, s32 x)
{
	u32 u = (u32)x;

	switch (kind) {
	case KTAP_OPD_dst:
	case KTAP_OPD_reg:
	case KTAP_OPD_cell:
	case KTAP_OPD_base:	return u < fn->nregs;
	case KTAP_OPD_swap:
	case KTAP_OPD_flag:	return u <= 1;
	case KTAP_OPD_kany:	return u < fn->nk;
	case KTAP_OPD_kint:	return u < fn->nk && fn->k[u].tag == KTAP_T_INT;
	case KTAP_OPD_kstr:	return u < fn->nk && fn->k[u].tag == KTAP_T_STR;
	case KTAP_OPD_glob:	return u < fn->prog->nglobal;
	case KTAP_OPD_fn:	return u < fn->prog->nfn && u > 0;
	case KTAP_OPD_spec:	return u < fn->prog->nspec;
	case KTAP_OPD_upv:	return u < fn->nup && !fn->up[u].cell;
	case KTAP_OPD_upc:	return u < fn->nup && fn->up[u].cell;
	case KTAP_OPD_fref:	return u < fn->prog->nfref;
	case KTAP_OPD_ctx:	return u < KTAP_CTX__MAX;
	case KTAP_OPD_bi:	return u < KTAP_BI__MAX;
	case KTAP_OPD_arith:	return u < KTAP_ARITH__MAX;
	default:		return true;	/* num, cnt, imm, jmp: by instruction */
	}
}

/* The operands of one word, by the rows of opcodes.def.h alone. */
static int scan_operands(const struct kp_verifier *v, ktap_word w)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(w)];
	u32 i;

	for (i = 0; i < kp_noperands(op); i++) {
		s32 x = kp_operand(w, i);

		if (op->operand[i] == KTAP_OPD_none && x)
			return bad(v, KTAP_E_V_NONE, i + 1, 0);
		if (!operand_valid(v->fn, op->operand[i], x))
			return bad(v, KTAP_E_V_OPERAND, i + 1, x);
	}
	return 0;
}

/* Counts that have limits of their own. */
static int scan_counts(const struct kp_verifier *v)
{
	ktap_word w = v->w;
	u32 b = KTAP_B(w), c = KTAP_C(w);

	switch (KTAP_OP(w)) {
	case KTAP_OP_LOADNIL:
		return KTAP_D(w) ? 0 : bad(v, KTAP_E_V_OPERAND, 2, 0);
	case KTAP_OP_TUPLE:
		if (c < 2 || c > KTAP_MAX_TUPLE)
			return bad(v, KTAP_E_V_OPERAND, 3, c);
		return 0;
	case KTAP_OP_CONCAT:
		return c >= 2 ? 0 : bad(v, KTAP_E_V_OPERAND, 3, c);
	case KTAP_OP_ITERNEXT:
		if (b < 1 || b > KTAP_MAX_TUPLE)
			return bad(v, KTAP_E_V_OPERAND, 2, b);
		return c <= 1 ? 0 : bad(v, KTAP_E_V_OPERAND, 3, c);
	default:
		return 0;
	}
}

static int scan_range(const struct kp_verifier *v, struct kp_span r)
{
	if (r.n && r.base + r.n > v->fn->nregs)
		return bad(v, KTAP_E_V_RANGE, r.base, r.base + r.n - 1);
	return 0;
}

static int scan_builtin(const struct kp_verifier *v)
{
	static const struct { s8 min, max, results; } bi[] = {
#define _(NAME, name, min, max, results, contexts, help) { min, max, results },
		KTAP_BUILTINS(_)
#undef _
	};
	u32 id = KTAP_C(v->w);
	s32 nargs = (s32)KTAP_B(v->w) - 1, nres = (s32)KTAP_A(v->ext) - 1;

	if (nargs >= 0 && (nargs < bi[id].min || (bi[id].max >= 0 && nargs > bi[id].max)))
		return bad(v, KTAP_E_V_ARITY, id, nargs);
	if (bi[id].results >= 0 && nres > bi[id].results)
		return bad(v, KTAP_E_V_RESULTS, id, nres);
	return 0;
}

/* What an EXT holds depends on its owner; the part that the owner leaves is zero. */
static int scan_ext(const struct kp_verifier *v)
{
	u32 a = KTAP_A(v->ext), d = KTAP_D(v->ext);

	if (KTAP_OP(v->w) == KTAP_OP_APPEND)
		return a ? bad(v, KTAP_E_V_NONE, 1, 0) : 0;
	if (d)
		return bad(v, KTAP_E_V_NONE, 2, 0);
	if (KTAP_OP(v->w) == KTAP_OP_BUILTIN)
		return scan_builtin(v);
	return a < KTAP_ARITH__MAX ? 0 : bad(v, KTAP_E_V_OPERAND, 1, a);
}

static bool is_order(u32 op)
{
	return op == KTAP_OP_LT || op == KTAP_OP_LE || (op >= KTAP_OP_LTK && op <= KTAP_OP_GEK);
}

static int scan_pair(const struct kp_verifier *v)
{
	u32 want = info(v)->flags & KTAP_F_J ? KTAP_OP_JMP : KTAP_OP_EXT;
	ktap_word second = v->pc + 1 < v->fn->ncode ? v->fn->code[v->pc + 1] : v->w;

	if (KTAP_OP(second) != want)
		return bad(v, KTAP_E_V_PAIR, 0, 0);
	if (want == KTAP_OP_JMP && KTAP_A(second) && !is_order(KTAP_OP(v->w)))
		return bad(v, KTAP_E_V_NONE, 1, 0);
	return scan_operands(v, second);
}

static int scan_instruction(struct kp_verifier *v)
{
	u32 op = KTAP_OP(v->w);
	int err;

	if (op >= KTAP_OP__MAX)
		return bad(v, KTAP_E_V_OPCODE, op, 0);
	if (op == KTAP_OP_EXT)
		return bad(v, KTAP_E_V_STRAY, 0, 0);
	if (op == KTAP_OP_JMP && KTAP_A(v->w))
		return bad(v, KTAP_E_V_NONE, 1, 0);
	err = scan_operands(v, v->w);
	if (!err)
		err = scan_counts(v);
	if (!err && kp_is_pair(info(v)))
		err = scan_pair(v);
	if (err)
		return err;
	fetch(v, v->pc);
	err = scan_range(v, kp_v_range_read(v));
	if (!err)
		err = scan_range(v, kp_v_range_written(v));
	if (!err && info(v)->flags & KTAP_F_X)
		err = scan_ext(v);
	return err;
}

int kp_v_scan(struct kp_verifier *v)
{
	u32 pc;
	int err;

	v->w = 0;
	for (pc = 0; pc < v->fn->ncode; pc += length(v)) {
		v->pc = pc;
		v->w = v->fn->code[pc];
		v->mark[pc] = START;
		err = scan_instruction(v);
		if (err)
			return err;
	}
	if (!pc || !(info(v)->flags & KTAP_F_E))
		return bad(v, KTAP_E_V_FALL, 0, 0);
	return 0;
}
