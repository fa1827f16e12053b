// SPDX-License-Identifier: GPL-2.0
/*
 * inplace.c - the common way of instructions that need no helper.
 */
#include "../core/obj.h"
#include "inplace.h"

void kp_jit_go(struct kp_jit *j, u32 target)
{
	if (target > j->pc) {
		emit_goto(j, way_to(j, target));
		return;
	}
	j->need[j->pc] |= NEED_SPENT;
	emit_alu_imm(j, BPF_O_ADD, STEPS, -1);
	emit_if_imm(j, BPF_J_JSGE, STEPS, 0, way_to(j, target));
	emit_goto(j, j->spent[j->pc]);
}

/* --- arithmetic --- */

static u8 alu_of(u32 arith)
{
	static const u8 alu[] = {
		[KTAP_ARITH_ADD] = BPF_O_ADD, [KTAP_ARITH_SUB] = BPF_O_SUB,
		[KTAP_ARITH_MUL] = BPF_O_MUL, [KTAP_ARITH_DIV] = BPF_O_DIV,
		[KTAP_ARITH_MOD] = BPF_O_MOD, [KTAP_ARITH_BAND] = BPF_O_AND,
		[KTAP_ARITH_BOR] = BPF_O_OR, [KTAP_ARITH_BXOR] = BPF_O_XOR,
		[KTAP_ARITH_SHL] = BPF_O_LSH, [KTAP_ARITH_SHR] = BPF_O_ARSH,
		[KTAP_ARITH_USHR] = BPF_O_RSH,
	};

	return alu[arith];
}

static bool is_shift(u32 arith)
{
	return arith == KTAP_ARITH_SHL || arith == KTAP_ARITH_SHR || arith == KTAP_ARITH_USHR;
}

static bool is_division(u32 arith)
{
	return arith == KTAP_ARITH_DIV || arith == KTAP_ARITH_MOD;
}

/* R[a] = R[b] op R[c] */
static bool arith(struct kp_jit *j, u32 op)
{
	u32 a = KTAP_A(j->w), b = KTAP_B(j->w), c = KTAP_C(j->w), right, m = maker(j, a);

	if (is_division(op))
		return false;
	want_int(j, b, has(j, KP_FACT_INT1));
	want_int(j, c, has(j, KP_FACT_INT2));
	right = number(j, c, R1);
	if (right != R1 && (right == m || is_shift(op))) {
		emit_mov(j, R1, right);
		right = R1;
	}
	bring(j, m, b);
	if (is_shift(op))
		emit_alu_imm(j, BPF_O_AND, right, 63);
	emit_alu(j, alu_of(op), m, right);
	settle(j, a, m, has(j, KP_FACT_INT0));
	return true;
}

/* m op= k */
static void apply_wide(struct kp_jit *j, u32 op, u32 m, s64 k)
{
	if (fits32(k)) {
		emit_alu_imm(j, alu_of(op), m, k);
		return;
	}
	emit_const(j, R1, k);
	emit_alu(j, alu_of(op), m, R1);
}

/*
 * m = R[b] / k or R[b] % k, both of which forget the sign in BPF: k is positive. It is done in
 * R0, where a division leaves its result on some machines: elsewhere it is saved and moved.
 */
static void divide(struct kp_jit *j, u32 op, u32 m, u32 b, s64 k)
{
	u32 length = fits32(k) ? 1 : 3, here;

	bring(j, R0, b);
	here = j->n;
	emit_if_imm(j, BPF_J_JSGE, R0, 0, here + 4 + length);
	emit_alu_imm(j, BPF_O_NEG, R0, 0);
	apply_wide(j, op, R0, k);
	emit_alu_imm(j, BPF_O_NEG, R0, 0);
	emit_goto(j, here + 4 + 2 * length);
	apply_wide(j, op, R0, k);
	if (m != R0)
		emit_mov(j, m, R0);
}

static void apply_constant(struct kp_jit *j, u32 op, u32 m, s64 k)
{
	u32 b = KTAP_B(j->w);

	if (is_division(op)) {
		divide(j, op, m, b, k);
		return;
	}
	bring(j, m, b);
	apply_wide(j, op, m, is_shift(op) ? k & 63 : k);
}

/* R[a] = R[b] op K[c] */
static bool arith_const(struct kp_jit *j, u32 op)
{
	u32 a = KTAP_A(j->w), m = maker(j, a);
	s64 k = j->fn->k[KTAP_C(j->w)].i;

	if (is_division(op) && k <= 0)
		return false;
	want_int(j, KTAP_B(j->w), has(j, KP_FACT_INT1));
	apply_constant(j, op, m, k);
	settle(j, a, m, has(j, KP_FACT_INT0));
	return true;
}

/* --- moves --- */

static void move(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), d = KTAP_D(j->w), m = maker(j, a);

	if (has(j, KP_FACT_INT1)) {
		bring(j, m, d);
		settle(j, a, m, has(j, KP_FACT_INT0));
		return;
	}
	emit_load(j, BPF_S_DW, R1, j->base, tag_at(j, d));
	m = number(j, d, R0);
	emit_store(j, BPF_S_DW, j->base, tag_at(j, a), R1);
	settle_number(j, a, m);
}

