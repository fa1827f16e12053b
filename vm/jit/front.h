/* SPDX-License-Identifier: GPL-2.0 */
/*
 * front.h - the translation of a function's front (core/front.h) under way: what its
 * parts share. Process context.
 *
 *   front.c        which words it has, where it gives up, all of it in order
 *   front_word.c   single words: fields, the moment's variables, comparisons
 *   front_slot.c   shared and captured variables
 *   front_tab.c    tables, by a key or by the parts of one
 *   front_print.c  lines
 *   front_line.c   lines of values whose types are known: written in place
 *   front_kind.c   what is known of the types
 *
 * On the machine's stack: of all or nothing, struct kp_firing; struct kp_seen, if elements of tables are
 * changed behind a look for some; the registers of the language below, and below them what is
 * made: names and texts.
 */
#ifndef KP_JIT_FRONT_H
#define KP_JIT_FRONT_H

#include "../core/front.h"
#include "inplace.h"

#define STACK_BYTES	512u
#define REGISTERS	16u
#define FIRING		(-(s32)sizeof(struct kp_firing))	/* of one in steps it is not there */
#define NONE		(~0u - 1)

/* What a register of the language is known to have where the word at hand begins. */
enum kind {
	KIND_ANY,
	KIND_INT,
	KIND_CONST,		/* a string of the program: constant number `konst` of the function */
	KIND_NAME,		/* a string of at most KP_FRONT_TEXT bytes, with room for all of them */
	KIND_STR,
};

struct front {
	struct kp_jit j;
	bool steps;		/* in steps: CTX has struct kp_stepping */
	bool wants_steps;	/* a word was met that only these can have */
	u8 *known;		/* per word, see front.c */
	u16 *have;		/* per word: bits of the registers that have a value there */
	u8 *resume;		/* per word: the handler may go on there */
	u32 made;		/* bytes of what is made, up to the word at hand */
	s16 text_at[KP_FRONT_FIELDS];	/* where a field's text is, which is the same each time; 0: nowhere */
	s16 seen_at;		/* where struct kp_seen is; 0: it has none */
	u32 parts;		/* the last word that is a key of several parts, or NONE */
	u32 asked;		/* members of struct kp_firing that are asked for, from the first on */
	u64 refs;		/* bits of the field references asked for */
	u8 kind[REGISTERS];	/* enum kind */
	u32 konst[REGISTERS];
};

static inline struct front *front_of(struct kp_jit *j)
{
	return (struct front *)((char *)j - offsetof(struct front, j));
}

static inline void put_register(struct kp_jit *j, u32 reg, u32 r)
{
	put_address(j, reg, tag_at(j, r));
}

/* reg = the address of `bytes` on the stack. False: there is no room. */
static inline bool put_memory(struct kp_jit *j, u32 reg, size_t bytes)
{
	u32 *made = &front_of(j)->made;

	bytes = (bytes + 7) & ~(size_t)7;
	if (*made + bytes > STACK_BYTES + (u32)j->first)
		return false;
	*made += (u32)bytes;
	put_address(j, reg, j->first - (s32)*made);
	return true;
}

static inline void put_probe(struct kp_jit *j, u32 reg)
{
	struct front *f = front_of(j);

	if (!f->steps && !f->asked)
		f->asked = 1;
	emit_load(j, BPF_S_DW, reg, f->steps ? CTX : j->base,
		  (f->steps ? 0 : FIRING) + (s32)offsetof(struct kp_firing, probe));
}

static inline void give_up_if_false(struct kp_jit *j)
{
	emit_if_imm(j, BPF_J_JEQ, R0, 0, slow_way(j));
	forget_all(j);
}

/* Whether the word before is the key, in parts, of the word at hand. */
static inline bool is_by_parts(struct kp_jit *j)
{
	return front_of(j)->parts + 1 == j->pc;
}

/* The word at hand in place or by what core/front.h has. False: it is not simple. */
bool kp_front_word(struct kp_jit *j);
bool kp_front_slot_word(struct kp_jit *j);
bool kp_front_table_word(struct kp_jit *j);
bool kp_front_print_word(struct kp_jit *j);

/* A record of the n values from R[a] on. False: of one it is not known what it is. */
bool kp_front_line(struct kp_jit *j, u32 kind, u32 a, u32 n);

/* What the word at hand, which is translated, makes known, and that nothing is. */
void kp_front_note_kind(struct front *f);
void kp_front_forget_kinds(struct front *f);

/* Whether a word of the function may take a string as a key. */
bool kp_front_has_keys(struct kp_jit *j);

/* Whether the word at hand is a key of several parts which only the next word uses: that takes
 * the parts, and the key is not made. */
bool kp_front_is_taken_apart(struct kp_jit *j);

/* Whether a word ends the handler, changes what others see, jumps. */
bool kp_front_ends(u32 op);
bool kp_front_changes(u32 op);
bool kp_front_jumps(const struct kp_jit *j);

#endif
