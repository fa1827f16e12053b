// SPDX-License-Identifier: GPL-2.0
/*
 * lower.c - conditions of events. One condition for all becomes a guard at the
 * handler's head; where events differ, each gets a small function that tests its
 * condition and goes on into the shared handler.
 */
#include "check.h"

#include <string.h>

#include "scope.h"

#define SHARED_NAME	"(handler)"	/* no script can spell it */
#define EVENT_NAME	"(event)"

/* A list whose last event alone has a condition means it for all. */
static void spread_condition(struct event_list *events)
{
	struct event *event;

	for (event = events->first; event != events->last; event = event->next)
		if (event->cond)
			return;
	for (event = events->first; event; event = event->next)
		event->cond = events->last->cond;
}

static bool has_one_condition(const struct event_list *events)
{
	const struct event *event;

	for (event = events->first; event; event = event->next)
		if (event->cond != events->last->cond)
			return false;
	return true;
}

static struct stmt *guard(struct check *c, struct expr *cond)
{
	struct stmt *s = ast_stmt(c->arena, ST_GUARD, cond->pos);

	s->cond = cond;
	return s;
}

static void guard_body(struct check *c, struct func *fn, struct expr *cond)
{
	struct stmt_list body = ast_stmts_add((struct stmt_list) { 0 }, guard(c, cond));

	body.first->next = fn->body.first;
	if (fn->body.last)
		body.last = fn->body.last;
	fn->body = body;
}

/* return (handler)((event)) */
static struct stmt *go_on(struct check *c, struct var *param, src_pos pos)
{
	struct stmt *s = ast_stmt(c->arena, ST_RETURN, pos);
	struct str *shared = intern_cstr(c->strings, SHARED_NAME);
	struct expr_list args = { 0 };

	if (param)
		args = ast_exprs_add(args, ast_name(c->arena, param->name, pos));
	s->values = ast_exprs_add(s->values,
				  ast_call(c->arena, ast_name(c->arena, shared, pos), args));
	return s;
}

static struct expr *wrapper(struct check *c, const struct event *event, bool takes_event)
{
	struct stmt_list body = ast_stmts_add((struct stmt_list) { 0 }, guard(c, event->cond));
	struct var_list params = { 0 };

	if (takes_event)
		params = ast_vars_add(params, ast_var(c->arena,
						      intern_cstr(c->strings, EVENT_NAME), event->pos));
	body = ast_stmts_add(body, go_on(c, params.first, event->pos));
	return ast_func(c->arena, params, false, body, event->pos);
}

/* Events that share a condition are neighbours and share a wrapper. */
static void wrap(struct check *c, struct stmt *s, bool takes_event)
{
	const struct event *before = NULL;
	struct event *event;

	s->trace.shared = ast_var(c->arena, intern_cstr(c->strings, SHARED_NAME), s->pos);
	for (event = s->trace.events.first; event; before = event, event = event->next) {
		if (!event->cond)
			continue;
		if (before && before->cond == event->cond) {
			event->wrapper = before->wrapper;
			continue;
		}
		event->wrapper = wrapper(c, event, takes_event);
		event->wrapper->func->handler = true;
	}
}

/* Bodies that run in a task of the session, not where an event fires. */
static bool is_process_event(const char *text)
{
	return !strncmp(text, "tick-", 5) || !strcmp(text, "begin") || !strcmp(text, "exit") ||
	       !strncmp(text, "signal:", 7);
}

/* Of a text that the program computes, the beginning may tell. */
static bool computes_process_event(const struct expr *spec)
{
	return spec && spec->kind == EX_BINARY && spec->bin.op == KTAP_ARITH_CONCAT &&
	       spec->bin.a->kind == EX_STR && is_process_event(spec->bin.a->str->s) &&
	       strpbrk(spec->bin.a->str->s, "-:");
}

static bool runs_in_process(const struct stmt *s)
{
	const struct event *event;

	for (event = s->trace.events.first; event; event = event->next)
		if (!is_process_event(event->text->s))
			return false;
	return s->trace.events.first || computes_process_event(s->trace.spec);
}

/* A literal handler's only parameter holds the event for as long as it runs. */
static void mark_handler(struct func *fn, bool process)
{
	fn->handler = true;
	fn->process = process;
	if (fn->params.first)
		fn->params.first->event = true;
}

static const struct expr *first_conjunct(const struct expr *e)
{
	while (e->kind == EX_BINARY && e->bin.op == AST_AND)
		e = e->bin.a;
	return e;
}

/* The condition behind its first conjunct, NULL: there is no more. */
static struct expr *other_conjuncts(struct check *c, struct expr *e)
{
	struct expr *before, *rest;

	if (e->kind != EX_BINARY || e->bin.op != AST_AND)
		return NULL;
	before = other_conjuncts(c, e->bin.a);
	if (!before)
		return e->bin.b;
	rest = ast_expr(c->arena, EX_BINARY, e->pos);
	*rest = *e;
	rest->bin.a = before;
	return rest;
}

/* ip == "mutex*", of the event's ip */
static bool names_functions(struct check *c, const struct expr *e)
{
	return e->kind == EX_BINARY && (e->bin.op == AST_EQ || e->bin.op == AST_MATCH) &&
	       e->bin.a->kind == EX_NAME && !strcmp(e->bin.a->str->s, "ip") &&
	       !scope_find(c, e->bin.a->str) && e->bin.b->kind == EX_STR;
}

/*
 * A condition of ftrace:function that begins with the functions' names says which are
 * hooked at all, behind the event's text, and costs nothing when they are called.
 */
static void narrow(struct check *c, struct event *event)
{
	const struct expr *first = event->cond ? first_conjunct(event->cond) : NULL;

	if (!first || strcmp(event->text->s, "ftrace:function") || !names_functions(c, first))
		return;
	event->text = intern_cstr(c->strings, arena_printf(c->arena, "ftrace:function %s",
							   first->bin.b->str->s));
	event->cond = other_conjuncts(c, event->cond);
}

void check_lower_trace(struct check *c, struct stmt *s)
{
	struct event_list *events = &s->trace.events;
	struct func *fn = s->trace.handler->kind == EX_FUNC ? s->trace.handler->func : NULL;

	if (fn)
		mark_handler(fn, runs_in_process(s));
	if (!events->first)
		return;
	spread_condition(events);
	if (events->first == events->last)
		narrow(c, events->first);
	if (!fn || !has_one_condition(events))
		wrap(c, s, !fn || fn->params.n || fn->vararg);
	else if (events->last->cond)
		guard_body(c, fn, events->last->cond);
}
