// SPDX-License-Identifier: GPL-2.0
#include "fold.h"

#include <inttypes.h>
#include <string.h>

#include <ktap/limits.h>

#include "arith.h"
#include "util/buf.h"

_Static_assert(EX_NIL < EX_STR && EX_TRUE < EX_STR && EX_FALSE < EX_STR && EX_INT < EX_STR,
	       "constants come first");

/* Becomes the other node, but stays where it is in its list. */
static void become(struct expr *e, const struct expr *other)
{
	struct expr *next = e->next;

	*e = *other;
	e->next = next;
	e->single = e->single || expr_is_multi(e);
}

static void become_bool(struct expr *e, bool value)
{
	e->kind = value ? EX_TRUE : EX_FALSE;
}

static void become_int(struct expr *e, int64_t value)
{
	e->kind = EX_INT;
	e->num = value;
}

static bool same(const struct expr *a, const struct expr *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == EX_INT ? a->num == b->num :
	       a->kind == EX_STR ? a->str == b->str : true;
}

/* <0, 0 or >0; both are strings. */
static int compare_strings(const struct str *a, const struct str *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->s, b->s, len);

	return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool compare(const struct expr *a, const struct expr *b, int *order)
{
	if (a->kind != b->kind || (a->kind != EX_INT && a->kind != EX_STR))
		return false;
	if (a->kind == EX_INT)
		*order = (a->num > b->num) - (a->num < b->num);
	else
		*order = compare_strings(a->str, b->str);
	return true;
}

static void fold_order(struct expr *e)
{
	int order;

	if (!compare(e->bin.a, e->bin.b, &order))
		return;
	switch (e->bin.op) {
	case AST_LT: become_bool(e, order < 0); break;
	case AST_LE: become_bool(e, order <= 0); break;
	case AST_GT: become_bool(e, order > 0); break;
	case AST_GE: become_bool(e, order >= 0); break;
	}
}

static void text_of(struct buf *buf, const struct expr *e)
{
	switch (e->kind) {
	case EX_STR:	buf_add(buf, e->str->s, e->str->len); break;
	case EX_INT:	buf_printf(buf, "%" PRId64, e->num); break;
	case EX_TRUE:	buf_printf(buf, "true"); break;
	case EX_FALSE:	buf_printf(buf, "false"); break;
	default:	buf_printf(buf, "nil"); break;
	}
}

static void fold_concat(struct expr *e, struct intern *strings)
{
	struct buf buf = { 0 };

	text_of(&buf, e->bin.a);
	text_of(&buf, e->bin.b);
	if (buf.len <= KTAP_DEF_STRING) {
		e->kind = EX_STR;
		e->str = intern(strings, buf.data ? buf.data : "", buf.len);
	}
	buf_free(&buf);
}

/* The left side alone may decide: its value, or that of the right side. */
static void fold_logic(struct expr *e)
{
	bool left = const_is_true(e->bin.a);

	become(e, left == (e->bin.op == AST_OR) ? e->bin.a : e->bin.b);
}

static void fold_arith(struct expr *e)
{
	__s64 r;

	if (e->bin.a->kind == EX_INT && e->bin.b->kind == EX_INT &&
	    kp_arith(e->bin.op, e->bin.a->num, e->bin.b->num, &r))
		become_int(e, r);
}

static void fold_binary(struct expr *e, struct intern *strings)
{
	if (!expr_is_const(e->bin.a))
		return;
	if (e->bin.op == AST_AND || e->bin.op == AST_OR)
		fold_logic(e);
	else if (!expr_is_const(e->bin.b))
		return;
	else if (e->bin.op == KTAP_ARITH_CONCAT)
		fold_concat(e, strings);
	else if (e->bin.op < KTAP_ARITH__MAX)
		fold_arith(e);
	else if (e->bin.op == AST_EQ || e->bin.op == AST_NE)
		become_bool(e, same(e->bin.a, e->bin.b) == (e->bin.op == AST_EQ));
	else
		fold_order(e);
}

static void fold_unary(struct expr *e)
{
	struct expr *a = e->bin.a;

	if (e->bin.op == AST_NOT && expr_is_const(a))
		become_bool(e, !const_is_true(a));
	else if (e->bin.op == AST_NEG && a->kind == EX_INT)
		become_int(e, kp_arith_neg(a->num));
	else if (e->bin.op == AST_BNOT && a->kind == EX_INT)
		become_int(e, kp_arith_bnot(a->num));
}

void fold(struct expr *e, struct intern *strings)
{
	switch (e->kind) {
	case EX_UNARY:
		fold_unary(e);
		break;
	case EX_BINARY:
		fold_binary(e, strings);
		break;
	case EX_COND:
		if (expr_is_const(e->cond.test))
			become(e, const_is_true(e->cond.test) ? e->cond.yes : e->cond.no);
		break;
	default:
		break;
	}
}
