/* SPDX-License-Identifier: GPL-2.0 */
/*
 * place.h - the word at hand of a translation, where it leads, and where the registers
 * of the language are: in memory, from j->base on, but for numbers that have a home (loop.h).
 */
#ifndef KP_JIT_PLACE_H
#define KP_JIT_PLACE_H

#include "../core/opinfo.h"
#include "emit.h"

_Static_assert(offsetof(struct kp_value, aux) == 4 && offsetof(struct kp_value, i) == 8,
	       "tag and aux are one word, the number the next");

/* --- the word --- */

static inline u32 length(const struct kp_jit *j)
{
	return kp_is_pair(&kp_opinfo[KTAP_OP(j->w)]) ? 2 : 1;
}

static inline u32 next_pc(const struct kp_jit *j)
{
	return j->pc + length(j);
}

static inline const struct kp_loop *loop_of(const struct kp_jit *j, u32 pc)
{
	u32 i;

	for (i = 0; i < j->nloops; i++)
		if (pc >= j->loops_at[i].head && pc <= j->loops_at[i].last)
			return &j->loops_at[i];
	return NULL;
}

static inline void fetch(struct kp_jit *j, u32 pc)
{
	j->pc = pc;
	j->w = j->fn->code[pc];
	j->ext = length(j) == 2 ? j->fn->code[pc + 1] : 0;
	j->fact = j->fn->fact[pc];
	j->loop = loop_of(j, pc);
}

static inline bool has(const struct kp_jit *j, u8 fact)
{
	return j->fact & fact;
}

static inline u32 target_of(const struct kp_jit *j, ktap_word jmp)
{
	return (u32)((s32)next_pc(j) + KTAP_S(jmp));
}

static inline u32 jump_target(const struct kp_jit *j)
{
	return target_of(j, kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_J ? j->ext : j->w);
}

/* Where a jump of the word at hand has to lead to come to another word: homes are left or entered. */
static inline u32 way_to(struct kp_jit *j, u32 target)
{
	const struct kp_loop *there = loop_of(j, target);

	if (there == j->loop)
		return j->at[target];
	if (j->loop) {
		j->need[j->pc] |= NEED_LEAVE;
		return j->leave[j->pc];
	}
	j->need[target] |= NEED_ENTER;
	return j->resume[target];
}

/* --- registers of the language --- */

static inline s32 tag_at(const struct kp_jit *j, u32 r)
{
	return j->first + (s32)(r * sizeof(struct kp_value) + offsetof(struct kp_value, tag));
}

static inline s32 num_at(const struct kp_jit *j, u32 r)
{
	return j->first + (s32)(r * sizeof(struct kp_value) + offsetof(struct kp_value, i));
}

/* reg = the address of what is at `off` from the base. */
static inline void put_address(struct kp_jit *j, u32 reg, s32 off)
{
	emit_mov(j, reg, j->base);
	if (off)
		emit_alu_imm(j, BPF_O_ADD, reg, off);
}

/* Whether the tag of R[r] was put in front of the loop at hand. */
static inline bool is_tagged(const struct kp_jit *j, u32 r)
{
	const struct kp_loop *l = j->loop;
	u32 i;

	for (i = 0; l && i < l->nhomes; i++)
		if (l->home_of[i] == r)
			return l->tagged & 1u << i;
	return false;
}

/* R[r] becomes an integer, if it is not known to be one; its number is next. */
static inline void put_int_tag(struct kp_jit *j, u32 r, bool known)
{
	if (!known && !is_tagged(j, r))
		emit_store_imm(j, BPF_S_DW, j->base, tag_at(j, r), KTAP_T_INT);
}

/* The machine registers that are homes: helpers change most, and what is done in place none. */
static inline u32 home_at(u32 i)
{
	return i < 4 ? R2 + i : LAST;
}

/* Where the number of R[r] is as long as the loop at hand runs, or 0: it has no home. */
static inline u32 home(const struct kp_jit *j, u32 r)
{
	const struct kp_loop *l = j->loop;
	u32 i;

	for (i = 0; l && i < l->nhomes; i++)
		if (l->home_of[i] == r || (l->twins && l->home_of[i] == l->counter && r == l->counter + 3u))
			return home_at(i);
	return 0;
}

