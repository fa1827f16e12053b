/* SPDX-License-Identifier: GPL-2.0 */
/*
 * gen.h - checked tree to bytecode. Input: the main chunk as check/ leaves it,
 * without mistakes; output: functions, shared variables, events and fields, for
 * image.h to write. Only limits of the machine can make it fail.
 *
 * Registers are a stack: variables below `fixed`, temporaries up to `free`. A
 * function here that takes temporaries leaves `free` as it says, and its caller
 * sets it back. Within one expression no register below `fixed` is written before
 * everything that may read it has been evaluated.
 */
#ifndef KTAP_GEN_GEN_H
#define KTAP_GEN_GEN_H

#include "code.h"
#include "check/check.h"

struct gen_func {
	struct code code;
	struct func *fn;
};

struct gen_spec {
	struct str *text;
	src_pos pos;
};

struct gen {
	struct check *check;
	struct ktap_diag *diag;
	LIST(struct gen_func *) funcs;
	LIST(struct global *) globals;
	LIST(struct gen_spec) specs;
	LIST(struct field_ref) frefs;
};

/* The innermost loop around what is being compiled. */
struct loop {
	struct loop *outer;
	unsigned int on_break, on_continue;	/* labels */
};

/* A function on its way. */
struct emitter {
	struct gen *gen;
	struct emitter *outer;
	struct func *fn;
	struct code *code;
	struct loop *loop;
};

/* Is it a variable that simply is a register here? */
static inline bool gen_is_register(const struct emitter *m, const struct expr *e)
{
	return e->kind == EX_LOCAL && e->var->owner == m->fn && !var_is_cell(e->var);
}

/* False when a limit was passed; gen_free() in any case. */
bool gen_program(struct gen *g, struct func *main);
void gen_free(struct gen *g);

/* gen.c: a function's index; what it captures is taken from `outer`. */
unsigned int gen_function(struct gen *g, struct emitter *outer, struct func *fn);
unsigned int gen_global(struct emitter *m, struct global *global);
unsigned int gen_spec(struct emitter *m, struct str *text, src_pos pos);
unsigned int gen_fref(struct emitter *m, const struct field_ref *ref);

#define GEN_ALL	(-1)	/* as many values as there are */

/* expr.c: the value into dst, with no temporary left over. */
void gen_to(struct emitter *m, struct expr *e, unsigned int dst);
/* A register that holds the value: a variable's own, or a new temporary. */
unsigned int gen_any(struct emitter *m, struct expr *e);
/* The value in a new temporary on top. */
unsigned int gen_next(struct emitter *m, struct expr *e);
/* dst = a op b. */
void gen_arith(struct emitter *m, unsigned int op, unsigned int dst, unsigned int a, struct expr *b);
/* Constant as an operand of eight bits; -1: it is none, or there are too many. */
int gen_small_const(struct emitter *m, const struct expr *e);
void gen_load_int(struct emitter *m, unsigned int dst, int64_t num);
/* Index of a captured variable in this function. */
unsigned int gen_upval(const struct emitter *m, const struct var *var);

/* cond.c: jumps to the label when the truth of e is `when`. */
void gen_branch(struct emitter *m, struct expr *e, bool when, unsigned int label);

/* call.c: `want` results from the register it returns, which is the new top. */
unsigned int gen_call(struct emitter *m, struct expr *e, int want);
void gen_return(struct emitter *m, struct stmt *s);
/* The values in a row of new temporaries, filled with nil or cut to `want`. */
unsigned int gen_values(struct emitter *m, struct expr_list list, int want);
/* The same, as many as there are; the count operand that says how many. */
unsigned int gen_open_values(struct emitter *m, struct expr_list list);

/* table.c */
void gen_table(struct emitter *m, struct expr *e, unsigned int dst);

/* target.c: what an update of this changes, as the script calls it; NULL: no name. */
struct str *gen_target(struct emitter *m, const struct expr *e);
struct str *gen_table_target(struct emitter *m, const struct expr *table);

/* assign.c */
void gen_assign(struct emitter *m, struct stmt *s);
void gen_update(struct emitter *m, struct stmt *s);
void gen_store_var(struct emitter *m, struct var *var, unsigned int value);
/* Gives the next `vars` registers, which hold their first values, to variables. */
void gen_bind(struct emitter *m, struct var_list vars, unsigned int first);
void gen_local(struct emitter *m, struct stmt *s);
void gen_localfunc(struct emitter *m, struct stmt *s);

/* loop.c */
void gen_while(struct emitter *m, struct stmt *s);
void gen_repeat(struct emitter *m, struct stmt *s);
void gen_fornum(struct emitter *m, struct stmt *s);
void gen_forc(struct emitter *m, struct stmt *s);
void gen_forin(struct emitter *m, struct stmt *s);

/* stmt.c: statements; the variables of a body end with it. */
void gen_stmts(struct emitter *m, struct stmt_list list);
void gen_body(struct emitter *m, struct stmt_list body);
void gen_stmt(struct emitter *m, struct stmt *s);

/* trace.c */
void gen_trace(struct emitter *m, struct stmt *s);
void gen_traceend(struct emitter *m, struct stmt *s);

#endif
