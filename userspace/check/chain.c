// SPDX-License-Identifier: GPL-2.0
/*
 * chain.c - what the event's arguments point to: args.prev->comm. A chain begins
 * at args.NAME, args[N], argN or retval, in a condition also at NAME alone, and
 * becomes one field with the whole of it as its name: "prev->comm", "[0]->comm",
 * "$retval->comm". Which types it follows is known where the program runs.
 */
#include "check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"

/* A chain's text, and where each part of it stands. */
struct chain {
	struct check *c;
	struct buf text;
	LIST(src_pos) parts;
};

static bool is_args(const struct expr *e)
{
	return e->kind == EX_INDEX && check_is_free(e->index.obj, "args") &&
	       (e->index.key->kind == EX_STR || e->index.key->kind == EX_INT);
}

/* A name that means an argument of the event. */
static bool is_argument(const struct expr *e)
{
	const char *name;

	if (!check_is_free(e, NULL))
		return false;
	name = e->global->name->s;
	return name_arg(name) >= 0 || !strcmp(name, "retval") ||
	       (e->in_cond && !name_is_known(name));
}

static const struct expr *root_of(const struct expr *e)
{
	while (!is_args(e) && (e->kind == EX_INDEX || e->kind == EX_ARROW))
		e = e->index.obj;
	return e;
}

static void add_part(struct chain *chain, src_pos pos)
{
	*list_push(&chain->parts) = pos;
}

static void add_args(struct chain *chain, const struct expr *e)
{
	if (e->index.key->kind == EX_STR)
		buf_printf(&chain->text, "%s", e->index.key->str->s);
	else
		buf_printf(&chain->text, "[%" PRId64 "]", e->index.key->num);
}

static void add_root(struct chain *chain, const struct expr *e)
{
	add_part(chain, e->pos);
	if (is_args(e))
		add_args(chain, e);
	else if (name_arg(e->global->name->s) >= 0)
		buf_printf(&chain->text, "[%d]", name_arg(e->global->name->s));
	else if (!strcmp(e->global->name->s, "retval"))
		buf_printf(&chain->text, "$retval");
	else
		buf_printf(&chain->text, "%s", e->global->name->s);
}

static void add_step(struct chain *chain, const struct expr *e)
{
	struct expr *key = e->index.key;

	add_part(chain, e->pos);
	check_expr(chain->c, key);
	if (key->kind == EX_STR)
		buf_printf(&chain->text, "%s%s", e->kind == EX_ARROW ? "->" : ".", key->str->s);
	else if (key->kind == EX_INT)
		buf_printf(&chain->text, "[%" PRId64 "]", key->num);
	else
		diag_error_hint(chain->c->diag, e->pos,
				"kread(address, \"u32\") reads what an address that was computed points to",
				"an index behind an argument of the event is a number that is known beforehand");
}

static void add_steps(struct chain *chain, const struct expr *e, const struct expr *root)
{
	if (e == root) {
		add_root(chain, e);
		return;
	}
	add_steps(chain, e->index.obj, root);
	add_step(chain, e);
}

static void no_root(struct check *c, const struct expr *e, bool address)
{
	if (address)
		diag_error(c->diag, e->pos,
			   "'&' takes the address of what an argument of the event points to, as in &args.prev->comm");
	else
		diag_error_hint(c->diag, e->pos, "write the whole chain: args.NAME->MEMBER",
				"only an argument of the event has a type that '->' can follow");
}

static void become_chain(struct check *c, struct expr *e, const struct expr *top,
			 const struct expr *root, const src_pos **parts)
{
	struct chain chain = { .c = c };
	src_pos *copy;

	if (top != e)
		buf_putc(&chain.text, '&');
	add_steps(&chain, top, root);
	copy = arena_alloc(c->arena, chain.parts.n * sizeof(*copy));
	memcpy(copy, chain.parts.at, chain.parts.n * sizeof(*copy));
	*parts = copy;
	e->kind = EX_FIELD;
	e->field = (struct field_ref) { KTAP_FREF_NAME, 0,
					intern(c->strings, chain.text.data, chain.text.len) };
	buf_free(&chain.text);
	free(chain.parts.at);
}

bool check_chain(struct check *c, struct expr *e, const src_pos **parts)
{
	bool address = e->kind == EX_UNARY;
	const struct expr *top = address ? e->bin.a : e, *root = root_of(top);

	*parts = NULL;
	if (root != top && (is_args(root) || is_argument(root))) {
		become_chain(c, e, top, root, parts);
		return true;
	}
	if (!address && e->kind != EX_ARROW)
		return false;
	no_root(c, e, address);
	e->kind = EX_NIL;
	return true;
}
