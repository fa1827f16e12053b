// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#include "util/text.h"

#define MAX_PARTS	8	/* of a name that is written: t.a[...] */

static bool put_table(const struct expr *e, struct buf *out, int parts);

/* A member by its name, any other element as one of many. */
static bool put_element(const struct expr *e, struct buf *out, int parts)
{
	if (!put_table(e->index.obj, out, parts - 1))
		return false;
	if (e->index.key->kind == EX_STR)
		buf_printf(out, ".%s", e->index.key->str->s);
	else
		text_str(out, "[...]");
	return true;
}

static bool put_table(const struct expr *e, struct buf *out, int parts)
{
	if (e->kind == EX_INDEX)
		return parts && put_element(e, out, parts);
	if (e->kind == EX_LOCAL)
		text_str(out, e->var->name->s);
	else if (e->kind == EX_GLOBAL)
		text_str(out, e->global->name->s);
	return e->kind == EX_LOCAL || e->kind == EX_GLOBAL;
}

struct str *gen_table_target(struct emitter *m, const struct expr *table)
{
	struct str *name = NULL;
	struct buf text = { 0 };

	if (put_table(table, &text, MAX_PARTS))
		name = intern(m->gen->check->strings, text.data, text.len);
	buf_free(&text);
	return name;
}

/* Of an element it is the table. */
struct str *gen_target(struct emitter *m, const struct expr *e)
{
	return gen_table_target(m, e->kind == EX_INDEX ? e->index.obj : e);
}
