/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fold.h - an expression of constants to its value, with the arithmetic of the
 * machine that would have computed it. What would be a runtime error stays as
 * it is, and fails when it runs.
 */
#ifndef KTAP_CHECK_FOLD_H
#define KTAP_CHECK_FOLD_H

#include "syntax/ast.h"

/* Folds one node whose children are folded already. */
void fold(struct expr *e, struct intern *strings);

static inline bool expr_is_const(const struct expr *e)
{
	return e->kind <= EX_STR;
}

/* Of a constant. */
static inline bool const_is_true(const struct expr *e)
{
	return e->kind != EX_NIL && e->kind != EX_FALSE;
}

#endif
