/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ast.h - the program as a tree. The parser builds it from names and literals;
 * check/ replaces each EX_NAME by what the name means and folds constants; gen/
 * reads the result. Every node lives in the compilation's arena.
 */
#ifndef KTAP_SYNTAX_AST_H
#define KTAP_SYNTAX_AST_H

#include <stdbool.h>
#include <stdint.h>

#include <ktap/bytecode.h>

#include "util/arena.h"
#include "util/intern.h"
#include "util/source.h"

struct expr;
struct stmt;
struct func;

#define AST_MAX_DEPTH	200	/* nested brackets, blocks and the like */
#define AST_MAX_EXPR	1000	/* height of one expression's tree */

/* Operators of two operands: first the arithmetic ones, by their own numbers. */
enum ast_op {
	AST_EQ = KTAP_ARITH__MAX, AST_NE, AST_LT, AST_LE, AST_GT, AST_GE,
	AST_IN, AST_MATCH, AST_AND, AST_OR,
	AST_NEG, AST_BNOT, AST_NOT, AST_ADDR,	/* of one operand */
	AST_AGGREGATE,			/* of an update only */
	AST_OP__MAX
};

/* How an operator is written. */
const char *ast_op_text(unsigned int op);

/* A local variable or parameter. */
struct var {
	struct str *name;
	src_pos pos;
	struct var *next;	/* in a declaration's list */
	/* check: */
	struct func *owner;
	bool assigned;		/* also after its declaration */
	bool captured;		/* by an inner function */
	bool event;		/* always the event of the handler */
	bool integer;		/* never anything but an integer */
	bool aggregate;		/* is left of '<<<' somewhere */
	/* gen: */
	uint8_t reg;
	bool preset;		/* has its register since before its declaration */
};

/* A variable lives in a cell if it is captured and assigned, or takes samples. */
static inline bool var_is_cell(const struct var *var)
{
	return (var->captured && var->assigned) || var->aggregate;
}

/* What a name means that no declaration in the file binds. */
struct global {
	struct str *name;
	bool assigned;		/* somewhere, so it is a shared variable */
	bool met;		/* as a name without declaration */
	bool reported;		/* as undefined */
	int index;		/* in the image, -1: none yet */
};

struct field_ref {
	unsigned int kind;	/* enum ktap_fref_kind */
	unsigned int index;
	struct str *name;	/* of KTAP_FREF_NAME */
};

struct expr_list {
	struct expr *first, *last;
	unsigned int n;
};

struct var_list {
	struct var *first, *last;
	unsigned int n;
};

struct stmt_list {
	struct stmt *first, *last;
};

/*
 * _(KIND, name in the tree's text form). From LOCAL on, check/ makes them out of
 * NAME, INDEX, ARROW and CALL.
 */
#define AST_EXPRS(_) \
	_(NIL, "nil") _(TRUE, "true") _(FALSE, "false") _(INT, "int") \
	_(STR, "str") _(VARARG, "...") _(ARGREF, "arg") _(NAME, "name") \
	_(INDEX, "index") _(ARROW, "->") _(TUPLE, "tuple") _(CALL, "call") _(FUNC, "function") \
	_(TABLE, "table") _(UNARY, "unary") _(BINARY, "binary") _(COND, "?:") \
	_(LOCAL, "local") _(GLOBAL, "global") _(BUILTIN, "builtin") \
	_(CTX, "ctx") _(FIELD, "field")

enum expr_kind {
#define _(KIND, name) EX_##KIND,
	AST_EXPRS(_)
#undef _
};

struct table_item {
	struct expr *key;	/* NULL: the next list entry */
	struct expr *value;
	struct table_item *next;
};

struct item_list {
	struct table_item *first, *last;
	unsigned int nlist, nkeyed;
};

struct expr {
	enum expr_kind kind;
	src_pos pos;
	unsigned int depth;	/* height of the tree below */
	bool single;		/* in parentheses: one value, whatever it is */
	bool in_cond;		/* check: in a condition, where fields need no args. and == takes patterns */
	const char *near;	/* check: a local variable with a name like this */
	struct expr *next;	/* in a list */
	union {
		int64_t num;			/* INT, ARGREF */
		struct str *str;		/* STR, NAME */
		struct var *var;		/* LOCAL */
		struct global *global;		/* GLOBAL */
		unsigned int id;		/* BUILTIN, CTX */
		struct field_ref field;		/* FIELD */
		struct { struct expr *obj, *key; } index;	/* INDEX, ARROW */
		struct expr_list parts;		/* TUPLE */
		struct { struct expr *fn; struct expr_list args; } call;
		struct func *func;		/* FUNC */
		struct item_list items;		/* TABLE */
		struct { unsigned int op; struct expr *a, *b; } bin;	/* b NULL: UNARY */
		struct { struct expr *test, *yes, *no; } cond;
	};
};

/* A captured variable of a function, as check/ finds it. */
struct capture {
	struct var *var;
	bool from_parent;	/* a local of the maker; else captured by the maker too */
	unsigned int index;	/* of the maker's capture when not from_parent */
};

