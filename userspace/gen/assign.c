// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include <stdlib.h>

/* What is left of `=`, its parts evaluated. */
struct place {
	struct expr *e;
	unsigned int obj, key;	/* registers of an INDEX */
	int k;			/* its key as a constant, -1: in `key` */
};

/* `keep`: in registers that later assignments of the same statement leave alone. */
static struct place gen_place(struct emitter *m, struct expr *e, bool keep)
{
	struct place place = { .e = e, .k = -1 };

	if (e->kind != EX_INDEX)
		return place;
	place.obj = keep ? gen_next(m, e->index.obj) : gen_any(m, e->index.obj);
	place.k = gen_small_const(m, e->index.key);
	if (place.k < 0)
		place.key = keep ? gen_next(m, e->index.key) : gen_any(m, e->index.key);
	return place;
}

void gen_store_var(struct emitter *m, struct var *var, unsigned int value)
{
	struct code *c = m->code;

	if (var->owner != m->fn)
		code_ad(c, KTAP_OP_SETUPC, value, gen_upval(m, var));
	else if (var_is_cell(var))
		code_ad(c, KTAP_OP_SETCELL, var->reg, value);
	else if (var->reg != value)
		code_ad(c, KTAP_OP_MOVE, var->reg, value);
	if (var->owner != m->fn || var_is_cell(var))
		code_name(c, var->name);
}

static void gen_store(struct emitter *m, const struct place *place, unsigned int value)
{
	struct code *c = m->code;

	c->pos = place->e->pos;
	if (place->e->kind == EX_LOCAL) {
		gen_store_var(m, place->e->var, value);
		return;
	}
	if (place->e->kind == EX_GLOBAL)
		code_ad(c, KTAP_OP_SETGLOB, value, gen_global(m, place->e->global));
	else if (place->k >= 0)
		code_abc(c, KTAP_OP_SETTABK, place->obj, (unsigned int)place->k, value);
	else
		code_abc(c, KTAP_OP_SETTAB, place->obj, place->key, value);
	code_name(c, gen_target(m, place->e));
}

static void assign_one(struct emitter *m, struct expr *target, struct expr *value)
{
	struct place place;

	if (gen_is_register(m, target)) {
		gen_to(m, value, target->var->reg);
		return;
	}
	place = gen_place(m, target, false);
	gen_store(m, &place, gen_any(m, value));
}

/* Everything is evaluated before anything is assigned. */
static void assign_many(struct emitter *m, struct stmt *s)
{
	unsigned int n = s->assign.targets.n, i = 0, values;
	struct place *places = xmalloc(n * sizeof(*places));
	struct expr *target;

	for (target = s->assign.targets.first; target; target = target->next)
		places[i++] = gen_place(m, target, true);
	values = gen_values(m, s->assign.values, (int)n);
	while (i--)
		gen_store(m, &places[i], values + i);
	free(places);
}

void gen_assign(struct emitter *m, struct stmt *s)
{
	if (s->assign.targets.n == 1 && s->assign.values.n == 1)
		assign_one(m, s->assign.targets.first, s->assign.values.first);
	else
		assign_many(m, s);
}

/*
 * A register variable that may be nil counts as 0. What is true is not nil: one
 * test for the common case.
 */
static void zero_if_nil(struct emitter *m, unsigned int reg)
{
	struct code *c = m->code;
	unsigned int nil = code_take(c, 1), go = code_label(c);

	code_test(c, KTAP_OP_TEST, reg, 0, go);
	code_ad(c, KTAP_OP_LOADNIL, nil, 1);
	code_test(c, KTAP_OP_NE, reg, nil, go);
	code_ad(c, KTAP_OP_LOADI, reg, 0);
	code_place(c, go);
}

/* The value is evaluated while the variable is still what it was. */
static void add_to_register(struct emitter *m, struct stmt *s)
{
	struct expr *value = s->update.value;
	const struct var *var = s->update.target->var;
	bool itself = gen_is_register(m, value) && value->var == var;
	unsigned int reg = itself ? gen_next(m, value) : gen_any(m, value);

	zero_if_nil(m, var->reg);
	m->code->pos = s->pos;
	code_abc(m->code, KTAP_OP_ADD + s->update.op, var->reg, var->reg, reg);
}

static void update_register(struct emitter *m, struct stmt *s)
{
	struct var *var = s->update.target->var;
	unsigned int op = s->update.op, first;
	bool may_be_nil = !var->integer && (op == KTAP_ARITH_ADD || op == KTAP_ARITH_SUB);

	if (op == KTAP_ARITH_CONCAT) {
		first = gen_next(m, s->update.target);
		gen_next(m, s->update.value);
		code_abc(m->code, KTAP_OP_CONCAT, var->reg, first, 2);
		return;
	}
	if (may_be_nil && s->update.value->kind != EX_INT) {
		add_to_register(m, s);
		return;
	}
	if (may_be_nil)
		zero_if_nil(m, var->reg);
	m->code->pos = s->pos;
	gen_arith(m, op, var->reg, var->reg, s->update.value);
}

/* The atomic instructions of a kind of variable: for +=, and for any operator. */
struct update_ops {
	unsigned int add, any;
	bool value_first;	/* operand a is the value, d the variable */
};

static struct update_ops aggregate_ops(const struct emitter *m, const struct expr *target)
{
	if (target->kind == EX_GLOBAL)
		return (struct update_ops) { KTAP_OP_GLOBAGG, KTAP_OP_GLOBAGG, true };
	if (target->var->owner != m->fn)
		return (struct update_ops) { KTAP_OP_UPCAGG, KTAP_OP_UPCAGG, true };
	return (struct update_ops) { KTAP_OP_CELLAGG, KTAP_OP_CELLAGG, false };
}

