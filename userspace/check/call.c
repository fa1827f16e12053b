// SPDX-License-Identifier: GPL-2.0
/*
 * call.c - names and calls of what is ready made: what they mean, how many
 * arguments they take, and what was meant when there is no such thing.
 */
#include "check.h"

#include <string.h>

#include <ktap/agg.h>
#include <ktap/orders.def.h>

#include "names.h"
#include "util/text.h"

static const char *did_you_mean(struct check *c, const char *name)
{
	return name ? arena_printf(c->arena, "did you mean '%s'?", name) : NULL;
}

const char *check_near_builtin(struct check *c, const char *name)
{
	struct near_search near = near_begin(name);

	near_offer_builtins(&near);
	return did_you_mean(c, near.best);
}

/* The likeliest of local, shared and ready-made names. */
static const char *nearest(struct check *c, const struct expr *e, bool called)
{
	struct near_search near = near_begin(e->global->name->s);
	unsigned int i;

	if (c->diag->errors >= KTAP_MAX_DIAGS)
		return NULL;
	if (e->near)
		near_offer(&near, e->near);
	for (i = 0; i < c->globals.n; i++)
		if (c->globals.at[i]->assigned)
			near_offer(&near, c->globals.at[i]->name->s);
	near_offer_builtins(&near);
	if (called)
		near_offer_keywords(&near);
	else
		near_offer_variables(&near);
	return did_you_mean(c, near.best);
}

/* Each undefined name is reported where it is met first. */
static void undefined(struct check *c, struct expr *e, bool called)
{
	if (!e->global->reported)
		diag_error_hint(c->diag, e->pos, nearest(c, e, called), "undefined %s '%s'",
				called ? "function" : "variable", e->global->name->s);
	e->global->reported = true;
	e->kind = EX_NIL;
}

static void become_ref(struct expr *e, unsigned int kind, unsigned int index)
{
	struct str *name = e->global->name;

	e->kind = EX_FIELD;
	e->field = (struct field_ref) { kind, index, kind == KTAP_FREF_NAME ? name : NULL };
}

void check_name(struct check *c, struct expr *e, bool called)
{
	const char *name = e->global->name->s;
	int id;

	if ((id = name_builtin(name)) >= 0) {
		e->kind = EX_BUILTIN;
		e->id = (unsigned int)id;
	} else if ((id = name_ctxvar(name)) >= 0) {
		e->kind = EX_CTX;
		e->id = (unsigned int)id;
	} else if ((id = name_arg(name)) >= 0) {
		become_ref(e, KTAP_FREF_ARG, (unsigned int)id);
	} else if (!strcmp(name, "retval")) {
		become_ref(e, KTAP_FREF_RETVAL, 0);
	} else if (!strcmp(name, "arg")) {
		c->arg_table = e->global;
	} else if (!strcmp(name, "args")) {
		diag_error(c->diag, e->pos, "'args' alone is no value: write args.NAME or args[i]");
		e->kind = EX_NIL;
	} else if (e->in_cond && !called && !strcmp(name, "common_pid")) {
		e->kind = EX_CTX;	/* which events without a record have as well */
		e->id = KTAP_CTX_TID;
	} else if (e->in_cond && !called) {
		become_ref(e, KTAP_FREF_NAME, 0);
	} else {
		undefined(c, e, called);
	}
}

static bool is_event(const struct expr *e)
{
	return (e->kind == EX_LOCAL && e->var->event && !e->var->assigned) ||
	       (e->kind == EX_CTX && e->id == KTAP_CTX_EVENT) ||
	       (e->kind == EX_GLOBAL && !e->global->assigned &&
		name_ctxvar(e->global->name->s) == KTAP_CTX_EVENT);
}

/* N of sc_argN, 0: the name is another. */
static unsigned int sc_arg(const char *name)
{
	if (strncmp(name, "sc_arg", 6) || name[6] < '1' || name[6] > '6' || name[7])
		return 0;
	return (unsigned int)(name[6] - '0');
}

static void no_member(struct check *c, const struct expr *e)
{
	static const char *const names[] = {
		"name", "tostring", "field", "fieldnum", "sc_nr", "retval", "sc_arg1",
		"sc_arg2", "sc_arg3", "sc_arg4", "sc_arg5", "sc_arg6",
	};
	struct near_search near = near_begin(e->index.key->str->s);
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		near_offer(&near, names[i]);
	diag_error_hint(c->diag, e->pos, did_you_mean(c, near.best),
			"the event has no '%s'; fields are args.NAME", e->index.key->str->s);
}

bool check_event_member(struct check *c, struct expr *e)
{
	const char *name;

	if (!is_event(e->index.obj) || e->index.key->kind != EX_STR)
		return false;
	name = e->index.key->str->s;
	if (!strcmp(name, "name")) {
		e->kind = EX_CTX;
		e->id = KTAP_CTX_PROBENAME;
	} else if (!strcmp(name, "sc_nr")) {
		e->kind = EX_FIELD;
		e->field = (struct field_ref) { .kind = KTAP_FREF_SCNR };
	} else if (!strcmp(name, "retval")) {
		e->kind = EX_FIELD;
		e->field = (struct field_ref) { .kind = KTAP_FREF_RETVAL };
	} else if (sc_arg(name)) {
		e->kind = EX_FIELD;
		e->field = (struct field_ref) { KTAP_FREF_SCARG, sc_arg(name), NULL };
	} else if (!strcmp(name, "tostring") || !strcmp(name, "field") || !strcmp(name, "fieldnum")) {
		return false;
	} else {
		no_member(c, e);
	}
	return true;
}

