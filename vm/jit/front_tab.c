// SPDX-License-Identifier: GPL-2.0
/*
 * front_tab.c - tables in a front. A composite key that only the next word uses is not
 * made: that word takes its parts.
 */
#include "front.h"

/* --- keys --- */

/* The register behind that of the key. */
static u32 put_key(struct kp_jit *j, u32 first, u32 operand)
{
	s32 x = kp_operand(j->w, operand);

	if (is_register(kp_opinfo[KTAP_OP(j->w)].operand[operand]))
		put_register(j, first, (u32)x);
	else
		emit_const(j, first, (s64)(uintptr_t)&j->fn->k[x]);
	return first + 1;
}

static u32 put_parts(struct kp_jit *j, u32 first)
{
	ktap_word key = j->fn->code[front_of(j)->parts];

	put_register(j, first, KTAP_B(key));
	emit_const(j, first + 1, KTAP_C(key));
	return first + 2;
}

/* The table in R[t], and behind it the key or its parts; the register behind them. */
static u32 put_place(struct kp_jit *j, u32 first, u32 t, u32 operand)
{
	put_register(j, first, t);
	return is_by_parts(j) ? put_parts(j, first + 1) : put_key(j, first + 1, operand);
}

static bool reads(const struct kp_jit *j, u32 r)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	u32 i;

	for (i = 0; i < kp_noperands(op); i++)
		if (op->operand[i] == KTAP_OPD_base ||
		    (op->operand[i] == KTAP_OPD_reg && (u32)kp_operand(j->w, i) == r))
			return true;
	return false;
}

static bool writes(const struct kp_jit *j, u32 r)
{
	return kp_opinfo[KTAP_OP(j->w)].operand[0] == KTAP_OPD_dst && KTAP_A(j->w) == r;
}

/* A range that may be the register's reads it; what is written before any jump is not read. */
static bool is_read_later(struct kp_jit *j, u32 pc, u32 r)
{
	bool straight = true;

	for (; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		straight = straight && has(j, KP_FACT_STRAIGHT);
		if (reads(j, r))
			return true;
		if (straight && writes(j, r))
			return false;
		straight = straight && !kp_front_jumps(j);
	}
	return false;
}

static bool takes_parts(u32 op)
{
	return op == KTAP_OP_TABADD || op == KTAP_OP_TABADDI || op == KTAP_OP_GETTAB ||
	       op == KTAP_OP_SETTAB || op == KTAP_OP_TABAGG;
}

/* The word at hand names R[r] as its key, and as nothing else that it reads. */
static bool is_only_key(struct kp_jit *j, u32 r)
{
	u32 op = KTAP_OP(j->w), a = KTAP_A(j->w), b = KTAP_B(j->w), c = KTAP_C(j->w);

	if (op == KTAP_OP_GETTAB)
		return c == r && b != r;
	return b == r && a != r && (op == KTAP_OP_TABADDI || c != r);
}

bool kp_front_is_taken_apart(struct kp_jit *j)
{
	u32 pc = j->pc, r = KTAP_A(j->w);
	bool once;

	if (KTAP_OP(j->w) != KTAP_OP_TUPLE)
		return false;
	fetch(j, next_pc(j));
	once = takes_parts(KTAP_OP(j->w)) && is_only_key(j, r) && has(j, KP_FACT_STRAIGHT) &&
	       ((KTAP_OP(j->w) == KTAP_OP_GETTAB && KTAP_A(j->w) == r) ||
		!is_read_later(j, next_pc(j), r));
	fetch(j, pc);
	return once;
}

static bool make_key(struct kp_jit *j)
{
	u32 n = KTAP_C(j->w);

	if (!put_memory(j, R1, sizeof(struct kp_tuple) + n * sizeof(struct kp_value)))
		return false;
	put_register(j, R2, KTAP_B(j->w));
	emit_const(j, R3, n);
	emit_const(j, R4, j->vm->opts.seed);
	EMIT_CALL(j, kp_front_tuple);
	give_up_if_false(j);
	emit_store_imm(j, BPF_S_DW, j->base, tag_at(j, KTAP_A(j->w)), KTAP_T_TUPLE);
	emit_store(j, BPF_S_DW, j->base, num_at(j, KTAP_A(j->w)), R0);
	return true;
}

static bool tuple(struct kp_jit *j)
{
	if (KTAP_B(j->w) + KTAP_C(j->w) > REGISTERS)
		return false;
	if (!kp_front_is_taken_apart(j))
		return make_key(j);
	front_of(j)->parts = j->pc;
	return true;
}

/* --- words --- */

/* The verifier knows of any event that it is a number, or it is known of this probe's. */
static bool is_number(struct kp_jit *j, u32 r, u8 fact)
{
	return has(j, fact) || (r < REGISTERS && front_of(j)->kind[r] == KIND_INT);
}

#define BY(whole, parts)	(is_by_parts(j) ? (void (*)(void))(parts) : (void (*)(void))(whole))

