// SPDX-License-Identifier: GPL-2.0
#include "ast.h"

static const char *const op_texts[AST_OP__MAX] = {
#define _(NAME, text) [KTAP_ARITH_##NAME] = text,
	KTAP_ARITHS(_)
#undef _
	[AST_EQ] = "==", [AST_NE] = "!=", [AST_LT] = "<", [AST_LE] = "<=",
	[AST_GT] = ">", [AST_GE] = ">=", [AST_IN] = "in", [AST_MATCH] = "~", [AST_AND] = "&&",
	[AST_OR] = "||", [AST_NEG] = "-", [AST_BNOT] = "~", [AST_NOT] = "!",
	[AST_ADDR] = "&", [AST_AGGREGATE] = "<<<",
};

const char *ast_op_text(unsigned int op)
{
	return op_texts[op];
}

static void raise_depth(struct expr *e, const struct expr *child)
{
	if (child && child->depth >= e->depth)
		e->depth = child->depth + 1;
}

static void raise_depth_list(struct expr *e, struct expr_list list)
{
	const struct expr *child;

	for (child = list.first; child; child = child->next)
		raise_depth(e, child);
}

struct expr *ast_expr(struct arena *arena, enum expr_kind kind, src_pos pos)
{
	struct expr *e = arena_new(arena, struct expr);

	e->kind = kind;
	e->pos = pos;
	return e;
}

struct expr *ast_int(struct arena *arena, int64_t num, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_INT, pos);

	e->num = num;
	return e;
}

struct expr *ast_str(struct arena *arena, struct str *str, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_STR, pos);

	e->str = str;
	return e;
}

struct expr *ast_name(struct arena *arena, struct str *name, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_NAME, pos);

	e->str = name;
	return e;
}

struct expr *ast_index(struct arena *arena, struct expr *obj, struct expr *key,
		       src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_INDEX, pos);

	e->index.obj = obj;
	e->index.key = key;
	raise_depth(e, obj);
	raise_depth(e, key);
	return e;
}

struct expr *ast_arrow(struct arena *arena, struct expr *obj, struct str *member, src_pos pos)
{
	struct expr *e = ast_index(arena, obj, ast_str(arena, member, pos), pos);

	e->kind = EX_ARROW;
	return e;
}

struct expr *ast_call(struct arena *arena, struct expr *fn, struct expr_list args)
{
	struct expr *e = ast_expr(arena, EX_CALL, fn->pos);

	e->call.fn = fn;
	e->call.args = args;
	raise_depth(e, fn);
	raise_depth_list(e, args);
	return e;
}

struct expr *ast_binary(struct arena *arena, unsigned int op, struct expr *a,
			struct expr *b, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_BINARY, pos);

	e->bin.op = op;
	e->bin.a = a;
	e->bin.b = b;
	raise_depth(e, a);
	raise_depth(e, b);
	return e;
}

struct expr *ast_unary(struct arena *arena, unsigned int op, struct expr *a, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_UNARY, pos);

	e->bin.op = op;
	e->bin.a = a;
	raise_depth(e, a);
	return e;
}

struct expr *ast_cond(struct arena *arena, struct expr *test, struct expr *yes,
		      struct expr *no, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_COND, pos);

	e->cond.test = test;
	e->cond.yes = yes;
	e->cond.no = no;
	raise_depth(e, test);
	raise_depth(e, yes);
	raise_depth(e, no);
	return e;
}

struct expr *ast_func(struct arena *arena, struct var_list params, bool vararg,
		      struct stmt_list body, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_FUNC, pos);

	e->func = arena_new(arena, struct func);
	e->func->pos = pos;
	e->func->params = params;
	e->func->vararg = vararg;
	e->func->body = body;
	return e;
}

struct expr *ast_key(struct arena *arena, struct expr_list keys, src_pos pos)
{
	struct expr *e;

	if (keys.n == 1)
		return keys.first;
	e = ast_expr(arena, EX_TUPLE, pos);
	e->parts = keys;
	raise_depth_list(e, keys);
	return e;
}

struct expr *ast_table(struct arena *arena, struct item_list items, src_pos pos)
{
	struct expr *e = ast_expr(arena, EX_TABLE, pos);
	const struct table_item *item;

	e->items = items;
	for (item = items.first; item; item = item->next) {
		raise_depth(e, item->key);
		raise_depth(e, item->value);
	}
	return e;
}

struct stmt *ast_stmt(struct arena *arena, enum stmt_kind kind, src_pos pos)
{
	struct stmt *s = arena_new(arena, struct stmt);

	s->kind = kind;
	s->pos = pos;
	return s;
}

struct var *ast_var(struct arena *arena, struct str *name, src_pos pos)
{
	struct var *var = arena_new(arena, struct var);

	var->name = name;
	var->pos = pos;
	return var;
}

struct if_arm *ast_arm(struct arena *arena, struct expr *cond, struct stmt_list body)
{
	struct if_arm *arm = arena_new(arena, struct if_arm);

	arm->cond = cond;
	arm->body = body;
	return arm;
}

/* Every list is a first and a last element; `node` goes behind the last. */
#define APPEND(list, node) \
	(((list).last ? ((list).last->next = (node)) : ((list).first = (node))), \
	 (list).last = (node))

struct expr_list ast_exprs_add(struct expr_list list, struct expr *expr)
{
	APPEND(list, expr);
	list.n++;
	return list;
}

struct var_list ast_vars_add(struct var_list list, struct var *var)
{
	APPEND(list, var);
	list.n++;
	return list;
}

struct stmt_list ast_stmts_add(struct stmt_list list, struct stmt *stmt)
{
	if (stmt)
		APPEND(list, stmt);
	return list;
}

struct arm_list ast_arms_add(struct arm_list list, struct if_arm *arm)
{
	APPEND(list, arm);
	return list;
}

struct item_list ast_items_add(struct arena *arena, struct item_list list,
			       struct expr *key, struct expr *value)
{
	struct table_item *item = arena_new(arena, struct table_item);

	item->key = key;
	item->value = value;
	APPEND(list, item);
	if (key)
		list.nkeyed++;
	else
		list.nlist++;
	return list;
}

struct event_list ast_events_add(struct arena *arena, struct event_list list,
				 struct str *text, struct expr *cond, src_pos pos)
{
	struct event *event = arena_new(arena, struct event);

	event->text = text;
	event->cond = cond;
	event->pos = pos;
	APPEND(list, event);
	return list;
}