static const char *plural(int n)
{
	return n == 1 ? "" : "s";
}

/* How many arguments it wants, in words. */
static const char *wanted(struct check *c, const struct builtin_info *info)
{
	if (info->max < 0)
		return arena_printf(c->arena, "at least %d argument%s", info->min, plural(info->min));
	if (info->min == info->max)
		return info->min ? arena_printf(c->arena, "%d argument%s", info->min, plural(info->min)) :
				   "no arguments";
	return arena_printf(c->arena, "%d %s %d arguments", info->min,
			    info->max == info->min + 1 ? "or" : "to", info->max);
}

/* A last argument that gives any number of values may be what lacks. */
static void check_arity(struct check *c, const struct expr *call, unsigned int id)
{
	const struct builtin_info *info = &builtin_info[id];
	const struct expr_list *args = &call->call.args;
	int n = (int)args->n, sure = n - (args->last && expr_is_multi(args->last));

	if ((n < info->min && sure == n) || (info->max >= 0 && sure > info->max))
		diag_error(c->diag, call->pos, "'%s' takes %s, %d given", info->name,
			   wanted(c, info), n);
}

bool check_event_method(struct check *c, struct expr *call)
{
	struct expr *fn = call->call.fn;
	const char *name;

	if (fn->kind != EX_INDEX || !is_event(fn->index.obj) || fn->index.key->kind != EX_STR)
		return false;
	name = fn->index.key->str->s;
	if (!strcmp(name, "tostring") && !call->call.args.n) {
		call->kind = EX_CTX;
		call->id = KTAP_CTX_ARGSTR;
		return true;
	}
	if (strcmp(name, "field"))
		return false;
	fn->kind = EX_BUILTIN;
	fn->id = KTAP_BI_EVFIELD;
	call->single = true;
	check_arity(c, call, fn->id);
	return true;
}

/* A builtin variable called with no argument is itself. */
static void call_variable(struct check *c, struct expr *call)
{
	struct expr *next = call->next, *fn = call->call.fn;

	if (call->call.args.n)
		diag_error(c->diag, call->pos, "a builtin variable takes no arguments");
	*call = *fn;
	call->next = next;
}

/* delete(t, a, b): the parts of one key. */
static void join_key(struct check *c, struct expr_list *args)
{
	struct expr *t = args->first;
	struct expr_list parts = { t->next, args->last, args->n - 1 };

	t->next = NULL;
	*args = ast_exprs_add((struct expr_list) { t, t, 1 }, ast_key(c->arena, parts, parts.first->pos));
}

/* A literal that is to be one of these words; NULL behind the last. */
static void check_word(struct check *c, const struct expr *e, const char *const *words,
		       const char *what)
{
	struct near_search near;
	struct buf all = { 0 };

	if (!e || e->kind != EX_STR)
		return;
	near = near_begin(e->str->s);
	for (; *words; words++) {
		if (!strcmp(e->str->s, *words))
			break;
		near_offer(&near, *words);
		buf_printf(&all, "%s'%s'", all.len ? ", " : "", *words);
	}
	if (!*words)
		diag_error_hint(c->diag, e->pos, did_you_mean(c, near.best),
				"%s '%s'; there are %s", what, e->str->s, text_cstr(&all));
	buf_free(&all);
}

/* sort_pairs(t, how) where `how` is a literal. */
static void check_order(struct check *c, const struct expr *call)
{
	static const char *const names[] = {
#define _(name, by_key, down) name,
		KTAP_ORDERS(_)
#undef _
		NULL
	};
	const struct expr *t = call->call.args.first;

	check_word(c, t ? t->next : NULL, names, "sort_pairs has no order");
}

/* print_hist(t, n, unit) or print_hist(t, unit) where `unit` is a literal. */
static void check_unit(struct check *c, const struct expr *call)
{
	static const char *const names[] = {
#define _(NAME, name) name,
		KTAP_UNITS(_)
#undef _
		NULL
	};
	const struct expr *t = call->call.args.first, *second = t ? t->next : NULL;

	check_word(c, second, names + 1, "print_hist has no unit");
	check_word(c, second ? second->next : NULL, names + 1, "print_hist has no unit");
}

static void call_builtin(struct check *c, struct expr *call)
{
	unsigned int id = call->call.fn->id;

	if (id == KTAP_BI_DELETE && call->call.args.n > 2)
		join_key(c, &call->call.args);
	check_arity(c, call, id);
	if (builtin_info[id].process && c->func && c->func->handler && !c->func->process)
		diag_error(c->diag, call->pos, "'%s' is allowed in the main chunk, begin, ticks and "
			   "trace_end only", builtin_info[id].name);
	if (builtin_info[id].results == 1)
		call->single = true;
	if (id == KTAP_BI_PRINTF || id == KTAP_BI_FORMAT)
		check_format(c, call);
	if (id == KTAP_BI_SORT_PAIRS)
		check_order(c, call);
	if (id == KTAP_BI_PRINT_HIST || id == KTAP_BI_HISTOGRAM)
		check_unit(c, call);
}

void check_call(struct check *c, struct expr *call)
{
	switch (call->call.fn->kind) {
	case EX_CTX:
	case EX_FIELD:
		call_variable(c, call);
		break;
	case EX_BUILTIN:
		call_builtin(c, call);
		break;
	case EX_TRUE: case EX_FALSE: case EX_INT: case EX_STR:
		diag_error(c->diag, call->pos, "cannot call a constant");
		break;
	default:
		break;
	}
}