/* R3 or R4 = what is added. */
static void put_addend(struct kp_jit *j, u32 reg)
{
	if (KTAP_OP(j->w) == KTAP_OP_TABADDI) {
		emit_const(j, reg, KTAP_SC(j->w));
		return;
	}
	want_int(j, KTAP_C(j->w), has(j, KP_FACT_INT2));
	emit_load(j, BPF_S_DW, reg, j->base, num_at(j, KTAP_C(j->w)));
}

static bool add(struct kp_jit *j)
{
	if (!is_by_parts(j) && is_number(j, KTAP_B(j->w), KP_FACT_INT1)) {
		put_register(j, R1, KTAP_A(j->w));
		put_addend(j, R3);
		emit_load(j, BPF_S_DW, R2, j->base, num_at(j, KTAP_B(j->w)));
		EMIT_CALL(j, kp_front_add_int);
	} else {
		put_addend(j, put_place(j, R1, KTAP_A(j->w), 1));
		EMIT_CALL(j, BY(kp_front_add, kp_front_add_parts));
	}
	give_up_if_false(j);
	return true;
}

/* --- words whose key is known to be a number: it comes in a register --- */

/* reg = what was seen. False: nothing is. */
static bool put_seen(struct kp_jit *j, u32 reg)
{
	s16 at = front_of(j)->seen_at;

	if (at)
		put_address(j, reg, at);
	return at;
}

#define SEEN(reg, seen, other)	(put_seen(j, reg) ? (void (*)(void))(seen) : (void (*)(void))(other))

static bool get_of_number(struct kp_jit *j)
{
	emit_load(j, BPF_S_DW, R3, j->base, num_at(j, KTAP_C(j->w)));
	put_register(j, R2, KTAP_B(j->w));
	put_register(j, R1, KTAP_A(j->w));
	EMIT_CALL(j, SEEN(R4, kp_front_find_int, kp_front_get_int));
	give_up_if_false(j);
	return true;
}

/* The word in front made R[r] nil, and nothing else leads here; what is a second word is none of these. */
static bool is_nil(const struct kp_jit *j, u32 r)
{
	ktap_word before = j->pc ? j->fn->code[j->pc - 1] : 0;

	return has(j, KP_FACT_STRAIGHT) && j->pc && KTAP_OP(before) == KTAP_OP_LOADNIL &&
	       KTAP_A(before) == r && KTAP_D(before) == 1;
}

static bool set_of_number(struct kp_jit *j)
{
	put_register(j, R1, KTAP_A(j->w));
	emit_load(j, BPF_S_DW, R2, j->base, num_at(j, KTAP_B(j->w)));
	if (is_nil(j, KTAP_C(j->w))) {
		EMIT_CALL(j, SEEN(R3, kp_front_remove_seen, kp_front_remove_int));
	} else {
		put_register(j, R3, KTAP_C(j->w));
		EMIT_CALL(j, SEEN(R4, kp_front_set_seen, kp_front_set_int));
	}
	give_up_if_false(j);
	return true;
}

/* --- words with any key --- */

static bool get(struct kp_jit *j)
{
	if (KTAP_OP(j->w) == KTAP_OP_GETTAB && !is_by_parts(j) &&
	    is_number(j, KTAP_C(j->w), KP_FACT_INT2))
		return get_of_number(j);
	put_place(j, R2, KTAP_B(j->w), 2);
	put_register(j, R1, KTAP_A(j->w));
	EMIT_CALL(j, BY(kp_front_get, kp_front_get_parts));
	give_up_if_false(j);
	return true;
}

static bool set(struct kp_jit *j)
{
	if (KTAP_OP(j->w) == KTAP_OP_SETTAB && !is_by_parts(j) &&
	    is_number(j, KTAP_B(j->w), KP_FACT_INT1))
		return set_of_number(j);
	put_register(j, put_place(j, R1, KTAP_A(j->w), 1), KTAP_C(j->w));
	EMIT_CALL(j, BY(kp_front_set, kp_front_set_parts));
	give_up_if_false(j);
	return true;
}

static bool sample(struct kp_jit *j)
{
	put_register(j, put_place(j, R1, KTAP_A(j->w), 1), KTAP_C(j->w));
	EMIT_CALL(j, BY(kp_front_agg, kp_front_agg_parts));
	give_up_if_false(j);
	return true;
}

bool kp_front_table_word(struct kp_jit *j)
{
	switch (KTAP_OP(j->w)) {
	case KTAP_OP_GETTAB:
	case KTAP_OP_GETTABK: return get(j);
	case KTAP_OP_SETTAB:
	case KTAP_OP_SETTABK: return set(j);
	case KTAP_OP_TABADD:
	case KTAP_OP_TABADDI: return add(j);
	case KTAP_OP_TABAGG: return sample(j);
	case KTAP_OP_TUPLE: return tuple(j);
	default: return false;
	}
}
