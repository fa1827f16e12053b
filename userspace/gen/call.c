// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include "check/names.h"

/* An operand of kind cnt: a count plus one, 0 for all there are. */
static unsigned int cnt(int n)
{
	return (unsigned int)(n + 1);
}

/* Many values on top: a call's results or the extra arguments. */
static void gen_many(struct emitter *m, struct expr *e, int want)
{
	unsigned int base;

	if (e->kind == EX_CALL) {
		gen_call(m, e, want);
		return;
	}
	base = code_take(m->code, want > 1 ? (unsigned int)want : 1);
	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_VARARG, base, cnt(want), 0);
	m->code->free = base + (want > 0 ? (unsigned int)want : 0);
}

static void fill_nil(struct emitter *m, int n)
{
	if (n > 0)
		code_ad(m->code, KTAP_OP_LOADNIL, code_take(m->code, (unsigned int)n), (unsigned int)n);
}

/* A value that is not wanted is computed for what it does. */
static void gen_dropped(struct emitter *m, struct expr *e)
{
	unsigned int free = m->code->free;

	if (expr_is_multi(e))
		gen_many(m, e, 0);
	else
		gen_next(m, e);
	m->code->free = free;
}

unsigned int gen_values(struct emitter *m, struct expr_list list, int want)
{
	unsigned int first = m->code->free;
	struct expr *e;
	int have = 0;

	for (e = list.first; e; e = e->next) {
		if (have >= want) {
			gen_dropped(m, e);
		} else if (!e->next && expr_is_multi(e)) {
			gen_many(m, e, want - have);
			have = want;
		} else {
			gen_next(m, e);
			have++;
		}
	}
	fill_nil(m, want - have);
	return first;
}

unsigned int gen_open_values(struct emitter *m, struct expr_list list)
{
	struct expr *e;

	for (e = list.first; e; e = e->next) {
		if (!e->next && expr_is_multi(e)) {
			gen_many(m, e, GEN_ALL);
			return cnt(GEN_ALL);
		}
		gen_next(m, e);
	}
	return cnt((int)list.n);
}

/* The results are where the call began; the frame has room for them. */
static unsigned int leave_results(struct emitter *m, unsigned int base, int want)
{
	m->code->free = base;
	if (want > 0)
		code_take(m->code, (unsigned int)want);
	return base;
}

/* Builtins that update the table that is their first argument. */
static bool is_update(unsigned int id)
{
	switch (id) {
	case KTAP_BI_COUNT:
	case KTAP_BI_TABLE_COUNT:
	case KTAP_BI_TABLE_INSERT:
	case KTAP_BI_TABLE_REMOVE:
	case KTAP_BI_TABLE_SORT:
	case KTAP_BI_DELETE:
	case KTAP_BI_CLEAR:
		return true;
	default:
		return false;
	}
}

/*
 * A builtin gives its own number of results or fewer; what lacks is nil.
 */
static unsigned int gen_builtin(struct emitter *m, struct expr *e, int want)
{
	unsigned int id = e->call.fn->id, base = m->code->free, args;
	int results = builtin_info[id].results, give = want;

	code_take(m->code, 1);
	m->code->free = base;
	args = gen_open_values(m, e->call.args);
	if (results >= 0 && want > results)
		give = results;
	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_BUILTIN, base, args, id);
	if (is_update(id) && e->call.args.first)
		code_name(m->code, gen_table_target(m, e->call.args.first));
	code_ad(m->code, KTAP_OP_EXT, cnt(give), 0);
	leave_results(m, base, give);
	if (want > give && give >= 0)
		fill_nil(m, want - give);
	return base;
}

static bool is_builtin(const struct expr *e)
{
	return e->kind == EX_CALL && e->call.fn->kind == EX_BUILTIN;
}

/* pcall calls, so it is not called as other builtins are. */
static bool is_pcall(const struct expr *e)
{
	return is_builtin(e) && e->call.fn->id == KTAP_BI_PCALL;
}

/* Whether pcall's first argument, the function, stands alone. */
static bool is_plain_pcall(const struct expr *e)
{
	return is_pcall(e) && !(e->call.args.n == 1 && expr_is_multi(e->call.args.first));
}

static unsigned int gen_pcall(struct emitter *m, struct expr *e, int want)
{
	unsigned int base = m->code->free;
	struct expr_list args = e->call.args;
	unsigned int n;

	gen_next(m, args.first);
	args.first = args.first->next;
	args.n--;
	n = gen_open_values(m, args);
	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_PCALL, base, n, cnt(want));
	return leave_results(m, base, want);
}

unsigned int gen_call(struct emitter *m, struct expr *e, int want)
{
	unsigned int base = m->code->free, args;

	if (is_plain_pcall(e))
		return gen_pcall(m, e, want);
	if (is_builtin(e) && !is_pcall(e))
		return gen_builtin(m, e, want);
	gen_next(m, e->call.fn);
	args = gen_open_values(m, e->call.args);
	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_CALL, base, args, cnt(want));
	return leave_results(m, base, want);
}

static void gen_tailcall(struct emitter *m, struct expr *e)
{
	unsigned int base = gen_next(m, e->call.fn);
	unsigned int args = gen_open_values(m, e->call.args);

	m->code->pos = e->pos;
	code_abc(m->code, KTAP_OP_TAILCALL, base, args, 0);
}

void gen_return(struct emitter *m, struct stmt *s)
{
	struct expr_list values = s->values;
	struct expr *e = values.first;
	unsigned int first = m->code->free, n;

	if (!values.n) {
		code_ad(m->code, KTAP_OP_RET0, 0, 0);
	} else if (values.n == 1 && e->kind == EX_CALL && !e->single && !is_builtin(e)) {
		gen_tailcall(m, e);
	} else if (values.n == 1 && !expr_is_multi(e)) {
		code_ad(m->code, KTAP_OP_RET1, gen_any(m, e), 0);
	} else {
		n = gen_open_values(m, values);
		code_abc(m->code, KTAP_OP_RETURN, first, n, 0);
	}
}
