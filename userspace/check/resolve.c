// SPDX-License-Identifier: GPL-2.0
/*
 * resolve.c - first pass: every name to its declaration. A name without one
 * becomes EX_GLOBAL; what that is depends on the whole program, and is the
 * second pass's question.
 */
#include "check.h"

#include <string.h>

#include <ktap/limits.h>

#include "names.h"
#include "scope.h"

static void resolve_expr(void *data, struct expr *e);
static void resolve_body(void *data, struct stmt_list *body);
static void resolve_stmts(struct check *c, struct stmt_list body);

/* Nothing but an integer can come of it, unless it fails. */
static bool gives_integer(const struct expr *e)
{
	switch (e->kind) {
	case EX_INT:
		return true;
	case EX_UNARY:
		return e->bin.op != AST_NOT;
	case EX_BINARY:
		return e->bin.op < KTAP_ARITH_CONCAT;
	case EX_COND:
		return gives_integer(e->cond.yes) && gives_integer(e->cond.no);
	default:
		return false;
	}
}

static void resolve_name(struct check *c, struct expr *e)
{
	struct var *var = scope_find(c, e->str);
	struct str *name = e->str;

	if (var) {
		e->kind = EX_LOCAL;
		e->var = var;
		scope_capture(c, var, e->pos);
		return;
	}
	e->kind = EX_GLOBAL;
	e->global = scope_global(c, name);
	if (!e->global->met && !e->global->assigned && !name_is_known(name->s))
		e->near = scope_near(c, name->s);
	e->global->met = true;
}

static void resolve_func(struct check *c, struct func *fn)
{
	unsigned int mark = c->visible.n, loops = c->loops;
	struct stmt *repeat = c->repeat;
	struct func *outer = c->func;
	bool in_cond = c->in_cond;
	struct var *param;

	*list_push(&c->funcs) = fn;
	fn->parent = outer;
	if (!fn->handler && outer) {
		fn->handler = outer->handler;
		fn->process = outer->process;
	}
	if (fn->params.n > KTAP_MAX_PARAMS)
		diag_error(c->diag, fn->pos, "function has more than %u parameters", KTAP_MAX_PARAMS);
	c->func = fn;
	c->loops = 0;
	c->repeat = NULL;
	c->in_cond = false;
	for (param = fn->params.first; param; param = param->next)
		scope_declare(c, param);
	resolve_stmts(c, fn->body);
	scope_leave(c, mark);
	c->func = outer;
	c->loops = loops;
	c->repeat = repeat;
	c->in_cond = in_cond;
}

static void resolve_expr(void *data, struct expr *e)
{
	struct check *c = data;

	e->in_cond = c->in_cond;
	if (e->kind == EX_NAME)
		resolve_name(c, e);
	else if (e->kind == EX_FUNC)
		resolve_func(c, e->func);
	else if (e->kind == EX_VARARG && !c->func->vararg)
		diag_error(c->diag, e->pos, "'...' outside of a function that takes it");
	else
		walk_children(e, resolve_expr, c);
}

static void resolve_body(void *data, struct stmt_list *body)
{
	struct check *c = data;
	unsigned int mark = c->visible.n;

	resolve_stmts(c, *body);
	scope_leave(c, mark);
}

/* A name that a script cannot have as a shared variable. */
static bool is_readonly(const char *name)
{
	return name_is_known(name) && name_builtin(name) < 0 && !name_is_library(name);
}

static void assign_global(struct check *c, const struct expr *target)
{
	const char *name = target->global->name->s;

	if (is_readonly(name)) {
		diag_error_hint(c->diag, target->pos,
				arena_printf(c->arena, "'local %s' makes a variable of that name", name),
				"cannot assign to the builtin variable '%s'", name);
		target->global->reported = true;
		return;
	}
	target->global->assigned = true;
}

/* `integer`: the value assigned is one for sure. */
static void resolve_target(struct check *c, struct expr *target, bool integer)
{
	switch (target->single ? EX_NIL : target->kind) {
	case EX_LOCAL:
		target->var->assigned = true;
		target->var->integer = target->var->integer && integer;
		break;
	case EX_GLOBAL:
		assign_global(c, target);
		break;
	case EX_INDEX:
	case EX_ARROW:
		break;
	default:
		diag_error(c->diag, target->pos, "cannot assign to this expression");
	}
}

static void resolve_assign(struct check *c, struct stmt *s)
{
	const struct expr *value = s->assign.values.first;
	struct expr *target;

	for (target = s->assign.targets.first; target; target = target->next) {
		resolve_target(c, target, value && gives_integer(value));
		value = value ? value->next : NULL;
	}
}

static void resolve_update(struct check *c, struct stmt *s)
{
	struct expr *target = s->update.target;
	bool aggregate = s->update.op == AST_AGGREGATE;

	resolve_target(c, target, !aggregate && s->update.op != KTAP_ARITH_CONCAT);
	if (aggregate && target->kind == EX_LOCAL)
		target->var->aggregate = true;
}

static void declare_list(struct check *c, struct var_list vars, const struct expr *value)
{
	struct var *var;

	for (var = vars.first; var; var = var->next) {
		var->integer = value && gives_integer(value);
		scope_declare(c, var);
		value = value ? value->next : NULL;
	}
}

static void resolve_loop_body(struct check *c, struct stmt_list *body, struct stmt *repeat)
{
	struct stmt *outer = c->repeat;

	c->loops++;
	c->repeat = repeat;
	resolve_body(c, body);
	c->repeat = outer;
	c->loops--;
}