static struct update_ops update_ops(const struct emitter *m, const struct expr *target,
				    unsigned int op)
{
	if (op == AST_AGGREGATE)
		return aggregate_ops(m, target);
	if (target->kind == EX_GLOBAL)
		return (struct update_ops) { KTAP_OP_GLOBADD, KTAP_OP_GLOBUP, true };
	if (target->var->owner != m->fn)
		return (struct update_ops) { KTAP_OP_UPCADD, KTAP_OP_UPCUP, true };
	return (struct update_ops) { KTAP_OP_CELLADD, KTAP_OP_CELLUP, false };
}

static unsigned int update_slot(struct emitter *m, const struct expr *target)
{
	if (target->kind == EX_GLOBAL)
		return gen_global(m, target->global);
	return target->var->owner == m->fn ? target->var->reg : gen_upval(m, target->var);
}

/* Subtracting a constant is adding another: one instruction instead of two. */
static void subtract_as_add(struct stmt *s)
{
	struct expr *value = s->update.value;

	if (s->update.op != KTAP_ARITH_SUB || value->kind != EX_INT)
		return;
	s->update.op = KTAP_ARITH_ADD;
	value->num = (int64_t)(0 - (uint64_t)value->num);
}

static void update_shared(struct emitter *m, struct stmt *s)
{
	struct update_ops ops = update_ops(m, s->update.target, s->update.op);
	unsigned int value = gen_any(m, s->update.value);
	unsigned int slot = update_slot(m, s->update.target);
	bool add = s->update.op == KTAP_ARITH_ADD;

	m->code->pos = s->pos;
	code_ad(m->code, add ? ops.add : ops.any, ops.value_first ? value : slot,
		ops.value_first ? slot : value);
	code_name(m->code, gen_target(m, s->update.target));
	if (!add && s->update.op != AST_AGGREGATE)
		code_ad(m->code, KTAP_OP_EXT, s->update.op, 0);
}

static bool is_small_add(const struct stmt *s)
{
	const struct expr *value = s->update.value;

	return s->update.op == KTAP_ARITH_ADD && value->kind == EX_INT &&
	       value->num >= INT8_MIN && value->num <= INT8_MAX;
}

static void update_entry(struct emitter *m, struct stmt *s)
{
	struct expr *target = s->update.target;
	unsigned int obj = gen_any(m, target->index.obj);
	unsigned int key = gen_any(m, target->index.key), value;

	if (is_small_add(s)) {
		m->code->pos = s->pos;
		code_abc(m->code, KTAP_OP_TABADDI, obj, key, (unsigned int)s->update.value->num);
		code_name(m->code, gen_target(m, target));
		return;
	}
	value = gen_any(m, s->update.value);
	m->code->pos = s->pos;
	if (s->update.op == KTAP_ARITH_ADD || s->update.op == AST_AGGREGATE) {
		code_abc(m->code, s->update.op == AST_AGGREGATE ? KTAP_OP_TABAGG : KTAP_OP_TABADD,
			 obj, key, value);
		code_name(m->code, gen_target(m, target));
		return;
	}
	code_abc(m->code, KTAP_OP_TABUP, obj, key, value);
	code_name(m->code, gen_target(m, target));
	code_ad(m->code, KTAP_OP_EXT, s->update.op, 0);
}

void gen_update(struct emitter *m, struct stmt *s)
{
	if (gen_is_register(m, s->update.target)) {
		update_register(m, s);
		return;
	}
	subtract_as_add(s);
	if (s->update.target->kind == EX_INDEX)
		update_entry(m, s);
	else
		update_shared(m, s);
}

void gen_bind(struct emitter *m, struct var_list vars, unsigned int first)
{
	struct code *c = m->code;
	struct var *var;

	for (var = vars.first; var; var = var->next) {
		var->reg = (uint8_t)first++;
		if (var_is_cell(var))
			code_ad(c, KTAP_OP_NEWCELL, var->reg, var->reg);
	}
	c->fixed = c->free = first;
}

/* The value is in `value`; a captured variable is a new one each time. */
static void fill_preset(struct emitter *m, const struct var *var, unsigned int value)
{
	code_ad(m->code, var_is_cell(var) ? KTAP_OP_NEWCELL : KTAP_OP_MOVE, var->reg, value);
}

void gen_local(struct emitter *m, struct stmt *s)
{
	unsigned int first = gen_values(m, s->local.values, (int)s->local.vars.n);
	const struct var *var = s->local.vars.first;

	if (!var->preset) {
		gen_bind(m, s->local.vars, first);
		return;
	}
	for (; var; var = var->next)
		fill_preset(m, var, first++);
}

void gen_localfunc(struct emitter *m, struct stmt *s)
{
	struct var_list vars = { s->localfunc.var, s->localfunc.var, 1 };
	struct code *c = m->code;
	unsigned int reg;

	if (!var_is_cell(vars.first) && !vars.first->preset) {
		gen_bind(m, vars, gen_next(m, s->localfunc.func));
		return;
	}
	reg = code_take(c, 1);
	code_ad(c, KTAP_OP_LOADNIL, reg, 1);
	if (vars.first->preset)
		fill_preset(m, vars.first, reg);
	else
		gen_bind(m, vars, reg);
	gen_store_var(m, vars.first, gen_next(m, s->localfunc.func));
}
