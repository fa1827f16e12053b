// SPDX-License-Identifier: GPL-2.0
#include "scope.h"

#include <stdlib.h>

#include <ktap/limits.h>

#include "util/near.h"

void scope_declare(struct check *c, struct var *var)
{
	var->owner = c->func;
	*list_push(&c->visible) = var;
}

void scope_leave(struct check *c, unsigned int mark)
{
	c->visible.n = mark;
}

struct var *scope_find(const struct check *c, const struct str *name)
{
	unsigned int i = c->visible.n;

	while (i--)
		if (c->visible.at[i]->name == name)
			return c->visible.at[i];
	return NULL;
}

struct global *scope_global(struct check *c, struct str *name)
{
	struct global *g = name->global;

	if (g)
		return g;
	g = arena_new(c->arena, struct global);
	g->name = name;
	g->index = -1;
	name->global = g;
	*list_push(&c->globals) = g;
	return g;
}

/* Index of the capture in fn, which may have to ask its maker for it. */
static unsigned int capture(struct func *fn, struct var *var)
{
	struct capture new = { .var = var, .from_parent = fn->parent == var->owner };
	unsigned int i;

	for (i = 0; i < fn->captures.n; i++)
		if (fn->captures.at[i].var == var)
			return i;
	if (!new.from_parent)
		new.index = capture(fn->parent, var);
	*list_push(&fn->captures) = new;
	return fn->captures.n - 1;
}

void scope_capture(struct check *c, struct var *var, src_pos pos)
{
	if (var->owner == c->func)
		return;
	var->captured = true;
	if (capture(c->func, var) == KTAP_MAX_UPVALS)
		diag_error(c->diag, pos, "function uses more than %u variables of functions around it",
			   KTAP_MAX_UPVALS);
}

const char *scope_near(const struct check *c, const char *name)
{
	struct near_search near = near_begin(name);
	unsigned int i = c->visible.n;

	while (i--)
		near_offer(&near, c->visible.at[i]->name->s);
	return near.best;
}
