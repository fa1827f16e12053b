/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk.h - a node's children in the order in which they are evaluated, for the
 * passes that treat most nodes alike. A function's body is not among the
 * children of its expression.
 */
#ifndef KTAP_SYNTAX_WALK_H
#define KTAP_SYNTAX_WALK_H

#include "ast.h"

typedef void (*walk_expr_fn)(void *data, struct expr *e);
typedef void (*walk_body_fn)(void *data, struct stmt_list *body);

void walk_list(struct expr_list *list, walk_expr_fn visit, void *data);
void walk_children(struct expr *e, walk_expr_fn visit, void *data);

/* A statement's own expressions and the bodies inside it. */
void walk_stmt(struct stmt *s, walk_expr_fn visit, walk_body_fn body, void *data);

#endif
