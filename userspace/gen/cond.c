// SPDX-License-Identifier: GPL-2.0
/*
 * cond.c - truth as control flow: comparisons jump instead of making a boolean.
 */
#include "gen.h"

#include "check/fold.h"

static void branch_value(struct emitter *m, struct expr *e, bool when, unsigned int label)
{
	unsigned int reg = gen_any(m, e);

	m->code->pos = e->pos;
	code_test(m->code, when ? KTAP_OP_TEST : KTAP_OP_TESTN, reg, 0, label);
}

/* a && b is false as soon as a is; a || b is true as soon as a is. */
static void branch_logic(struct emitter *m, struct expr *e, bool when, unsigned int label)
{
	bool decides = e->bin.op == AST_OR;
	unsigned int past;

	if (when == decides) {
		gen_branch(m, e->bin.a, when, label);
		gen_branch(m, e->bin.b, when, label);
		return;
	}
	past = code_label(m->code);
	gen_branch(m, e->bin.a, decides, past);
	gen_branch(m, e->bin.b, when, label);
	code_place(m->code, past);
}

static unsigned int negated(unsigned int op)
{
	switch (op) {
	case AST_EQ: return AST_NE;
	case AST_NE: return AST_EQ;
	case AST_LT: return AST_GE;
	case AST_LE: return AST_GT;
	case AST_GT: return AST_LE;
	default:     return AST_LT;
	}
}

/* The same comparison with its sides exchanged. */
static unsigned int mirrored(unsigned int op)
{
	switch (op) {
	case AST_LT: return AST_GT;
	case AST_LE: return AST_GE;
	case AST_GT: return AST_LT;
	case AST_GE: return AST_LE;
	default:     return op;
	}
}

static bool is_order(unsigned int op)
{
	return op != AST_EQ && op != AST_NE;
}

static unsigned int const_opcode(unsigned int op)
{
	switch (op) {
	case AST_EQ: return KTAP_OP_EQK;
	case AST_NE: return KTAP_OP_NEK;
	case AST_LT: return KTAP_OP_LTK;
	case AST_LE: return KTAP_OP_LEK;
	case AST_GT: return KTAP_OP_GTK;
	default:     return KTAP_OP_GEK;
	}
}

/* May it be the constant side of this comparison? Strings only where order is not asked. */
static bool fits_const(unsigned int op, const struct expr *e)
{
	return e->kind == EX_INT || (e->kind == EX_STR && !is_order(op));
}

static void compare_const(struct emitter *m, struct expr *e, unsigned int op, struct expr *a,
			  const struct expr *k, unsigned int label)
{
	struct code *c = m->code;
	unsigned int reg = gen_any(m, a);

	c->pos = e->pos;
	code_test(c, const_opcode(op), reg,
		  k->kind == EX_INT ? code_int(c, k->num) : code_str(c, k->str), label);
	if (a == e->bin.b && is_order(op))
		code_swapped(c);
}

/* There are four comparisons of registers; > and >= exchange the sides. */
static void compare_regs(struct emitter *m, struct expr *e, unsigned int op, unsigned int label)
{
	unsigned int a = gen_any(m, e->bin.a), b = gen_any(m, e->bin.b);
	bool swap = op == AST_GT || op == AST_GE;

	op = swap ? mirrored(op) : op;
	m->code->pos = e->pos;
	code_test(m->code, op == AST_EQ ? KTAP_OP_EQ : op == AST_NE ? KTAP_OP_NE :
		  op == AST_LT ? KTAP_OP_LT : KTAP_OP_LE,
		  swap ? b : a, swap ? a : b, label);
	if (swap)
		code_swapped(m->code);
}

static void branch_compare(struct emitter *m, struct expr *e, bool when, unsigned int label)
{
	unsigned int op = when ? e->bin.op : negated(e->bin.op);

	if (fits_const(op, e->bin.b))
		compare_const(m, e, op, e->bin.a, e->bin.b, label);
	else if (fits_const(op, e->bin.a))
		compare_const(m, e, mirrored(op), e->bin.b, e->bin.a, label);
	else
		compare_regs(m, e, op, label);
}

static bool is_compare(const struct expr *e)
{
	return e->kind == EX_BINARY && e->bin.op >= AST_EQ && e->bin.op <= AST_GE;
}

void gen_branch(struct emitter *m, struct expr *e, bool when, unsigned int label)
{
	unsigned int free = m->code->free;

	m->code->pos = e->pos;
	if (expr_is_const(e)) {
		if (const_is_true(e) == when)
			code_jump(m->code, KTAP_OP_JMP, 0, label);
	} else if (e->kind == EX_UNARY && e->bin.op == AST_NOT) {
		gen_branch(m, e->bin.a, !when, label);
	} else if (e->kind == EX_BINARY && (e->bin.op == AST_AND || e->bin.op == AST_OR)) {
		branch_logic(m, e, when, label);
	} else if (is_compare(e)) {
		branch_compare(m, e, when, label);
	} else {
		branch_value(m, e, when, label);
	}
	m->code->free = free;
}
