// SPDX-License-Identifier: GPL-2.0
/*
 * loop.c - loops test at the bottom: one jump a turn. A variable that a closure
 * captures is a new one in every turn.
 */
#include "gen.h"

#include "check/fold.h"

static struct loop loop_enter(struct emitter *m)
{
	struct loop loop = { m->loop, code_label(m->code), code_label(m->code) };

	return loop;
}

static void loop_body(struct emitter *m, struct loop *loop, struct stmt_list body)
{
	m->loop = loop;
	gen_body(m, body);
	m->loop = loop->outer;
}

static struct var_list just(struct var *var)
{
	return (struct var_list) { var, var, 1 };
}

/* Goes to the test first; the body that follows is reached by a jump from there. */
static void enter_at(struct emitter *m, unsigned int test, unsigned int top)
{
	bool dead = m->code->dead;

	code_jump(m->code, KTAP_OP_JMP, 0, test);
	code_place(m->code, top);
	m->code->dead = dead;
}

/* Ends the variables declared since `fixed`. */
static void leave(struct emitter *m, unsigned int fixed)
{
	m->code->fixed = m->code->free = fixed;
}

void gen_while(struct emitter *m, struct stmt *s)
{
	struct loop loop = loop_enter(m);
	unsigned int top = code_label(m->code);

	if (expr_is_const(s->loop.cond) && const_is_true(s->loop.cond))
		code_place(m->code, top);
	else
		enter_at(m, loop.on_continue, top);
	loop_body(m, &loop, s->loop.body);
	code_place(m->code, loop.on_continue);
	gen_branch(m, s->loop.cond, true, top);
	code_place(m->code, loop.on_break);
}

/* A register, nil for now, for each variable. */
static void preset_list(struct emitter *m, struct var_list vars)
{
	struct var *var;

	code_ad(m->code, KTAP_OP_LOADNIL, code_take(m->code, vars.n), vars.n);
	gen_bind(m, vars, m->code->free - vars.n);
	for (var = vars.first; var; var = var->next)
		var->preset = true;
}

/*
 * The condition may read what a `continue` passed over: it finds nil. So the
 * body's own variables have their registers from the beginning.
 */
static void preset_variables(struct emitter *m, struct stmt_list body)
{
	const struct stmt *s;

	for (s = body.first; s; s = s->next) {
		if (s->kind == ST_LOCAL)
			preset_list(m, s->local.vars);
		else if (s->kind == ST_LOCALFUNC)
			preset_list(m, just(s->localfunc.var));
	}
}

void gen_repeat(struct emitter *m, struct stmt *s)
{
	struct loop loop = loop_enter(m);
	unsigned int top = code_label(m->code), fixed = m->code->fixed;

	code_place(m->code, top);
	if (s->loop.continues)
		preset_variables(m, s->loop.body);
	m->loop = &loop;
	gen_stmts(m, s->loop.body);
	m->loop = loop.outer;
	code_place(m->code, loop.on_continue);
	gen_branch(m, s->loop.cond, false, top);
	code_place(m->code, loop.on_break);
	leave(m, fixed);
}

void gen_fornum(struct emitter *m, struct stmt *s)
{
	struct loop loop = loop_enter(m);
	struct code *c = m->code;
	unsigned int fixed = c->fixed, base, top = code_label(c);

	base = gen_next(m, s->range.from);
	gen_next(m, s->range.to);
	if (s->range.step)
		gen_next(m, s->range.step);
	else
		gen_load_int(m, code_take(c, 1), 1);
	code_take(c, 1);
	c->pos = s->pos;
	code_jump(c, KTAP_OP_FORPREP, base, loop.on_break);
	code_place(c, top);
	gen_bind(m, just(s->range.var), base + 3);
	loop_body(m, &loop, s->range.body);
	code_place(c, loop.on_continue);
	c->pos = s->pos;
	code_jump(c, KTAP_OP_FORLOOP, base, top);
	code_place(c, loop.on_break);
	leave(m, fixed);
}

/* The next turn's variables start with the values of this one's. */
static void renew(struct emitter *m, const struct stmt *init)
{
	unsigned int copy;
	const struct var *var;

	for (var = init ? init->local.vars.first : NULL; var; var = var->next) {
		if (!var_is_cell(var))
			continue;
		copy = code_take(m->code, 1);
		code_ad(m->code, KTAP_OP_GETCELL, copy, var->reg);
		code_ad(m->code, KTAP_OP_NEWCELL, var->reg, copy);
		m->code->free = copy;
	}
}

void gen_forc(struct emitter *m, struct stmt *s)
{
	struct loop loop = loop_enter(m);
	struct code *c = m->code;
	unsigned int fixed = c->fixed, top = code_label(c), test = code_label(c);

	if (s->forc.init)
		gen_stmt(m, s->forc.init);
	if (s->forc.cond)
		enter_at(m, test, top);
	else
		code_place(c, top);
	loop_body(m, &loop, s->forc.body);
	code_place(c, loop.on_continue);
	renew(m, s->forc.init);
	if (s->forc.step)
		gen_stmt(m, s->forc.step);
	code_place(c, test);
	c->pos = s->pos;
	if (s->forc.cond)
		gen_branch(m, s->forc.cond, true, top);
	else
		code_jump(c, KTAP_OP_JMP, 0, top);
	code_place(c, loop.on_break);
	leave(m, fixed);
}

/* pairs(t) in a loop's head is t. */
static struct expr *iterated(struct expr *e)
{
	if (e->kind == EX_CALL && e->call.fn->kind == EX_BUILTIN &&
	    e->call.fn->id == KTAP_BI_PAIRS && e->call.args.n == 1)
		return e->call.args.first;
	return e;
}

void gen_forin(struct emitter *m, struct stmt *s)
{
	struct loop loop = loop_enter(m);
	struct code *c = m->code;
	unsigned int fixed = c->fixed, n = s->forin.vars.n, top = code_label(c);
	unsigned int base = code_take(c, 1), keys = n > 1 ? n - 1 : 1, table;

	table = gen_any(m, iterated(s->forin.table));
	c->pos = s->pos;
	code_ad(c, KTAP_OP_ITERPREP, base, table);
	c->free = base + 1;
	code_take(c, n);
	enter_at(m, loop.on_continue, top);
	gen_bind(m, s->forin.vars, base + 1);
	loop_body(m, &loop, s->forin.body);
	code_place(c, loop.on_continue);
	c->pos = s->pos;
	code_abc(c, KTAP_OP_ITERNEXT, base, keys, n > 1);
	code_test_jump(c, top);
	code_place(c, loop.on_break);
	leave(m, fixed);
}