static bool load_nil(struct kp_jit *j)
{
	u32 i, a = KTAP_A(j->w), n = KTAP_D(j->w);

	if (n > 4)
		return false;
	for (i = 0; i < n; i++)
		put_value(j, a + i, KTAP_T_NIL, 0);
	return true;
}

static void load_int(struct kp_jit *j, s64 n)
{
	put_int_tag(j, KTAP_A(j->w), has(j, KP_FACT_INT0));
	put_number(j, KTAP_A(j->w), n);
}

static void load_const(struct kp_jit *j)
{
	const struct kp_value *k = &j->fn->k[KTAP_D(j->w)];

	if (k->tag == KTAP_T_INT)
		load_int(j, k->i);
	else
		put_value(j, KTAP_A(j->w), k->tag, k->i);
}

/* --- shared variables that hold integers --- */

#define SLOT(f)	((s32)offsetof(struct kp_slot, f))

static void slot_address(struct kp_jit *j, u32 reg)
{
	emit_const(j, reg, (s64)(uintptr_t)&j->vm->global[KTAP_D(j->w)]);
}

/* As kp_slot_load(): the kind is the same before and after the number is read. */
static bool get_global(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), m = j->loop ? R0 : LAST;

	if (!KP_LOADS_IN_ORDER)
		return false;
	slot_address(j, R1);
	emit_load(j, BPF_S_DW, R0, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R0, KTAP_T_INT, slow_way(j));
	emit_load(j, BPF_S_DW, m, R1, SLOT(num));
	emit_load(j, BPF_S_DW, R1, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R1, KTAP_T_INT, slow_way(j));
	settle(j, a, m, has(j, KP_FACT_INT0));
	return true;
}

/* As kp_slot_add(). */
void kp_jit_add_to_slot(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), n;

	want_int(j, a, has(j, KP_FACT_INT0));
	emit_load(j, BPF_S_DW, R0, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R0, KTAP_T_INT, slow_way(j));
	n = number(j, a, R0);
	emit(j, BPF_K_STX | BPF_M_ATOMIC | BPF_S_DW, R1, n, SLOT(num), BPF_O_ADD);
}

static void add_global(struct kp_jit *j)
{
	slot_address(j, R1);
	kp_jit_add_to_slot(j);
}

/* --- comparing and jumping --- */

static u8 jump_of(u32 op)
{
	switch (op) {
	case KTAP_OP_EQ:
	case KTAP_OP_EQK: return BPF_J_JEQ;
	case KTAP_OP_NE:
	case KTAP_OP_NEK: return BPF_J_JNE;
	case KTAP_OP_LT:
	case KTAP_OP_LTK: return BPF_J_JSLT;
	case KTAP_OP_LE:
	case KTAP_OP_LEK: return BPF_J_JSLE;
	case KTAP_OP_GTK: return BPF_J_JSGT;
	default: return BPF_J_JSGE;
	}
}

static u8 opposite(u8 jump)
{
	switch (jump) {
	case BPF_J_JEQ: return BPF_J_JNE;
	case BPF_J_JNE: return BPF_J_JEQ;
	case BPF_J_JSLT: return BPF_J_JSGE;
	case BPF_J_JSLE: return BPF_J_JSGT;
	case BPF_J_JSGT: return BPF_J_JSLE;
	case BPF_J_JSGE: return BPF_J_JSLT;
	case BPF_J_JGE: return BPF_J_JLT;
	default: return BPF_J_JGE;
	}
}

/* To the pair's target if a `jump` b, or a `jump` n. */
void kp_jit_branch(struct kp_jit *j, u8 jump, u32 a, s32 b, s64 n)
{
	u32 target = target_of(j, j->ext);
	bool back = target <= j->pc;
	u32 to = back ? j->n + 4 : way_to(j, target);

	if (back)
		jump = opposite(jump);
	if (b >= 0)
		emit_if(j, jump, a, (u32)b, to);
	else
		emit_if_imm(j, jump, a, n, to);
	if (back)
		kp_jit_go(j, target);
}

static void compare(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), d = KTAP_D(j->w), x;

	want_int(j, a, has(j, KP_FACT_INT0));
	want_int(j, d, has(j, KP_FACT_INT1));
	x = number(j, a, R1);
	kp_jit_branch(j, jump_of(KTAP_OP(j->w)), x, (s32)number(j, d, R0), 0);
}

static bool compare_const(struct kp_jit *j)
{
	const struct kp_value *k = &j->fn->k[KTAP_D(j->w)];
	u32 a = KTAP_A(j->w), x;

	if (k->tag != KTAP_T_INT)
		return false;
	want_int(j, a, has(j, KP_FACT_INT0));
	x = number(j, a, R1);
	if (fits32(k->i)) {
		kp_jit_branch(j, jump_of(KTAP_OP(j->w)), x, -1, k->i);
	} else {
		emit_const(j, R0, k->i);
		kp_jit_branch(j, jump_of(KTAP_OP(j->w)), x, R0, 0);
	}
	return true;
}

