// SPDX-License-Identifier: GPL-2.0
/*
 * front_slot.c - shared and captured variables in a front.
 */
#include "../core/obj.h"
#include "front.h"

#define SLOT(f)	((s32)offsetof(struct kp_slot, f))

static bool is_captured(u32 op)
{
	return op == KTAP_OP_GETUPV || op == KTAP_OP_GETUPC || op == KTAP_OP_SETUPC ||
	       op == KTAP_OP_UPCADD || op == KTAP_OP_UPCAGG;
}

/* The offset of a captured value's word in its closure. */
static s32 captured_at(const struct kp_jit *j, u32 member)
{
	return (s32)(offsetof(struct kp_closure, up) + KTAP_D(j->w) * sizeof(struct kp_value) + member);
}

/* reg = the variable's slot. */
static void put_slot(struct kp_jit *j, u32 reg)
{
	if (!is_captured(KTAP_OP(j->w))) {
		emit_const(j, reg, (s64)(uintptr_t)&j->vm->global[KTAP_D(j->w)]);
		return;
	}
	emit_load(j, BPF_S_DW, reg, CTX, (s32)offsetof(struct kp_stepping, cl));
	emit_load(j, BPF_S_DW, reg, reg, captured_at(j, offsetof(struct kp_value, cell)));
	emit_alu_imm(j, BPF_O_ADD, reg, offsetof(struct kp_cell, slot));
}

/* A number, or an object: its header tells the type. */
static bool get(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	if (!KP_LOADS_IN_ORDER)
		return false;
	put_slot(j, R1);
	emit_load(j, BPF_S_DW, R0, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JGE, R0, KP_SLOT_TAGS, j->n + 6);
	emit_if_imm(j, BPF_J_JNE, R0, KTAP_T_INT, slow_way(j));
	emit_load(j, BPF_S_DW, R3, R1, SLOT(num));
	emit_load(j, BPF_S_DW, R2, R1, SLOT(obj));
	emit_if(j, BPF_J_JNE, R0, R2, slow_way(j));
	emit_goto(j, j->n + 3);
	emit_mov(j, R3, R0);
	emit_load(j, BPF_S_B, R0, R0, (s32)offsetof(struct kp_obj, type));
	emit_store(j, BPF_S_DW, j->base, tag_at(j, a), R0);
	emit_store(j, BPF_S_DW, j->base, num_at(j, a), R3);
	forget(j, a);
	return true;
}

/* Constant once the closure is made. */
static bool get_captured(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	emit_load(j, BPF_S_DW, R1, CTX, (s32)offsetof(struct kp_stepping, cl));
	emit_load(j, BPF_S_DW, R0, R1, captured_at(j, offsetof(struct kp_value, tag)));
	emit_load(j, BPF_S_DW, R3, R1, captured_at(j, offsetof(struct kp_value, i)));
	emit_store(j, BPF_S_DW, j->base, tag_at(j, a), R0);
	emit_store(j, BPF_S_DW, j->base, num_at(j, a), R3);
	forget(j, a);
	return true;
}

static bool set(struct kp_jit *j)
{
	put_slot(j, R1);
	put_register(j, R2, KTAP_A(j->w));
	EMIT_CALL(j, kp_front_put);
	give_up_if_false(j);
	return true;
}

static bool add_captured(struct kp_jit *j)
{
	put_slot(j, R1);
	kp_jit_add_to_slot(j);
	return true;
}

static bool sample(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	want_int(j, a, has(j, KP_FACT_INT0));
	emit_load(j, BPF_S_DW, R2, j->base, num_at(j, a));
	put_slot(j, R1);
	EMIT_CALL(j, kp_front_agg_slot);
	give_up_if_false(j);
	return true;
}

bool kp_front_slot_word(struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	if (is_captured(op) && !front_of(j)->steps) {
		front_of(j)->wants_steps = true;
		return false;
	}
	switch (op) {
	case KTAP_OP_GETGLOB:
	case KTAP_OP_GETUPC: return get(j);
	case KTAP_OP_GETUPV: return get_captured(j);
	case KTAP_OP_SETGLOB:
	case KTAP_OP_SETUPC: return set(j);
	case KTAP_OP_UPCADD: return add_captured(j);
	case KTAP_OP_GLOBAGG:
	case KTAP_OP_UPCAGG: return sample(j);
	default: return false;
	}
}
