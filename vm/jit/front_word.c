// SPDX-License-Identifier: GPL-2.0
/*
 * front_word.c - single words of a front.
 */
#include "../core/host.h"
#include "front.h"

static void put_firing(struct kp_jit *j, u32 reg)
{
	if (front_of(j)->steps) {
		emit_mov(j, reg, CTX);
		return;
	}
	front_of(j)->asked = 5;
	put_address(j, reg, FIRING);
}

/* R[a] is what R0 has. */
static void put_result(struct kp_jit *j, u32 tag, bool known)
{
	u32 a = KTAP_A(j->w);

	if (!known)
		emit_store_imm(j, BPF_S_DW, j->base, tag_at(j, a), (s64)tag);
	emit_store(j, BPF_S_DW, j->base, num_at(j, a), R0);
	forget(j, a);
}

static bool command(struct kp_jit *j)
{
	if (!put_memory(j, R1, kp_front_str_size()))
		return false;
	if (kp_front_has_keys(j)) {
		emit_const(j, R2, j->vm->opts.seed);
		EMIT_CALL(j, kp_front_comm);
	} else {
		EMIT_CALL(j, kp_front_comm_unhashed);
	}
	put_result(j, KTAP_T_STR, false);
	return true;
}

/* reg = a member of struct kp_firing. */
static void put_event(struct kp_jit *j, u32 reg, u32 member)
{
	bool steps = front_of(j)->steps;

	emit_load(j, BPF_S_DW, reg, steps ? CTX : j->base, (steps ? 0 : FIRING) + (s32)member);
}

static bool event_name(struct kp_jit *j)
{
	put_probe(j, R0);
	emit_load(j, BPF_S_DW, R0, R0, (s32)offsetof(struct kp_probe, name));
	put_result(j, KTAP_T_STR, false);
	return true;
}

static bool moment(struct kp_jit *j)
{
	u32 var = KTAP_D(j->w);
	kp_host_var_fn *fn;

	switch (var) {
	case KTAP_CTX_EXECNAME:
		return command(j);
	case KTAP_CTX_PROBENAME:
	case KTAP_CTX_FUNC:
		return event_name(j);
	}
	fn = kp_host_quick_var(j->vm, var);
	if (!fn)
		return false;
	emit_const(j, R1, (s64)(uintptr_t)j->vm);
	EMIT_CALL(j, fn);
	put_result(j, KTAP_T_INT, has(j, KP_FACT_INT0));
	return true;
}

/*
 * reg = where the field's text is to be made, NULL if a limit of the session's might cut it:
 * that is left to the handler. False: there is no room.
 */
static bool put_text(struct kp_jit *j, u32 reg, u32 ref)
{
	struct front *f = front_of(j);

	if (j->vm->opts.max_string < KP_FRONT_TEXT) {
		emit_const(j, reg, 0);
		return true;
	}
	if (f->text_at[ref]) {
		put_address(j, reg, f->text_at[ref]);
		return true;
	}
	if (!put_memory(j, reg, kp_front_str_size()))
		return false;
	f->text_at[ref] = (s16)(j->first - (s32)f->made);
	return true;
}

/* What is known when the probe is: the function is called that has the field. */
static bool derived(struct kp_jit *j, const struct ktap_field *field)
{
	kp_derive_fn *get = j->probe->derive[field->offset];
	bool is_text = field->type == KTAP_FT_CHARS;
	struct front *f = front_of(j);

	if (is_text && (j->vm->opts.max_string < KP_FRONT_TEXT ||
			!put_memory(j, R4, kp_front_str_size())))
		return false;
	if (!f->steps && f->asked < 4)
		f->asked = 4;
	put_event(j, R1, offsetof(struct kp_firing, regs));
	if (is_text) {
		emit_const(j, R2, (s64)(uintptr_t)get);
		emit_const(j, R3, field->size);
		emit_const(j, R5, j->vm->opts.seed);
		EMIT_CALL(j, kp_front_derived);
	} else {
		EMIT_CALL(j, get);
	}
	put_result(j, is_text ? KTAP_T_STR : KTAP_T_INT, false);
	return true;
}

static bool field(struct kp_jit *j)
{
	if (KTAP_D(j->w) >= KP_FRONT_FIELDS)
		return false;
	if (j->probe && j->probe->refs[KTAP_D(j->w)].source == KP_SRC_DERIVED)
		return derived(j, &j->probe->refs[KTAP_D(j->w)]);
	put_firing(j, R1);
	emit_const(j, R2, KTAP_D(j->w));
	put_register(j, R3, KTAP_A(j->w));
	if (!put_text(j, R4, KTAP_D(j->w)))
		return false;
	emit_const(j, R5, j->vm->opts.seed);
	EMIT_CALL(j, kp_front_field);
	give_up_if_false(j);
	return true;
}

/* With a constant that is no number. */
static bool equal(struct kp_jit *j)
{
	bool wanted = KTAP_OP(j->w) == KTAP_OP_EQK;

	put_register(j, R1, KTAP_A(j->w));
	put_operand(j, 1);
	emit_mov(j, R2, R3);
	EMIT_CALL(j, kp_front_equal);
	kp_jit_branch(j, wanted ? BPF_J_JNE : BPF_J_JEQ, R0, -1, 0);
	return true;
}

bool kp_front_ends(u32 op)
{
	return op == KTAP_OP_RETURN || op == KTAP_OP_RET0 || op == KTAP_OP_RET1;
}

bool kp_front_changes(u32 op)
{
	switch (op) {
	case KTAP_OP_SETGLOB:
	case KTAP_OP_GLOBADD:
	case KTAP_OP_GLOBAGG:
	case KTAP_OP_SETUPC:
	case KTAP_OP_UPCADD:
	case KTAP_OP_UPCAGG:
	case KTAP_OP_SETTAB:
	case KTAP_OP_SETTABK:
	case KTAP_OP_TABADD:
	case KTAP_OP_TABADDI:
	case KTAP_OP_TABAGG:
	case KTAP_OP_BUILTIN:
		return true;
	default:
		return false;
	}
}

bool kp_front_jumps(const struct kp_jit *j)
{
	return KTAP_OP(j->w) == KTAP_OP_JMP || kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_J;
}

/* Every register that the word names is there, and it jumps ahead. */
static bool is_in_reach(const struct kp_jit *j)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	u32 i;

	for (i = 0; i < kp_noperands(op); i++)
		if (is_register(op->operand[i]) && (u32)kp_operand(j->w, i) >= REGISTERS)
			return false;
	if (KTAP_OP(j->w) == KTAP_OP_LOADNIL)
		return KTAP_A(j->w) + KTAP_D(j->w) <= REGISTERS;
	return KTAP_OP(j->w) != KTAP_OP_FORLOOP && (!kp_front_jumps(j) || jump_target(j) > j->pc);
}

bool kp_front_word(struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	if (kp_front_ends(op)) {
		emit_exit(j, KP_FRONT_DONE);
		return true;
	}
	if (!is_in_reach(j))
		return false;
	if (kp_front_slot_word(j) || kp_jit_in_place(j))
		return true;
	switch (op) {
	case KTAP_OP_CTX: return moment(j);
	case KTAP_OP_FIELD: return field(j);
	case KTAP_OP_EQK:
	case KTAP_OP_NEK: return equal(j);
	case KTAP_OP_BUILTIN: return kp_front_print_word(j);
	default: return kp_front_table_word(j);
	}
}