/* The condition sees what the body declares. */
static void resolve_repeat(struct check *c, struct stmt *s)
{
	unsigned int mark = c->visible.n;
	struct stmt *outer = c->repeat;

	c->loops++;
	c->repeat = s;
	resolve_stmts(c, s->loop.body);
	c->repeat = outer;
	c->loops--;
	resolve_expr(c, s->loop.cond);
	scope_leave(c, mark);
}

static void resolve_fornum(struct check *c, struct stmt *s)
{
	unsigned int mark = c->visible.n;

	resolve_expr(c, s->range.from);
	resolve_expr(c, s->range.to);
	if (s->range.step)
		resolve_expr(c, s->range.step);
	scope_declare(c, s->range.var);
	s->range.var->integer = true;
	resolve_loop_body(c, &s->range.body, NULL);
	scope_leave(c, mark);
}

static void resolve_stmt(struct check *c, struct stmt *s);

static void resolve_forc(struct check *c, struct stmt *s)
{
	unsigned int mark = c->visible.n;

	if (s->forc.init)
		resolve_stmt(c, s->forc.init);
	if (s->forc.cond)
		resolve_expr(c, s->forc.cond);
	resolve_loop_body(c, &s->forc.body, NULL);
	if (s->forc.step)
		resolve_stmt(c, s->forc.step);
	scope_leave(c, mark);
}

static void resolve_forin(struct check *c, struct stmt *s)
{
	unsigned int mark = c->visible.n;
	struct var *var;

	resolve_expr(c, s->forin.table);
	if (s->forin.vars.n > KTAP_MAX_TUPLE + 1)
		diag_error(c->diag, s->pos, "a key has at most %u parts", KTAP_MAX_TUPLE);
	for (var = s->forin.vars.first; var; var = var->next)
		scope_declare(c, var);
	resolve_loop_body(c, &s->forin.body, NULL);
	scope_leave(c, mark);
}

static void resolve_jump(struct check *c, struct stmt *s)
{
	const char *word = s->kind == ST_BREAK ? "break" : "continue";

	if (!c->loops)
		diag_error(c->diag, s->pos, "'%s' outside of a loop", word);
	else if (s->kind == ST_CONTINUE && c->repeat)
		c->repeat->loop.continues = true;
}

static void resolve_guard(struct check *c, struct stmt *s)
{
	c->in_cond = true;
	resolve_expr(c, s->cond);
	c->in_cond = false;
}

static void resolve_trace(struct check *c, struct stmt *s)
{
	unsigned int mark = c->visible.n;
	const struct expr *before = NULL;
	struct event *event;

	if (c->func->handler)
		diag_error(c->diag, s->pos, "'trace' can stand in the main chunk only, not in a handler");
	check_lower_trace(c, s);
	if (s->trace.spec)
		resolve_expr(c, s->trace.spec);
	resolve_expr(c, s->trace.handler);
	if (s->trace.shared)
		scope_declare(c, s->trace.shared);
	for (event = s->trace.events.first; event; event = event->next) {
		if (event->wrapper && event->wrapper != before)
			resolve_expr(c, event->wrapper);
		before = event->wrapper;
	}
	scope_leave(c, mark);
}

static void resolve_traceend(struct check *c, struct stmt *s)
{
	if (c->func->handler)
		diag_error(c->diag, s->pos, "'trace_end' can stand in the main chunk only, not in a handler");
	if (s->handler->kind == EX_FUNC)
		s->handler->func->process = s->handler->func->handler = true;
	resolve_expr(c, s->handler);
}

static void resolve_localfunc(struct check *c, struct stmt *s)
{
	scope_declare(c, s->localfunc.var);
	resolve_expr(c, s->localfunc.func);
	/* A function that uses itself is made before its variable has it. */
	s->localfunc.var->assigned |= s->localfunc.var->captured;
}

static void resolve_stmt(struct check *c, struct stmt *s)
{
	if (s->kind == ST_CALL)
		check_attach_call(c, s);
	switch (s->kind) {
	case ST_FORNUM:
		resolve_fornum(c, s);
		return;
	case ST_FORC:
		resolve_forc(c, s);
		return;
	case ST_FORIN:
		resolve_forin(c, s);
		return;
	case ST_REPEAT:
		resolve_repeat(c, s);
		return;
	case ST_WHILE:
		resolve_expr(c, s->loop.cond);
		resolve_loop_body(c, &s->loop.body, NULL);
		return;
	case ST_TRACE:
		resolve_trace(c, s);
		return;
	case ST_TRACEEND:
		resolve_traceend(c, s);
		return;
	case ST_LOCALFUNC:
		resolve_localfunc(c, s);
		return;
	case ST_GUARD:
		resolve_guard(c, s);
		return;
	default:
		break;
	}
	walk_stmt(s, resolve_expr, resolve_body, c);
	if (s->kind == ST_LOCAL)
		declare_list(c, s->local.vars, s->local.values.first);
	else if (s->kind == ST_ASSIGN)
		resolve_assign(c, s);
	else if (s->kind == ST_UPDATE)
		resolve_update(c, s);
	else if (s->kind == ST_BREAK || s->kind == ST_CONTINUE)
		resolve_jump(c, s);
}

static void resolve_stmts(struct check *c, struct stmt_list body)
{
	struct stmt *s;

	for (s = body.first; s; s = s->next)
		resolve_stmt(c, s);
}

void check_resolve(struct check *c, struct func *main)
{
	resolve_func(c, main);
}
