// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include "check/fold.h"

/* Registers from `fixed` up belong to nobody yet: writing one early harms none. */
static bool is_temporary(const struct emitter *m, unsigned int reg)
{
	return reg >= m->code->fixed;
}

unsigned int gen_upval(const struct emitter *m, const struct var *var)
{
	unsigned int i;

	for (i = 0; i < m->fn->captures.n; i++)
		if (m->fn->captures.at[i].var == var)
			break;
	return i;
}

void gen_load_int(struct emitter *m, unsigned int dst, int64_t num)
{
	if (num >= INT16_MIN && num <= INT16_MAX)
		code_ad(m->code, KTAP_OP_LOADI, dst, (unsigned int)num);
	else
		code_ad(m->code, KTAP_OP_LOADK, dst, code_int(m->code, num));
}

static void load_local(struct emitter *m, const struct var *var, unsigned int dst)
{
	struct code *c = m->code;

	if (var->owner != m->fn)
		code_ad(c, var_is_cell(var) ? KTAP_OP_GETUPC : KTAP_OP_GETUPV, dst, gen_upval(m, var));
	else if (var_is_cell(var))
		code_ad(c, KTAP_OP_GETCELL, dst, var->reg);
	else if (var->reg != dst)
		code_ad(c, KTAP_OP_MOVE, dst, var->reg);
}

int gen_small_const(struct emitter *m, const struct expr *e)
{
	unsigned int k;

	if (e->kind != EX_INT && e->kind != EX_STR)
		return -1;
	k = e->kind == EX_INT ? code_int(m->code, e->num) : code_str(m->code, e->str);
	return k < 256 ? (int)k : -1;
}

static void gen_index(struct emitter *m, struct expr *e, unsigned int dst)
{
	unsigned int obj = gen_any(m, e->index.obj);
	int k = gen_small_const(m, e->index.key);
	unsigned int key = k < 0 ? gen_any(m, e->index.key) : 0;

	m->code->pos = e->pos;
	if (k >= 0)
		code_abc(m->code, KTAP_OP_GETTABK, dst, obj, (unsigned int)k);
	else
		code_abc(m->code, KTAP_OP_GETTAB, dst, obj, key);
}

/* A call on top of the stack has its result where it is wanted. */
static void gen_one_result(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int base;

	if (is_temporary(m, dst) && dst + 1 == c->free) {
		c->free = dst;
		gen_call(m, e, 1);
		return;
	}
	base = gen_call(m, e, 1);
	code_ad(c, KTAP_OP_MOVE, dst, base);
}

#define CONCAT_BATCH	100	/* parts that are joined by one instruction */

static bool is_concat(const struct expr *e)
{
	return e->kind == EX_BINARY && e->bin.op == KTAP_ARITH_CONCAT;
}

/* The parts of a right-leaning chain side by side, a long chain in batches. */
static void gen_concat(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int first = c->free, held = 0;

	for (; is_concat(e); e = e->bin.b) {
		if (held == CONCAT_BATCH) {
			code_abc(c, KTAP_OP_CONCAT, first, first, held);
			c->free = first + 1;
			held = 1;
		}
		gen_next(m, e->bin.a);
		c->pos = e->pos;
		held++;
	}
	gen_next(m, e);
	code_abc(c, KTAP_OP_CONCAT, dst, first, held + 1);
}

static bool is_commutative(unsigned int op)
{
	return op == KTAP_ARITH_ADD || op == KTAP_ARITH_MUL || op == KTAP_ARITH_BAND ||
	       op == KTAP_ARITH_BOR || op == KTAP_ARITH_BXOR;
}

void gen_arith(struct emitter *m, unsigned int op, unsigned int dst, unsigned int a, struct expr *b)
{
	src_pos pos = m->code->pos;
	int k = b->kind == EX_INT ? gen_small_const(m, b) : -1;
	unsigned int reg = k < 0 ? gen_any(m, b) : 0;

	m->code->pos = pos;
	if (k >= 0)
		code_abc(m->code, KTAP_OP_ADDK + op, dst, a, (unsigned int)k);
	else
		code_abc(m->code, KTAP_OP_ADD + op, dst, a, reg);
}

/* A register that holds an operand: its variable's own, or that of the result, if this is a temporary. */
static unsigned int gen_operand(struct emitter *m, struct expr *e, unsigned int dst)
{
	if (gen_is_register(m, e) || !is_temporary(m, dst))
		return gen_any(m, e);
	gen_to(m, e, dst);
	return dst;
}

static void gen_arith_expr(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct expr *a = e->bin.a, *b = e->bin.b;
	unsigned int reg;

	if (a->kind == EX_INT && is_commutative(e->bin.op)) {
		a = e->bin.b;
		b = e->bin.a;
	}
	reg = gen_operand(m, a, dst);
	m->code->pos = e->pos;
	gen_arith(m, e->bin.op, dst, reg, b);
}

/* false and true on two ways that meet. */
static void gen_truth(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int yes = code_label(c), end = code_label(c);

	gen_branch(m, e, true, yes);
	code_ad(c, KTAP_OP_LOADBOOL, dst, 0);
	code_jump(c, KTAP_OP_JMP, 0, end);
	code_place(c, yes);
	code_ad(c, KTAP_OP_LOADBOOL, dst, 1);
	code_place(c, end);
}

