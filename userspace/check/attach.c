// SPDX-License-Identifier: GPL-2.0
/*
 * attach.c - the first generation's calls that attach a function to an event:
 * timer.tick(period, f) is the statement trace "tick-" .. period f.
 */
#include "check.h"

#include <string.h>

#include "names.h"
#include "scope.h"

/* "timer.tick" of the tree of that expression; NULL: it is no plain name with a dot. */
static const char *dotted(struct check *c, const struct expr *e)
{
	const struct expr *obj = e->index.obj, *key = e->index.key;

	if (e->kind != EX_INDEX || obj->kind != EX_NAME || key->kind != EX_STR ||
	    scope_find(c, obj->str))
		return NULL;
	return arena_printf(c->arena, "%s.%s", obj->str->s, key->str->s);
}

/* What the text of the event is: known now, or computed. */
static void name_event(struct check *c, struct stmt *s, const char *prefix, struct expr *what)
{
	struct event_list none = { 0 };

	if (what->kind == EX_STR)
		s->trace.events = ast_events_add(c->arena, none, intern_cstr(c->strings,
			arena_printf(c->arena, "%s%s", prefix, what->str->s)), NULL, what->pos);
	else
		s->trace.spec = ast_binary(c->arena, KTAP_ARITH_CONCAT,
			ast_str(c->arena, intern_cstr(c->strings, prefix), what->pos), what, what->pos);
}

void check_attach_call(struct check *c, struct stmt *s)
{
	struct expr *call = s->call, *what = call->kind == EX_CALL ? call->call.args.first : NULL;
	const char *name = call->kind == EX_CALL ? dotted(c, call->call.fn) : NULL;
	const char *prefix = name ? name_attacher(name) : NULL;

	if (!prefix)
		return;
	if (call->call.args.n != 2) {
		diag_error(c->diag, call->pos, "'%s' takes 2 arguments, %u given", name,
			   call->call.args.n);
		s->kind = ST_BLOCK;
		s->body = (struct stmt_list) { 0 };
		return;
	}
	s->kind = ST_TRACE;
	memset(&s->trace, 0, sizeof(s->trace));
	s->trace.handler = what->next;
	what->next = NULL;
	name_event(c, s, prefix, what);
}
