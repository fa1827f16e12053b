/* SPDX-License-Identifier: GPL-2.0 */
/*
 * check.h - a parsed program to a checked one. Two passes over the tree: resolve
 * binds names to declarations and finds what functions capture; meaning then
 * knows all shared variables of the program, so it says what every other name
 * is, checks calls, and folds constants. Mistakes are counted in the
 * diagnostics; after one the tree must not be compiled further.
 */
#ifndef KTAP_CHECK_CHECK_H
#define KTAP_CHECK_CHECK_H

#include <ktap/image.h>

#include "script.h"
#include "syntax/ast.h"
#include "syntax/walk.h"
#include "util/buf.h"
#include "util/diag.h"

/* A field of the event that a handler names. */
struct field_use {
	const char *name;
	src_pos pos;
	const src_pos *parts;	/* of args.prev->comm: where prev and comm stand; NULL: at pos */
};

struct check {
	struct arena *arena;
	struct intern *strings;
	struct ktap_diag *diag;
	const struct check_script *script;
	LIST(struct func *) funcs;
	LIST(struct global *) globals;
	struct global *arg_table;	/* the list `arg`, NULL: not needed as a table */
	/* while resolving: */
	LIST(struct var *) visible;	/* innermost last */
	struct func *func;
	unsigned int loops;		/* around the statement, in this function */
	struct stmt *repeat;		/* the innermost loop, where it is a repeat */
	bool in_cond;
	/* while finding meanings: */
	LIST(struct field_use) fields;
};

/* The main chunk, from the text that begins at `start`. check_free() when code has been generated. */
struct func *check_program(struct check *c, struct stmt_list program, src_pos start);
void check_free(struct check *c);

/* The passes. */
void check_resolve(struct check *c, struct func *main);
void check_meaning(struct check *c, struct func *main);

/* Distributes conditions to guards and wrappers; for ST_TRACE, when resolving. */
void check_lower_trace(struct check *c, struct stmt *s);

/*
 * Chains such as args.prev->comm: true if `e` is one or is meant to be, then it
 * is a field whose parts stand at *parts. Children have no meaning yet.
 */
bool check_chain(struct check *c, struct expr *e, const src_pos **parts);

/* The second pass on one expression. */
void check_expr(struct check *c, struct expr *e);

/*
 * A comparison with a pattern, in a condition, becomes a match; children have
 * their meaning.
 */
void check_pattern(struct check *c, struct expr *e);

/* A call that attaches a function becomes a trace statement; when resolving. */
void check_attach_call(struct check *c, struct stmt *s);

/* Names of the event's object, such as e.sc_nr, and of its methods. */
bool check_event_member(struct check *c, struct expr *e);
bool check_event_method(struct check *c, struct expr *call);

/* Calls of builtins. */
void check_call(struct check *c, struct expr *call);

/* What a name without declaration means; in error when nothing. */
void check_name(struct check *c, struct expr *e, bool called);

/* A name that no shared variable of the program hides; any such name: NULL. */
bool check_is_free(const struct expr *e, const char *name);

/* "did you mean ..?", NULL: no builtin has a similar name. */
const char *check_near_builtin(struct check *c, const char *name);

/* The arguments of printf or format against a literal format. */
void check_format(struct check *c, struct expr *call);

#endif
