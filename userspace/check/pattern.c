// SPDX-License-Identifier: GPL-2.0
/*
 * pattern.c - shell patterns in conditions: /comm == "k*"/ matches, as the kernel's own
 * filters do.
 */
#include "check.h"

#include <string.h>

#include "names.h"

/* What has a text, or an address that has a name, and comes from the event. */
static bool is_subject(const struct expr *e)
{
	return e->kind == EX_FIELD || (e->kind == EX_CTX && (e->id == KTAP_CTX_EXECNAME ||
	       e->id == KTAP_CTX_PROBENAME || e->id == KTAP_CTX_FUNC));
}

static bool is_pattern(const struct expr *e)
{
	return e->kind == EX_STR && strlen(e->str->s) == e->str->len && strpbrk(e->str->s, "*?[");
}

/* The call of a builtin that has no name. */
static struct expr *match(struct check *c, const struct expr *e)
{
	struct expr *fn = ast_expr(c->arena, EX_BUILTIN, e->pos);
	struct expr *call = ast_expr(c->arena, EX_CALL, e->pos);

	fn->id = KTAP_BI_GLOB;
	call->call.fn = fn;
	call->call.args = ast_exprs_add(call->call.args, e->bin.a);
	call->call.args = ast_exprs_add(call->call.args, e->bin.b);
	call->single = true;
	return call;
}

static void become(struct expr *e, const struct expr *other)
{
	struct expr *next = e->next;

	*e = *other;
	e->next = next;
}

/* "~" written out. */
static void check_match(struct check *c, struct expr *e)
{
	if (!e->in_cond)
		diag_error(c->diag, e->pos, "'~' compares with a pattern in the condition of an event only");
	else if (e->bin.b->kind != EX_STR)
		diag_error(c->diag, e->bin.b->pos, "the right side of '~' is a pattern in quotes");
	become(e, match(c, e));
}

void check_pattern(struct check *c, struct expr *e)
{
	bool ne = e->bin.op == AST_NE;

	if (e->bin.op == AST_MATCH)
		check_match(c, e);
	else if (e->in_cond && (e->bin.op == AST_EQ || ne) && is_pattern(e->bin.b) &&
		 is_subject(e->bin.a))
		become(e, ne ? ast_unary(c->arena, AST_NOT, match(c, e), e->pos) : match(c, e));
}
