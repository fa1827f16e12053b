// SPDX-License-Identifier: GPL-2.0
/*
 * verify_read.c - what an instruction reads is written, and of the kind that it needs.
 */
#include "verify.h"

static int need(const struct kp_verifier *v, u32 r, u32 allowed)
{
	if (v->cur[r] & UNINIT)
		return bad(v, KTAP_E_V_UNINIT, r, 0);
	if (v->cur[r] & ~allowed)
		return bad(v, KTAP_E_V_KIND, r, 0);
	return 0;
}

/* The one member of the event object that says nothing of its fields. */
static bool key_is_name(const struct kp_value *k)
{
	return k->tag == KTAP_T_STR && k->str->len == 4 &&
	       !memcmp(k->str->data, "name", 4);
}

/* Whether the instruction, given the event object, may go on to its fields or text. */
static bool looks_into_event(const struct kp_verifier *v)
{
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_MOVE:
	case KTAP_OP_TEST:
	case KTAP_OP_TESTN:
	case KTAP_OP_NOT:
	case KTAP_OP_EQ:
	case KTAP_OP_NE:
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:
	case KTAP_OP_RETURN:
	case KTAP_OP_RET1:
		return false;
	case KTAP_OP_GETTABK:
		return !key_is_name(&v->fn->k[KTAP_C(v->w)]);
	default:
		return true;
	}
}

static int need_plain(const struct kp_verifier *v, u32 r)
{
	int err = need(v, r, PLAIN);

	if (!err && v->cur[r] & KIND(EVENT) && looks_into_event(v))
		v->fn->flags |= KP_FN_ARGS | KP_FN_WHOLE;
	return err;
}

static int read_operands(const struct kp_verifier *v)
{
	const struct kp_opinfo *op = info(v);
	u32 i;
	int err = 0;

	for (i = 0; !err && i < kp_noperands(op); i++) {
		u32 r = (u32)kp_operand(v->w, i);

		if (op->operand[i] == KTAP_OPD_reg)
			err = need_plain(v, r);
		else if (op->operand[i] == KTAP_OPD_cell)
			err = need(v, r, KIND(CELL));
	}
	return err;
}

/* An open range is fixed up to where the multi range behind it begins. */
static int read_range(const struct kp_verifier *v, struct kp_span r)
{
	u32 i, end = r.base + r.n;
	int err = 0;

	if (r.open && (v->open < 0 || (u32)v->open < end))
		return bad(v, KTAP_E_V_MULTI, 0, 0);
	if (r.open)
		end = (u32)v->open;
	for (i = r.base; !err && i < end; i++)
		err = need_plain(v, i);
	return err;
}

static int read_capture(const struct kp_verifier *v, const struct kp_upval *up)
{
	const struct kp_fn *fn = v->fn;
	u32 allowed = up->cell ? KIND(CELL) : PLAIN;
	bool ok;

	if (up->from == KTAP_UPVAL_UPVAL)
		ok = up->index < fn->nup && fn->up[up->index].cell == up->cell;
	else
		ok = up->index < fn->nregs && !(v->cur[up->index] & ~allowed);
	return ok ? 0 : bad(v, KTAP_E_V_UPVAL, up->index, 0);
}

static int read_captures(const struct kp_verifier *v)
{
	const struct kp_fn *made = &v->fn->prog->fn[KTAP_D(v->w)];
	u32 i;
	int err = 0;

	for (i = 0; !err && i < made->nup; i++)
		err = read_capture(v, &made->up[i]);
	return err;
}

static int read_for(const struct kp_verifier *v)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < 3; i++)
		err = need(v, KTAP_A(v->w) + i, KIND(INT));
	return err;
}

int kp_v_read(const struct kp_verifier *v)
{
	int err = read_operands(v);

	if (!err)
		err = read_range(v, kp_v_range_read(v));
	if (err)
		return err;
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_CLOSURE:
		return read_captures(v);
	case KTAP_OP_FORLOOP:
		return read_for(v);
	case KTAP_OP_ITERNEXT:
		return need(v, KTAP_A(v->w), KIND(ITER));
	default:
		return 0;
	}
}