struct func {
	src_pos pos;
	struct str *name;	/* NULL: nameless */
	struct var_list params;
	bool vararg;
	struct stmt_list body;
	struct func *parent;	/* check: the function around it */
	LIST(struct capture) captures;
	bool process;		/* check: runs in process context for sure */
	bool handler;		/* check: is an event's handler or stands in one */
};

struct event {
	struct str *text;	/* as written, without the condition */
	src_pos pos;
	struct expr *cond;	/* NULL: none */
	struct expr *wrapper;	/* check: handler of this event alone, that tests
				 * its condition; NULL: the statement's handler */
	struct event *next;
};

struct event_list {
	struct event *first, *last;
};

struct if_arm {
	struct expr *cond;	/* NULL: else */
	struct stmt_list body;
	struct if_arm *next;
};

struct arm_list {
	struct if_arm *first, *last;
};

#define AST_STMTS(_) \
	_(CALL, "call") _(LOCAL, "local") _(ASSIGN, "assign") \
	_(UPDATE, "update") _(IF, "if") _(WHILE, "while") _(REPEAT, "repeat") \
	_(FORNUM, "for-range") _(FORC, "for-c") _(FORIN, "for-in") \
	_(BREAK, "break") _(CONTINUE, "continue") _(RETURN, "return") \
	_(BLOCK, "block") _(LOCALFUNC, "local-function") _(TRACE, "trace") \
	_(TRACEEND, "trace_end") _(IMPORT, "import") _(GUARD, "guard")

enum stmt_kind {
#define _(KIND, name) ST_##KIND,
	AST_STMTS(_)
#undef _
};

struct stmt {
	enum stmt_kind kind;
	src_pos pos;
	struct stmt *next;
	union {
		struct expr *call;
		struct { struct var_list vars; struct expr_list values; } local;
		struct { struct expr_list targets, values; } assign;
		struct { struct expr *target, *value; unsigned int op; } update;
		struct arm_list arms;
		struct { struct expr *cond; struct stmt_list body;
			 bool continues; } loop;	/* WHILE, REPEAT */
		struct { struct var *var; struct expr *from, *to, *step;
			 struct stmt_list body; } range;
		struct { struct stmt *init, *step; struct expr *cond;
			 struct stmt_list body; } forc;
		struct { struct var_list vars; struct expr *table;
			 struct stmt_list body; } forin;
		struct expr_list values;		/* RETURN */
		struct stmt_list body;			/* BLOCK */
		struct { struct var *var; struct expr *func; } localfunc;
		struct { struct event_list events; struct expr *spec, *handler;
			 struct var *shared; } trace;	/* what wrappers call */
		struct expr *handler;			/* TRACEEND */
		struct { struct str *name; struct stmt_list body; } import;
		struct expr *cond;			/* GUARD: return unless it holds */
	};
};

struct expr *ast_expr(struct arena *arena, enum expr_kind kind, src_pos pos);
struct expr *ast_int(struct arena *arena, int64_t num, src_pos pos);
struct expr *ast_str(struct arena *arena, struct str *str, src_pos pos);
struct expr *ast_name(struct arena *arena, struct str *name, src_pos pos);
struct expr *ast_index(struct arena *arena, struct expr *obj, struct expr *key, src_pos pos);
struct expr *ast_arrow(struct arena *arena, struct expr *obj, struct str *member, src_pos pos);
struct expr *ast_call(struct arena *arena, struct expr *fn, struct expr_list args);
struct expr *ast_binary(struct arena *arena, unsigned int op, struct expr *a, struct expr *b, src_pos pos);
struct expr *ast_unary(struct arena *arena, unsigned int op, struct expr *a, src_pos pos);
struct expr *ast_cond(struct arena *arena, struct expr *test, struct expr *yes, struct expr *no, src_pos pos);
struct expr *ast_func(struct arena *arena, struct var_list params, bool vararg, struct stmt_list body, src_pos pos);
/* One key as it is, several as a TUPLE. */
struct expr *ast_key(struct arena *arena, struct expr_list keys, src_pos pos);
/* A TABLE's height, when its items are known. */
struct expr *ast_table(struct arena *arena, struct item_list items, src_pos pos);

struct stmt *ast_stmt(struct arena *arena, enum stmt_kind kind, src_pos pos);
struct var *ast_var(struct arena *arena, struct str *name, src_pos pos);
struct if_arm *ast_arm(struct arena *arena, struct expr *cond, struct stmt_list body);

struct expr_list ast_exprs_add(struct expr_list list, struct expr *expr);
struct var_list ast_vars_add(struct var_list list, struct var *var);
struct stmt_list ast_stmts_add(struct stmt_list list, struct stmt *stmt);
struct item_list ast_items_add(struct arena *arena, struct item_list list,
			       struct expr *key, struct expr *value);
struct arm_list ast_arms_add(struct arm_list list, struct if_arm *arm);
struct event_list ast_events_add(struct arena *arena, struct event_list list,
				 struct str *text, struct expr *cond, src_pos pos);

/* Does it give any number of values? */
static inline bool expr_is_multi(const struct expr *e)
{
	return (e->kind == EX_CALL || e->kind == EX_VARARG) && !e->single;
}

#endif
