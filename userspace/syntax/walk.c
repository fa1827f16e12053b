// SPDX-License-Identifier: GPL-2.0
#include "walk.h"

void walk_list(struct expr_list *list, walk_expr_fn visit, void *data)
{
	struct expr *e;

	for (e = list->first; e; e = e->next)
		visit(data, e);
}

static void walk_one(struct expr *e, walk_expr_fn visit, void *data)
{
	if (e)
		visit(data, e);
}

static void walk_items(struct item_list *items, walk_expr_fn visit, void *data)
{
	struct table_item *item;

	for (item = items->first; item; item = item->next) {
		walk_one(item->key, visit, data);
		visit(data, item->value);
	}
}

void walk_children(struct expr *e, walk_expr_fn visit, void *data)
{
	switch (e->kind) {
	case EX_INDEX:
	case EX_ARROW:
		visit(data, e->index.obj);
		visit(data, e->index.key);
		break;
	case EX_TUPLE:
		walk_list(&e->parts, visit, data);
		break;
	case EX_CALL:
		visit(data, e->call.fn);
		walk_list(&e->call.args, visit, data);
		break;
	case EX_TABLE:
		walk_items(&e->items, visit, data);
		break;
	case EX_UNARY:
	case EX_BINARY:
		visit(data, e->bin.a);
		walk_one(e->bin.b, visit, data);
		break;
	case EX_COND:
		visit(data, e->cond.test);
		visit(data, e->cond.yes);
		visit(data, e->cond.no);
		break;
	default:
		break;
	}
}

static void walk_arms(struct arm_list *arms, walk_expr_fn visit, walk_body_fn body,
		      void *data)
{
	struct if_arm *arm;

	for (arm = arms->first; arm; arm = arm->next) {
		walk_one(arm->cond, visit, data);
		body(data, &arm->body);
	}
}

static void walk_forc(struct stmt *s, walk_expr_fn visit, walk_body_fn body, void *data)
{
	if (s->forc.init)
		walk_stmt(s->forc.init, visit, body, data);
	walk_one(s->forc.cond, visit, data);
	body(data, &s->forc.body);
	if (s->forc.step)
		walk_stmt(s->forc.step, visit, body, data);
}

static void walk_trace(struct stmt *s, walk_expr_fn visit, void *data)
{
	struct event *event;

	walk_one(s->trace.spec, visit, data);
	visit(data, s->trace.handler);
	for (event = s->trace.events.first; event; event = event->next)
		walk_one(event->wrapper ? event->wrapper : event->cond, visit, data);
}

void walk_stmt(struct stmt *s, walk_expr_fn visit, walk_body_fn body, void *data)
{
	switch (s->kind) {
	case ST_CALL:
		visit(data, s->call);
		break;
	case ST_LOCAL:
		walk_list(&s->local.values, visit, data);
		break;
	case ST_ASSIGN:
		walk_list(&s->assign.targets, visit, data);
		walk_list(&s->assign.values, visit, data);
		break;
	case ST_UPDATE:
		visit(data, s->update.target);
		visit(data, s->update.value);
		break;
	case ST_IF:
		walk_arms(&s->arms, visit, body, data);
		break;
	case ST_WHILE:
		visit(data, s->loop.cond);
		body(data, &s->loop.body);
		break;
	case ST_REPEAT:
		body(data, &s->loop.body);
		visit(data, s->loop.cond);
		break;
	case ST_FORNUM:
		visit(data, s->range.from);
		visit(data, s->range.to);
		walk_one(s->range.step, visit, data);
		body(data, &s->range.body);
		break;
	case ST_FORC:
		walk_forc(s, visit, body, data);
		break;
	case ST_FORIN:
		visit(data, s->forin.table);
		body(data, &s->forin.body);
		break;
	case ST_RETURN:
		walk_list(&s->values, visit, data);
		break;
	case ST_BLOCK:
		body(data, &s->body);
		break;
	case ST_LOCALFUNC:
		visit(data, s->localfunc.func);
		break;
	case ST_TRACE:
		walk_trace(s, visit, data);
		break;
	case ST_TRACEEND:
		visit(data, s->handler);
		break;
	case ST_IMPORT:
		body(data, &s->import.body);
		break;
	case ST_GUARD:
		visit(data, s->cond);
		break;
	case ST_BREAK:
	case ST_CONTINUE:
		break;
	}
}
