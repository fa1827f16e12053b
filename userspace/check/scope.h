/* SPDX-License-Identifier: GPL-2.0 */
/*
 * scope.h - the declarations that a place in the text can see, and how inner
 * functions reach those of outer ones.
 */
#ifndef KTAP_CHECK_SCOPE_H
#define KTAP_CHECK_SCOPE_H

#include "check.h"

void scope_declare(struct check *c, struct var *var);

/* Ends the scopes of all variables declared since `mark` = c->visible.n. */
void scope_leave(struct check *c, unsigned int mark);

/* The innermost variable of this name, NULL: none is visible. */
struct var *scope_find(const struct check *c, const struct str *name);

/* The variable of that name, or what will be known by it in the whole program. */
struct global *scope_global(struct check *c, struct str *name);

/* Notes that the current function uses a variable of a function around it. */
void scope_capture(struct check *c, struct var *var, src_pos pos);

/* A visible variable with a similar name, NULL: none. */
const char *scope_near(const struct check *c, const char *name);

#endif
