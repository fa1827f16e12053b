// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include <stdlib.h>

#include "syntax/literal.h"

/* Whether one more fits; says so once when not. */
static bool has_room(struct emitter *m, unsigned int n, unsigned int limit, const char *what)
{
	if (n < limit)
		return true;
	if (!m->code->failed)
		diag_error(m->gen->diag, m->code->pos, "program has more than %u %s", limit, what);
	m->code->failed = true;
	return false;
}

unsigned int gen_global(struct emitter *m, struct global *global)
{
	struct gen *g = m->gen;

	if (global->index >= 0)
		return (unsigned int)global->index;
	if (!has_room(m, g->globals.n, KTAP_MAX_GLOBALS, "shared variables"))
		return 0;
	global->index = (int)g->globals.n;
	*list_push(&g->globals) = global;
	return (unsigned int)global->index;
}

unsigned int gen_spec(struct emitter *m, struct str *text, src_pos pos)
{
	struct gen *g = m->gen;

	if (!has_room(m, g->specs.n, KTAP_MAX_SPECS, "events"))
		return 0;
	*list_push(&g->specs) = (struct gen_spec) { text, pos };
	return g->specs.n - 1;
}

unsigned int gen_fref(struct emitter *m, const struct field_ref *ref)
{
	struct gen *g = m->gen;
	unsigned int i;

	for (i = 0; i < g->frefs.n; i++) {
		const struct field_ref *old = &g->frefs.at[i];

		if (old->kind == ref->kind && old->index == ref->index && old->name == ref->name)
			return i;
	}
	if (!has_room(m, g->frefs.n, KTAP_MAX_FREFS, "different event fields"))
		return 0;
	*list_push(&g->frefs) = *ref;
	return g->frefs.n - 1;
}

/* How the maker finds what the function captures. */
static void list_captures(struct code *code, const struct func *fn)
{
	unsigned int i;

	for (i = 0; i < fn->captures.n; i++) {
		const struct capture *cap = &fn->captures.at[i];
		struct ktap_iupval *upval = list_push(&code->upvals);

		*upval = (struct ktap_iupval) {
			.from = cap->from_parent ? KTAP_UPVAL_REG : KTAP_UPVAL_UPVAL,
			.index = (__u8)(cap->from_parent ? cap->var->reg : cap->index),
			.cell = var_is_cell(cap->var),
		};
	}
}

static void set_arg(struct emitter *m, unsigned int table, int i, const char *text)
{
	struct expr value = { .kind = EX_STR, .pos = m->code->pos };
	struct expr key = { .kind = EX_INT, .num = i, .pos = m->code->pos };
	unsigned int free = m->code->free, k;

	if (i && literal_arg(text, &value.num))
		value.kind = EX_INT;
	else
		value.str = intern_cstr(m->gen->check->strings, text);
	k = gen_next(m, &key);
	code_abc(m->code, KTAP_OP_SETTAB, table, k, gen_next(m, &value));
	m->code->free = free;
}

/* The list `arg`, for programs that use it as a table. */
static void gen_arg_table(struct emitter *m)
{
	const struct check_script *script = m->gen->check->script;
	struct code *c = m->code;
	unsigned int table = code_take(c, 1);
	int i;

	code_abc(c, KTAP_OP_NEWTAB, table, script->argc < 255 ? (unsigned int)script->argc : 255, 1);
	set_arg(m, table, 0, script->name);
	for (i = 1; i <= script->argc; i++)
		set_arg(m, table, i, script->argv[i - 1]);
	code_ad(c, KTAP_OP_SETGLOB, table, gen_global(m, m->gen->check->arg_table));
	c->free = c->fixed;
}

static void gen_code(struct emitter *m)
{
	struct func *fn = m->fn;

	gen_bind(m, fn->params, code_take(m->code, fn->params.n));
	if (!fn->parent && m->gen->check->arg_table)
		gen_arg_table(m);
	gen_stmts(m, fn->body);
	code_finish(m->code);
}

unsigned int gen_function(struct gen *g, struct emitter *outer, struct func *fn)
{
	struct gen_func *new = xmalloc(sizeof(*new));
	struct emitter m = { .gen = g, .outer = outer, .fn = fn, .code = &new->code };
	unsigned int index = g->funcs.n;

	*new = (struct gen_func) { .fn = fn, .code = { .diag = g->diag } };
	new->code.start = new->code.pos = fn->pos;
	*list_push(&g->funcs) = new;
	if (index == KTAP_MAX_FUNCS)
		diag_error(g->diag, fn->pos, "program has more than %u functions", KTAP_MAX_FUNCS);
	list_captures(&new->code, fn);
	gen_code(&m);
	return index;
}

bool gen_program(struct gen *g, struct func *main)
{
	unsigned int before = g->diag->errors;

	gen_function(g, NULL, main);
	return g->diag->errors == before;
}

void gen_free(struct gen *g)
{
	unsigned int i;

	for (i = 0; i < g->funcs.n; i++) {
		code_free(&g->funcs.at[i]->code);
		free(g->funcs.at[i]);
	}
	free(g->funcs.at);
	free(g->globals.at);
	free(g->specs.at);
	free(g->frefs.at);
}