static inline void forget(struct kp_jit *j, u32 r)
{
	if (j->last == (s32)r)
		j->last = -1;
}

static inline void forget_all(struct kp_jit *j)
{
	j->last = -1;
}

/* The machine register that has the number of R[r]: its home, LAST, or `spare`. */
static inline u32 number(struct kp_jit *j, u32 r, u32 spare)
{
	if (home(j, r))
		return home(j, r);
	if (j->last == (s32)r)
		return LAST;
	emit_load(j, BPF_S_DW, spare, j->base, num_at(j, r));
	return spare;
}

/* Where a number is made that R[r] is to have. In a loop LAST may be a home. */
static inline u32 maker(const struct kp_jit *j, u32 r)
{
	if (!j->loop)
		return LAST;
	return home(j, r) ? home(j, r) : R0;
}

/* m = the number of R[r], to be changed there. */
static inline void bring(struct kp_jit *j, u32 m, u32 r)
{
	u32 from = number(j, r, m);

	if (from != m)
		emit_mov(j, m, from);
	if (m == LAST)
		j->last = -1;
}

/* The number of R[r] = m */
static inline void settle_number(struct kp_jit *j, u32 r, u32 m)
{
	forget(j, r);
	if (!home(j, r))
		emit_store(j, BPF_S_DW, j->base, num_at(j, r), m);
	else if (home(j, r) != m)
		emit_mov(j, home(j, r), m);
	if (!j->loop && m == LAST)
		j->last = (s32)r;
}

/* R[r] = m, an integer. */
static inline void settle(struct kp_jit *j, u32 r, u32 m, bool known)
{
	put_int_tag(j, r, known);
	settle_number(j, r, m);
}

static inline void put_number(struct kp_jit *j, u32 r, s64 n)
{
	forget(j, r);
	if (home(j, r)) {
		emit_const(j, home(j, r), n);
		return;
	}
	if (fits32(n)) {
		emit_store_imm(j, BPF_S_DW, j->base, num_at(j, r), n);
		return;
	}
	emit_const(j, R0, n);
	emit_store(j, BPF_S_DW, j->base, num_at(j, r), R0);
}

static inline void put_value(struct kp_jit *j, u32 r, u32 tag, s64 n)
{
	emit_store_imm(j, BPF_S_DW, j->base, tag_at(j, r), tag);
	put_number(j, r, n);
}

/* --- where it is not in place --- */

static inline u32 slow_way(struct kp_jit *j)
{
	j->need[j->pc] |= NEED_SLOW;
	return j->slow[j->pc];
}

/* The slow way, unless R[r] is an integer. */
static inline void want_int(struct kp_jit *j, u32 r, bool known)
{
	if (known)
		return;
	emit_load(j, BPF_S_W, R0, j->base, tag_at(j, r));
	emit_if_imm(j, BPF_J_JNE, R0, KTAP_T_INT, slow_way(j));
}

/* --- operands --- */

static inline bool is_register(u8 kind)
{
	return kind == KTAP_OPD_dst || kind == KTAP_OPD_reg || kind == KTAP_OPD_cell ||
	       kind == KTAP_OPD_base;
}

static inline bool is_constant(u8 kind)
{
	return kind == KTAP_OPD_kany || kind == KTAP_OPD_kint || kind == KTAP_OPD_kstr;
}

/* Operand n as a helper's argument: its address. Other operands are in the word. */
static inline void put_operand(struct kp_jit *j, u32 n)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	s32 x = kp_operand(j->w, n);

	if (is_register(op->operand[n])) {
		put_address(j, R2 + n, tag_at(j, (u32)x));
	} else if (is_constant(op->operand[n])) {
		emit_const(j, R2 + n, (s64)(uintptr_t)&j->fn->k[x]);
	} else if (op->operand[n] == KTAP_OPD_spec) {
		emit_const(j, R2 + n, 0);	/* TRACE: no register has the text */
	}
}

#endif
