/* SPDX-License-Identifier: GPL-2.0 */
/*
 * prog.h - a loaded program: the image's content in host order, every index
 * checked. Made by kp_prog_load() (load.c), proved by kp_verify() (verify.c),
 * never changed afterwards. Process context only, but for reading it.
 */
#ifndef KP_PROG_H
#define KP_PROG_H

#include "value.h"
#include <ktap/image.h>
#include <ktap/errors.def.h>
#include <ktap/ioctl.h>
#include <ktap/limits.h>

struct kp_insn;

struct kp_upval {
	u8 from;		/* enum ktap_upval_from */
	u8 index;
	u8 cell;
};

enum kp_fn_flag {
	KP_FN_VARARG	= KTAP_FN_VARARG,
	/* found by the verifier: */
	KP_FN_FILL	= 1 << 8,	/* registers are set to nil on entry: the function, or
					 * one it calls, may collect temporaries */
	KP_FN_ARGS	= 1 << 9,	/* looks at fields or the text of the event */
	KP_FN_CALLS	= 1 << 10,	/* calls functions it does not know */
	KP_FN_SPACE	= 1 << 11,	/* makes addresses of processes into values */
	KP_FN_WHOLE	= 1 << 12,	/* looks at the event otherwise than by its field references */
};

/* What the verifier knows of an instruction when control comes to it. */
enum kp_fact {
	KP_FACT_INT0	= 1 << 0,	/* its first operand is a register that holds an integer */
	KP_FACT_INT1	= 1 << 1,	/* its second; of FORLOOP: R[a+3] does */
	KP_FACT_INT2	= 1 << 2,	/* its third */
	KP_FACT_STRAIGHT = 1 << 3,	/* no jump leads to it */
};

struct kp_fn {
	const struct kp_prog *prog;
	const ktap_word *code;
	const u8 *fact;			/* of each word, enum kp_fact; made by the verifier */
	const struct kp_insn *insn;	/* of each word, what the interpreter runs (insn.h); the same */
	void *native;			/* machine code (run.h), NULL: none */
	void *front;			/* its front (front.h), NULL: none */
	bool front_steps;		/* which is one in steps, .. */
	u8 *resume;			/* .. for which native may be entered at these words; the host's memory */
	u64 front_refs;			/* bits of the field references that it asks for */
	u64 refs;			/* of those that the function does */
	void *native_owner, *front_owner;	/* the host's, for freeing them */
	const struct kp_value *k;	/* constants: INT, or static STR */
	const struct kp_upval *up;
	const struct ktap_iline *lines;
	u32 ncode, nk, nup, nlines;
	u32 index;			/* in the program */
	u16 nregs;
	u16 nparams;
	u16 nfill;			/* registers that are given or set to nil on entry */
	u16 room;			/* of the stack that a call wants, beside what it gives */
	u32 flags;			/* enum kp_fn_flag */
	u32 name, file;			/* strings of the program */
	u32 line;
};

struct kp_prog {
	struct kp_fn *fn;
	struct kp_str **str;		/* static strings, hashed */
	const struct ktap_ispec *spec;
	const struct ktap_ifref *fref;
	const u32 *global;		/* names, string indices */
	u32 nfn, nstr, nspec, nfref, nglobal;
	u32 seed;			/* of string hashes */
	u32 flags;			/* enum ktap_image_flag */
	struct kp_insn *insn;		/* of all functions */
	u8 *fact;			/* the same */
	void *mem;			/* everything else above is inside */
};

/*
 * Loads `len` bytes of image. Proves shape: every offset, count and index is
 * inside its section, strings end with NUL, reserved fields are zero, limits
 * hold. Copies; keeps no pointer to `bytes`. Returns 0 and a program that the
 * caller frees by kp_prog_free(), or -EBADMSG with *err, or -ENOMEM.
 */
int kp_prog_load(const void *bytes, size_t len, u32 seed,
		 struct kp_prog **prog, struct ktap_error_info *err);
void kp_prog_free(struct kp_prog *prog);

/*
 * Proves meaning: operand kinds and ranges, jumps on instruction boundaries,
 * registers written before they are read on every path, pairs whole, ranges in
 * the frame, cells and iterators where instructions need them, captures that are
 * what they say, builtins' arity. Leaves in each function the verifier's flags and facts,
 * and what the interpreter runs.
 * Returns 0, or -EBADMSG with function, pc and reason in *err, or -ENOMEM.
 */
int kp_verify(struct kp_prog *prog, struct ktap_error_info *err);

/* Whether any function of the program has the flag. */
bool kp_prog_has(const struct kp_prog *prog, u32 flag);

/* The position (line << 10 | column) of an instruction, 0 if unknown. */
u32 kp_fn_pos(const struct kp_fn *fn, u32 pc);

#endif