static void test(struct kp_jit *j)
{
	bool want = KTAP_OP(j->w) == KTAP_OP_TEST;

	emit_load(j, BPF_S_W, R0, j->base, tag_at(j, KTAP_A(j->w)));
	kp_jit_branch(j, want ? BPF_J_JGE : BPF_J_JLT, R0, -1, KTAP_T_TRUE);
}

/*
 * As kp_op_for_loop(): no turn once the next number is out of range, or past the
 * last. Where it would wrap it comes out on the wrong side of this one.
 */
static void for_loop(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), here;

	forget_all(j);
	emit_load(j, BPF_S_DW, R1, j->base, num_at(j, a));
	emit_load(j, BPF_S_DW, R2, j->base, num_at(j, a + 2));
	emit_load(j, BPF_S_DW, R3, j->base, num_at(j, a + 1));
	emit_mov(j, LAST, R1);
	emit_alu(j, BPF_O_ADD, LAST, R2);
	here = j->n;
	emit_if_imm(j, BPF_J_JSLE, R2, 0, here + 4);
	emit_if(j, BPF_J_JSLT, LAST, R1, j->behind[j->pc]);
	emit_if(j, BPF_J_JSGT, LAST, R3, j->behind[j->pc]);
	emit_goto(j, here + 6);
	emit_if(j, BPF_J_JSGT, LAST, R1, j->behind[j->pc]);
	emit_if(j, BPF_J_JSLT, LAST, R3, j->behind[j->pc]);
	emit_store(j, BPF_S_DW, j->base, num_at(j, a), LAST);
	settle(j, a + 3, LAST, has(j, KP_FACT_INT1));
	kp_jit_go(j, target_of(j, j->w));
	forget_all(j);
}

/* The variable is at most the last number, so there is a turn unless it is that. */
static void count_by_one(struct kp_jit *j, u32 a, u8 end)
{
	u32 i = number(j, a, R0);

	emit_if(j, end, i, number(j, a + 1, R1), j->behind[j->pc]);
	emit_alu_imm(j, BPF_O_ADD, i, j->loop->step);
	settle_number(j, a, i);
}

/* The same of a constant step. */
static void count_on(struct kp_jit *j, u32 a)
{
	bool up = j->loop->step > 0;

	bring(j, R0, a);
	emit_alu_imm(j, BPF_O_ADD, R0, j->loop->step);
	emit_if(j, up ? BPF_J_JSLT : BPF_J_JSGT, R0, number(j, a, R1), j->behind[j->pc]);
	emit_if(j, up ? BPF_J_JSGT : BPF_J_JSLT, R0, number(j, a + 1, R1), j->behind[j->pc]);
	settle_number(j, a, R0);
}

static void count(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	if (j->loop->step == 1 || j->loop->step == -1)
		count_by_one(j, a, j->loop->step > 0 ? BPF_J_JSGE : BPF_J_JSLE);
	else
		count_on(j, a);
	put_int_tag(j, a + 3, has(j, KP_FACT_INT1));
	if (!home(j, a) || home(j, a) != home(j, a + 3))
		settle_number(j, a + 3, number(j, a, R0));
	kp_jit_go(j, target_of(j, j->w));
}

/* --- all of them --- */

static bool put_const(struct kp_jit *j, u32 tag, s64 n)
{
	put_value(j, KTAP_A(j->w), tag, n);
	return true;
}

bool kp_jit_in_place(struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	if (op >= KTAP_OP_ADD && op <= KTAP_OP_USHR)
		return arith(j, op - KTAP_OP_ADD);
	if (op >= KTAP_OP_ADDK && op <= KTAP_OP_USHRK)
		return arith_const(j, op - KTAP_OP_ADDK);
	switch (op) {
	case KTAP_OP_MOVE: move(j); return true;
	case KTAP_OP_LOADNIL: return load_nil(j);
	case KTAP_OP_LOADBOOL: return put_const(j, KTAP_D(j->w) ? KTAP_T_TRUE : KTAP_T_FALSE, 0);
	case KTAP_OP_LOADI: load_int(j, KTAP_S(j->w)); return true;
	case KTAP_OP_LOADK: load_const(j); return true;
	case KTAP_OP_LOADBI: return put_const(j, KTAP_T_BUILTIN, KTAP_D(j->w));
	case KTAP_OP_GETGLOB: return get_global(j);
	case KTAP_OP_GLOBADD: add_global(j); return true;
	case KTAP_OP_JMP: kp_jit_go(j, target_of(j, j->w)); return true;
	case KTAP_OP_TEST:
	case KTAP_OP_TESTN: test(j); return true;
	case KTAP_OP_EQ:
	case KTAP_OP_NE:
	case KTAP_OP_LT:
	case KTAP_OP_LE: compare(j); return true;
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:
	case KTAP_OP_LTK:
	case KTAP_OP_LEK:
	case KTAP_OP_GTK:
	case KTAP_OP_GEK: return compare_const(j);
	case KTAP_OP_FORLOOP: j->loop ? count(j) : for_loop(j); return true;
	default: return false;
	}
}
