// SPDX-License-Identifier: GPL-2.0
/*
 * meaning.c - second pass: what each name is that no declaration binds, what
 * each call means, and the value of what is constant. Children come before
 * their parents, but for the few names that mean something only in company
 * (args.NAME, lib.function, e.field).
 */
#include "check.h"

#include <string.h>

#include "fold.h"
#include "names.h"
#include "syntax/literal.h"

static void mean_expr(void *data, struct expr *e);
static void mean_body(void *data, struct stmt_list *body);

bool check_is_free(const struct expr *e, const char *name)
{
	return e->kind == EX_GLOBAL && !e->global->assigned &&
	       (!name || !strcmp(e->global->name->s, name));
}

static void use_field(struct check *c, const struct expr *e, const src_pos *parts)
{
	*list_push(&c->fields) = (struct field_use) { e->field.name->s, e->pos, parts };
}

static void become_field(struct check *c, struct expr *e, struct str *name)
{
	e->kind = EX_FIELD;
	e->field = (struct field_ref) { KTAP_FREF_NAME, 0, name };
	use_field(c, e, NULL);
}

/* args.NAME is a field; args[expr] is found when it runs. */
static void mean_args(struct check *c, struct expr *e)
{
	struct expr *key = e->index.key, *fn;

	mean_expr(c, key);
	if (key->kind == EX_STR) {
		become_field(c, e, key->str);
		return;
	}
	fn = ast_expr(c->arena, EX_BUILTIN, e->pos);
	fn->id = KTAP_BI_ARG;
	e->kind = EX_CALL;
	e->single = true;
	e->call.fn = fn;
	e->call.args = ast_exprs_add((struct expr_list) { 0 }, key);
}

/* arg[i]: the script's file name and arguments, known now. */
static void become_arg(struct check *c, struct expr *e, int64_t i)
{
	int64_t num;
	const char *text;

	if (i < 0 || i > c->script->argc) {
		e->kind = EX_NIL;
		return;
	}
	text = i ? c->script->argv[i - 1] : c->script->name;
	if (i && literal_arg(text, &num)) {
		e->kind = EX_INT;
		e->num = num;
		return;
	}
	e->kind = EX_STR;
	e->str = intern_cstr(c->strings, text);
}

static void mean_arg(struct check *c, struct expr *e)
{
	struct expr *key = e->index.key;

	mean_expr(c, key);
	if (key->kind == EX_INT)
		become_arg(c, e, key->num);
	else
		check_name(c, e->index.obj, false);
}

/* A builtin with a dot in its name. */
static bool mean_library(struct check *c, struct expr *e)
{
	const struct expr *obj = e->index.obj, *key = e->index.key;
	const char *name;
	int id;

	if (!check_is_free(obj, NULL) || key->kind != EX_STR ||
	    !(name_is_library(obj->global->name->s) ||
	      name_is_attachers_library(obj->global->name->s)))
		return false;
	name = arena_printf(c->arena, "%s.%s", obj->global->name->s, key->str->s);
	id = name_builtin(name);
	if (name_attacher(name))
		diag_error(c->diag, e->pos, "'%s' attaches a function: it is a statement, no value", name);
	else if (id < 0)
		diag_error_hint(c->diag, e->pos, check_near_builtin(c, name),
				"undefined function '%s'", name);
	e->kind = EX_BUILTIN;
	e->id = (unsigned int)(id < 0 ? 0 : id);
	return true;
}

static bool mean_chain(struct check *c, struct expr *e)
{
	const src_pos *parts;

	if (!check_chain(c, e, &parts))
		return false;
	if (e->kind == EX_FIELD)
		use_field(c, e, parts);
	return true;
}

static void mean_index(struct check *c, struct expr *e)
{
	if (mean_chain(c, e))
		return;
	if (check_is_free(e->index.obj, "args"))
		mean_args(c, e);
	else if (check_is_free(e->index.obj, "arg"))
		mean_arg(c, e);
	else if (!mean_library(c, e) && !check_event_member(c, e))
		walk_children(e, mean_expr, c);
}

static void mean_callee(struct check *c, struct expr *fn)
{
	if (check_is_free(fn, NULL))
		check_name(c, fn, true);
	else
		mean_expr(c, fn);
}

static void mean_call(struct check *c, struct expr *e)
{
	walk_list(&e->call.args, mean_expr, c);
	if (check_event_method(c, e))
		return;
	mean_callee(c, e->call.fn);
	check_call(c, e);
}

static void mean_func(struct check *c, struct func *fn)
{
	struct func *outer = c->func;

	c->func = fn;
	mean_body(c, &fn->body);
	c->func = outer;
}

static void mean_expr(void *data, struct expr *e)
{
	struct check *c = data;

	switch (e->kind) {
	case EX_INDEX:
		mean_index(c, e);
		break;
	case EX_ARROW:
		mean_chain(c, e);
		break;
	case EX_CALL:
		mean_call(c, e);
		break;
	case EX_ARGREF:
		become_arg(c, e, e->num);
		break;
	case EX_GLOBAL:
		if (check_is_free(e, NULL))
			check_name(c, e, false);
		if (e->kind == EX_FIELD && e->field.kind == KTAP_FREF_NAME)
			use_field(c, e, NULL);
		break;
	case EX_FUNC:
		mean_func(c, e->func);
		break;
	default:
		if (e->kind == EX_UNARY && e->bin.op == AST_ADDR && mean_chain(c, e))
			break;
		walk_children(e, mean_expr, c);
		if (e->kind == EX_BINARY)
			check_pattern(c, e);
		fold(e, c->strings);
	}
}

