// SPDX-License-Identifier: GPL-2.0
/*
 * front_line.c - a record of values whose types are known: how long it is, room for it,
 * its words one by one, and it is handed over. What does not change from event to event
 * is in the machine code.
 *
 * Between the room and the end nothing can fail, and nothing of a handler's runs but what
 * interrupts this CPU, whose records nest (core/ring.h).
 */
#include <ktap/record.h>

#include "../core/emit.h"
#include "../core/str.h"
#include "front.h"

#define TO	REGS		/* where values go */
#define IN_CODE	64u		/* bytes of the longest text that is in the machine code */

/* The next value goes so many bytes behind TO. */
struct line {
	struct kp_jit *j;
	s32 at;
};

static const struct kp_str *constant(struct kp_jit *j, u32 r)
{
	return j->fn->k[front_of(j)->konst[r]].str;
}

/* Whether all of it is in the machine code. */
static bool is_fixed(struct kp_jit *j, u32 r)
{
	u8 kind = front_of(j)->kind[r];

	return kind == KIND_INT || (kind == KIND_CONST && constant(j, r)->len <= IN_CODE);
}

static u32 fixed_size(struct kp_jit *j, u32 r)
{
	u32 len = front_of(j)->kind[r] == KIND_INT ? 8 : constant(j, r)->len;

	return (u32)(sizeof(struct ktap_val) + KP_STR_PAD(len));
}

static bool all_known(struct kp_jit *j, u32 a, u32 n)
{
	u32 i;

	for (i = a; i < a + n; i++)
		if (front_of(j)->kind[i] == KIND_ANY)
			return false;
	return true;
}

/* --- how long it is --- */

/* reg = the bytes that a string has in a record, of which `reg` is the length. */
static void emit_size(struct kp_jit *j, u32 reg)
{
	emit_alu_imm(j, BPF_O_ADD, reg, sizeof(struct ktap_val) + 7);
	emit_alu_imm(j, BPF_O_AND, reg, -8);
}

/* reg = the string in R[r]; len = its length. */
static void load_string(struct kp_jit *j, u32 reg, u32 len, u32 r)
{
	emit_load(j, BPF_S_DW, reg, j->base, num_at(j, r));
	emit_load(j, BPF_S_W, len, reg, (s32)offsetof(struct kp_str, len));
}

/* R2 = bytes of the record. */
static void put_length(struct kp_jit *j, u32 a, u32 n)
{
	u32 i, len = sizeof(struct ktap_rec);

	for (i = a; i < a + n; i++)
		len += is_fixed(j, i) ? fixed_size(j, i) : 0;
	emit_const(j, R2, len);
	for (i = a; i < a + n; i++) {
		if (is_fixed(j, i))
			continue;
		load_string(j, R1, R1, i);
		emit_size(j, R1);
		emit_alu(j, BPF_O_ADD, R2, R1);
	}
}

/* --- its values --- */

/* Eight bytes that do not change, in the order that they have in memory. */
static void put_word(struct line *l, const void *bytes)
{
	s32 half[2];

	memcpy(half, bytes, sizeof(half));
	emit_store_imm(l->j, BPF_S_W, TO, l->at, half[0]);
	emit_store_imm(l->j, BPF_S_W, TO, l->at + 4, half[1]);
	l->at += 8;
}

static void put_head(struct line *l, u32 tag, u32 len)
{
	const struct ktap_val head = { .tag = (u8)tag, .len = len };

	put_word(l, &head);
}

static void put_int(struct line *l, u32 r)
{
	put_head(l, KTAP_T_INT, 8);
	emit_store(l->j, BPF_S_DW, TO, l->at, number(l->j, r, R1));
	l->at += 8;
}

/* The padding is NUL. */
static void put_constant(struct line *l, const struct kp_str *s)
{
	u32 i;

	put_head(l, KTAP_T_STR, s->len);
	for (i = 0; i < s->len; i += 8)
		put_word(l, s->data + i);
}

/* The words that it has, of two; the others are not the record's. */
static void put_name(struct line *l, u32 r, bool last)
{
	struct kp_jit *j = l->j;

	load_string(j, R1, R2, r);
	put_head(l, KTAP_T_STR, 0);
	emit_store(j, BPF_S_W, TO, l->at - 4, R2);
	emit_if_imm(j, BPF_J_JEQ, R2, 0, j->n + 6);	/* behind it all */
	emit_load(j, BPF_S_DW, R3, R1, (s32)offsetof(struct kp_str, data));
	emit_store(j, BPF_S_DW, TO, l->at, R3);
	emit_if_imm(j, BPF_J_JLE, R2, 8, j->n + 3);
	emit_load(j, BPF_S_DW, R3, R1, (s32)offsetof(struct kp_str, data) + 8);
	emit_store(j, BPF_S_DW, TO, l->at + 8, R3);
	if (last)
		return;
	emit_size(j, R2);
	emit_alu(j, BPF_O_ADD, TO, R2);
	l->at -= sizeof(struct ktap_val);
}

static void put_string(struct line *l, u32 r)
{
	struct kp_jit *j = l->j;

	emit_mov(j, R1, TO);
	emit_alu_imm(j, BPF_O_ADD, R1, l->at);
	emit_load(j, BPF_S_DW, R2, j->base, num_at(j, r));
	EMIT_CALL(j, kp_emit_string);
	emit_mov(j, TO, R0);
	l->at = 0;
}

static void put(struct line *l, u32 r, bool last)
{
	if (front_of(l->j)->kind[r] == KIND_INT)
		put_int(l, r);
	else if (is_fixed(l->j, r))
		put_constant(l, constant(l->j, r));
	else if (front_of(l->j)->kind[r] == KIND_NAME)
		put_name(l, r, last);
	else
		put_string(l, r);
}

/* --- all of it --- */

bool kp_front_line(struct kp_jit *j, u32 kind, u32 a, u32 n)
{
	struct line l = { .j = j };
	u32 i;

	if (!all_known(j, a, n) || (kind == KTAP_REC_PRINTF && front_of(j)->kind[a] == KIND_INT))
		return false;
	put_length(j, a, n);
	put_probe(j, R1);
	emit_const(j, R3, kind);
	emit_const(j, R4, (s64)(uintptr_t)j->vm);
	EMIT_CALL(j, kp_emit_begin);
	emit_if_imm(j, BPF_J_JEQ, R0, 0, slow_way(j));
	emit_mov(j, TO, R0);
	for (i = a; i < a + n; i++)
		put(&l, i, i + 1 == a + n);
	emit_const(j, R1, (s64)(uintptr_t)j->vm);
	EMIT_CALL(j, kp_emit_end);
	forget_all(j);
	return true;
}
