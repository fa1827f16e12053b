/* SPDX-License-Identifier: GPL-2.0 */
/*
 * code.h - one function's bytecode while it is written: words, constants,
 * labels, registers, line table. It knows the instruction word and nothing of
 * the tree. Limits that are passed are reported here, once a function.
 */
#ifndef KTAP_GEN_CODE_H
#define KTAP_GEN_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include <ktap/bytecode.h>
#include <ktap/image.h>
#include <ktap/limits.h>

#include "util/buf.h"
#include "util/diag.h"
#include "util/intern.h"

struct code_const {
	unsigned int type;	/* KTAP_T_INT or KTAP_T_STR */
	int64_t num;
	struct str *str;
};

struct code_label {
	int32_t pc;		/* -1: not placed yet */
	bool used;
};

struct code_fixup {
	uint32_t pc;		/* of the jumping word */
	unsigned int label;
	bool paired;		/* belongs to a test */
};

struct code_name {
	uint32_t pc;
	struct str *name;
};

struct code {
	struct ktap_diag *diag;
	src_pos start;		/* where the function begins */
	src_pos pos;		/* of what is being compiled */
	LIST(ktap_word) words;
	LIST(struct ktap_iline) lines;
	LIST(struct code_const) consts;
	LIST(uint32_t) slots;	/* index of consts by hash, plus one */
	LIST(struct code_label) labels;
	LIST(struct code_fixup) fixups;
	LIST(struct ktap_iupval) upvals;
	LIST(struct code_name) names;
	unsigned int fixed;	/* registers that hold variables */
	unsigned int free;	/* the first register without a value */
	unsigned int nregs;	/* most that were in use */
	bool dead;		/* control does not come here: words are dropped */
	bool failed;		/* a limit was passed and reported */
};

void code_free(struct code *c);

/* Says once that the function is too much of something. */
void code_fail(struct code *c, const char *what, unsigned int limit);

void code_abc(struct code *c, unsigned int op, unsigned int a, unsigned int b, unsigned int d);
void code_ad(struct code *c, unsigned int op, unsigned int a, unsigned int d);

/* The instruction just written updates this; NULL: nothing that has a name. */
void code_name(struct code *c, struct str *name);

/* Jumps: a label may be used before and after it is placed, and placed once. */
unsigned int code_label(struct code *c);
void code_place(struct code *c, unsigned int label);
/* `op` is JMP, FORPREP or FORLOOP. */
void code_jump(struct code *c, unsigned int op, unsigned int a, unsigned int label);
/* The JMP that belongs to the test just written. */
void code_test_jump(struct code *c, unsigned int label);
/* A test with its JMP. */
void code_test(struct code *c, unsigned int op, unsigned int a, unsigned int d, unsigned int label);
/* The comparison of order just written has its sides the other way round in the text. */
void code_swapped(struct code *c);

/* Index of a constant of this function. */
unsigned int code_int(struct code *c, int64_t num);
unsigned int code_str(struct code *c, struct str *str);

/* n registers in a row; the first. */
unsigned int code_take(struct code *c, unsigned int n);

/* Resolves the labels, jumps to jumps included; ends the function. */
void code_finish(struct code *c);

#endif