void check_expr(struct check *c, struct expr *e)
{
	mean_expr(c, e);
}

/* count(t, k), table_count(t, k, n) are the first generation's t[k] += 1, t[k] += n. */
static void mean_count(struct check *c, struct stmt *s)
{
	const struct expr *call = s->call;
	struct expr *t = call->call.args.first, *k = t->next, *n = k->next;

	s->kind = ST_UPDATE;
	t->next = k->next = NULL;
	s->update.target = ast_index(c->arena, t, k, call->pos);
	s->update.op = KTAP_ARITH_ADD;
	s->update.value = n ? n : ast_int(c->arena, 1, call->pos);
}

static bool is_count(const struct expr *e)
{
	if (e->kind != EX_CALL || e->call.fn->kind != EX_BUILTIN || e->call.args.n < 2 ||
	    expr_is_multi(e->call.args.last))
		return false;
	return e->call.fn->id == KTAP_BI_COUNT || e->call.fn->id == KTAP_BI_TABLE_COUNT;
}

/* A call that turned out to be none: pid() as a statement. */
static void mean_call_stmt(struct check *c, struct stmt *s)
{
	mean_expr(c, s->call);
	if (is_count(s->call))
		mean_count(c, s);
	else if (s->call->kind != EX_CALL)
		diag_error(c->diag, s->pos, "a value alone is not a statement: expected a call or an assignment");
}

/* Names from fields[from] on, each once. */
static unsigned int field_names(struct check *c, unsigned int from, const char **names)
{
	unsigned int i, j, n = 0;

	for (i = from; i < c->fields.n; i++) {
		for (j = 0; j < n && strcmp(names[j], c->fields.at[i].name); j++)
			;
		if (j == n)
			names[n++] = c->fields.at[i].name;
	}
	return n;
}

/* Where part number `part` of the field's name stands first. */
static src_pos field_pos(const struct check *c, unsigned int from, const char *name,
			 unsigned int part)
{
	const struct field_use *use;

	while (strcmp(c->fields.at[from].name, name))
		from++;
	use = &c->fields.at[from];
	return use->parts ? use->parts[part] : use->pos;
}

/* Asks the caller whether the event exists and has the fields used since `from`. */
static void ask_event(struct check *c, const struct event *event, unsigned int from)
{
	const char **names = arena_alloc(c->arena, (c->fields.n - from + 1) * sizeof(*names));
	unsigned int n = field_names(c, from, names);
	struct ktap_event_problem problem = { .field = -1 };
	src_pos pos = event->pos;

	if (!c->script->check_event)
		return;
	if (!c->script->check_event(c->script->check_data, event->text->s, names, n, &problem))
		return;
	if (problem.field >= 0 && (unsigned int)problem.field < n)
		pos = field_pos(c, from, names[problem.field], problem.part);
	diag_error_hint(c->diag, pos, problem.hint[0] ? problem.hint : NULL, "%s", problem.message);
}

static void mean_trace(struct check *c, struct stmt *s)
{
	unsigned int from = c->fields.n, body;
	const struct expr *before = NULL;
	const struct event *event;

	if (s->trace.spec)
		mean_expr(c, s->trace.spec);
	mean_expr(c, s->trace.handler);
	body = c->fields.n;
	for (event = s->trace.events.first; event; event = event->next) {
		if (event->wrapper != before) {
			c->fields.n = body;
			if (event->wrapper)
				mean_expr(c, event->wrapper);
		}
		before = event->wrapper;
		ask_event(c, event, from);
	}
	c->fields.n = from;
}

/* A field of the event looks like a table's, until it is known what it is. */
static void mean_target(void *data, struct expr *e)
{
	bool entry = e->kind == EX_INDEX, arrow = e->kind == EX_ARROW;
	struct check *c = data;

	mean_expr(c, e);
	if ((entry && e->kind != EX_INDEX) || (arrow && e->kind == EX_FIELD))
		diag_error(c->diag, e->pos,
			   "cannot assign to what the event or the command line gives");
}

static void mean_stmt(struct check *c, struct stmt *s)
{
	switch (s->kind) {
	case ST_TRACE:
		mean_trace(c, s);
		break;
	case ST_CALL:
		mean_call_stmt(c, s);
		break;
	case ST_ASSIGN:
		walk_list(&s->assign.targets, mean_target, c);
		walk_list(&s->assign.values, mean_expr, c);
		break;
	case ST_UPDATE:
		mean_target(c, s->update.target);
		mean_expr(c, s->update.value);
		break;
	default:
		walk_stmt(s, mean_expr, mean_body, c);
	}
}

static void mean_body(void *data, struct stmt_list *body)
{
	struct stmt *s;

	for (s = body->first; s; s = s->next)
		mean_stmt(data, s);
}

void check_meaning(struct check *c, struct func *main)
{
	mean_body(c, &main->body);
}