/* The left operand is in dst while the right one is evaluated: not in a variable. */
static void gen_logic(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int end = code_label(c);
	unsigned int reg = is_temporary(m, dst) ? dst : code_take(c, 1);

	gen_to(m, e->bin.a, reg);
	c->pos = e->pos;
	code_test(c, e->bin.op == AST_AND ? KTAP_OP_TESTN : KTAP_OP_TEST, reg, 0, end);
	gen_to(m, e->bin.b, reg);
	code_place(c, end);
	if (reg != dst)
		code_ad(c, KTAP_OP_MOVE, dst, reg);
}

static void gen_in(struct emitter *m, struct expr *e, unsigned int dst)
{
	unsigned int key = gen_any(m, e->bin.a);
	unsigned int table = gen_any(m, e->bin.b);

	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_IN, dst, key, table);
}

static void gen_binary(struct emitter *m, struct expr *e, unsigned int dst)
{
	if (e->bin.op == KTAP_ARITH_CONCAT)
		gen_concat(m, e, dst);
	else if (e->bin.op < KTAP_ARITH__MAX)
		gen_arith_expr(m, e, dst);
	else if (e->bin.op == AST_AND || e->bin.op == AST_OR)
		gen_logic(m, e, dst);
	else if (e->bin.op == AST_IN)
		gen_in(m, e, dst);
	else
		gen_truth(m, e, dst);
}

static void gen_unary(struct emitter *m, struct expr *e, unsigned int dst)
{
	unsigned int a = gen_operand(m, e->bin.a, dst);
	unsigned int op = e->bin.op == AST_NEG ? KTAP_OP_NEG :
			  e->bin.op == AST_BNOT ? KTAP_OP_BNOT : KTAP_OP_NOT;

	m->code->pos = e->pos;
	code_ad(m->code, op, dst, a);
}

static void gen_choice(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int no = code_label(c), end = code_label(c);

	gen_branch(m, e->cond.test, false, no);
	gen_to(m, e->cond.yes, dst);
	code_jump(c, KTAP_OP_JMP, 0, end);
	code_place(c, no);
	gen_to(m, e->cond.no, dst);
	code_place(c, end);
}

static void gen_tuple(struct emitter *m, struct expr *e, unsigned int dst)
{
	unsigned int first = gen_values(m, e->parts, (int)e->parts.n);

	m->code->pos = e->pos;
	if (e->parts.n > KTAP_MAX_TUPLE)
		code_fail(m->code, "parts of a key", KTAP_MAX_TUPLE);
	code_abc(m->code, KTAP_OP_TUPLE, dst, first, e->parts.n);
}

static void gen_constant(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;

	switch (e->kind) {
	case EX_NIL:
		code_ad(c, KTAP_OP_LOADNIL, dst, 1);
		break;
	case EX_INT:
		gen_load_int(m, dst, e->num);
		break;
	case EX_STR:
		code_ad(c, KTAP_OP_LOADK, dst, code_str(c, e->str));
		break;
	default:
		code_ad(c, KTAP_OP_LOADBOOL, dst, e->kind == EX_TRUE);
	}
}

static void gen_value(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;

	switch (e->kind) {
	case EX_VARARG:
		code_abc(c, KTAP_OP_VARARG, dst, 2, 0);
		break;
	case EX_INDEX:
		gen_index(m, e, dst);
		break;
	case EX_TUPLE:
		gen_tuple(m, e, dst);
		break;
	case EX_CALL:
		gen_one_result(m, e, dst);
		break;
	case EX_FUNC:
		code_ad(c, KTAP_OP_CLOSURE, dst, gen_function(m->gen, m, e->func));
		break;
	case EX_TABLE:
		gen_table(m, e, dst);
		break;
	case EX_UNARY:
		gen_unary(m, e, dst);
		break;
	case EX_BINARY:
		gen_binary(m, e, dst);
		break;
	case EX_COND:
		gen_choice(m, e, dst);
		break;
	case EX_LOCAL:
		load_local(m, e->var, dst);
		break;
	case EX_GLOBAL:
		code_ad(c, KTAP_OP_GETGLOB, dst, gen_global(m, e->global));
		break;
	case EX_BUILTIN:
		code_ad(c, KTAP_OP_LOADBI, dst, e->id);
		break;
	case EX_CTX:
		code_ad(c, KTAP_OP_CTX, dst, e->id);
		break;
	case EX_FIELD:
		code_ad(c, KTAP_OP_FIELD, dst, gen_fref(m, &e->field));
		break;
	default:
		gen_constant(m, e, dst);
	}
}

void gen_to(struct emitter *m, struct expr *e, unsigned int dst)
{
	unsigned int free = m->code->free;

	m->code->pos = e->pos;
	gen_value(m, e, dst);
	m->code->free = free;
}

unsigned int gen_next(struct emitter *m, struct expr *e)
{
	unsigned int dst = code_take(m->code, 1);

	gen_to(m, e, dst);
	return dst;
}

unsigned int gen_any(struct emitter *m, struct expr *e)
{
	return gen_is_register(m, e) ? e->var->reg : gen_next(m, e);
}
