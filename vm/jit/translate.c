// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - one function as BPF instructions, in the order of its words:
 *
 *   entry        where to go on, if it can be entered behind a call
 *   line         the common way of each instruction
 *   slow ways    the same by its helper, where the common way is for integers only
 *   spent        a slice of steps is over
 *   failures     which instruction it was, then out
 *
 * Registers of the language stay in memory, whole, at every call, so helpers and the
 * collector of temporaries see what they see under the interpreter. In machine
 * registers are only where they are (REGS), the context, the steps left if there are
 * loops, and the number that was stored last (LAST).
 */
#include "../core/host.h"
#include "../core/opinfo.h"
#include "../core/obj.h"
#include "emit.h"

#define TAG(r)	((s32)((r) * sizeof(struct kp_value) + offsetof(struct kp_value, tag)))
#define NUM(r)	((s32)((r) * sizeof(struct kp_value) + offsetof(struct kp_value, i)))
#define FIELD(f)	((s32)offsetof(struct kp_ctx, f))

_Static_assert(offsetof(struct kp_value, aux) == 4 && offsetof(struct kp_value, i) == 8,
	       "tag and aux are one word, the number the next");
_Static_assert(sizeof(struct kp_ctx) < 32768, "fields are in reach of a load");

static u32 length(const struct kp_jit *j)
{
	return kp_is_pair(&kp_opinfo[KTAP_OP(j->w)]) ? 2 : 1;
}

static u32 next_pc(const struct kp_jit *j)
{
	return j->pc + length(j);
}

static void fetch(struct kp_jit *j, u32 pc)
{
	j->pc = pc;
	j->w = j->fn->code[pc];
	j->ext = length(j) == 2 ? j->fn->code[pc + 1] : 0;
	j->fact = j->fn->fact[pc];
}

static bool has(const struct kp_jit *j, u8 fact)
{
	return j->fact & fact;
}

/* --- registers of the language --- */

/* R[r] becomes an integer, if it is not known to be one; its number is next. */
static void put_int_tag(struct kp_jit *j, u32 r, bool known)
{
	if (!known)
		emit_store_imm(j, BPF_S_DW, REGS, TAG(r), KTAP_T_INT);
}

static void forget(struct kp_jit *j, u32 r)
{
	if (j->last == (s32)r)
		j->last = -1;
}

static void forget_all(struct kp_jit *j)
{
	j->last = -1;
}

/* LAST = the number of R[r]. */
static void load_last(struct kp_jit *j, u32 r)
{
	if (j->last != (s32)r)
		emit_load(j, BPF_S_DW, LAST, REGS, NUM(r));
	j->last = -1;
}

/* The machine register that has the number of R[r]: LAST, or `spare`. */
static u32 number(struct kp_jit *j, u32 r, u32 spare)
{
	if (j->last == (s32)r)
		return LAST;
	emit_load(j, BPF_S_DW, spare, REGS, NUM(r));
	return spare;
}

/* R[r] = LAST */
static void store_last(struct kp_jit *j, u32 r, bool known)
{
	put_int_tag(j, r, known);
	emit_store(j, BPF_S_DW, REGS, NUM(r), LAST);
	j->last = (s32)r;
}

static void put_number(struct kp_jit *j, u32 r, s64 n)
{
	forget(j, r);
	if (fits32(n)) {
		emit_store_imm(j, BPF_S_DW, REGS, NUM(r), n);
		return;
	}
	emit_const(j, R0, n);
	emit_store(j, BPF_S_DW, REGS, NUM(r), R0);
}

static void put_value(struct kp_jit *j, u32 r, u32 tag, s64 n)
{
	emit_store_imm(j, BPF_S_DW, REGS, TAG(r), tag);
	put_number(j, r, n);
}

/* --- the ways out --- */

static u32 slow_way(struct kp_jit *j)
{
	j->need[j->pc] |= NEED_SLOW;
	return j->slow[j->pc];
}

static u32 failure(struct kp_jit *j)
{
	j->need[j->pc] |= NEED_FAIL;
	return j->fail[j->pc];
}

/* The slow way, unless R[r] is an integer. */
static void want_int(struct kp_jit *j, u32 r, bool known)
{
	if (known)
		return;
	emit_load(j, BPF_S_W, R0, REGS, TAG(r));
	emit_if_imm(j, BPF_J_JNE, R0, KTAP_T_INT, slow_way(j));
}

static void save_steps(struct kp_jit *j)
{
	if (j->loops)
		emit_store(j, BPF_S_DW, CTX, FIELD(steps), STEPS);
}

static void load_steps(struct kp_jit *j)
{
	if (j->loops)
		emit_load(j, BPF_S_DW, STEPS, CTX, FIELD(steps));
}

/* Goes to another word; backwards it costs a step. */
static void go(struct kp_jit *j, u32 target)
{
	if (target <= j->pc) {
		j->need[j->pc] |= NEED_SPENT;
		emit_alu_imm(j, BPF_O_ADD, STEPS, -1);
		emit_if_imm(j, BPF_J_JSLT, STEPS, 0, j->spent[j->pc]);
	}
	emit_goto(j, j->at[target]);
}

/* --- helpers --- */

static bool is_register(u8 kind)
{
	return kind == KTAP_OPD_dst || kind == KTAP_OPD_reg || kind == KTAP_OPD_cell ||
	       kind == KTAP_OPD_base;
}

static bool is_constant(u8 kind)
{
	return kind == KTAP_OPD_kany || kind == KTAP_OPD_kint || kind == KTAP_OPD_kstr;
}

/* Operand n as a helper's argument: its address. Other operands are in the word. */
static void put_operand(struct kp_jit *j, u32 n)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	s32 x = kp_operand(j->w, n);

	if (is_register(op->operand[n])) {
		emit_mov(j, R2 + n, REGS);
		if (x)
			emit_alu_imm(j, BPF_O_ADD, R2 + n, TAG(x));
	} else if (is_constant(op->operand[n])) {
		emit_const(j, R2 + n, (s64)(uintptr_t)&j->fn->k[x]);
	} else if (op->operand[n] == KTAP_OPD_spec) {
		emit_const(j, R2 + n, 0);	/* TRACE: no register has the text */
	}
}

/* Whether the helper has to know where the function goes on, or what an EXT holds. */
static bool wants_more(const struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	return kp_is_pair(&kp_opinfo[op]) || op == KTAP_OP_CALL || op == KTAP_OP_PCALL ||
	       op == KTAP_OP_TAILCALL || op == KTAP_OP_RETURN || op == KTAP_OP_RET0 ||
	       op == KTAP_OP_RET1 || op == KTAP_OP_TRACE || op == KTAP_OP_TRACES ||
	       op == KTAP_OP_TRACEEND;
}

static u64 word_of(const struct kp_jit *j)
{
	u64 ext = KTAP_OP(j->w) == KTAP_OP_APPEND ? KTAP_D(j->ext) : KTAP_A(j->ext);

	return wants_more(j) ? j->w | (u64)next_pc(j) << 32 | ext << 48 : j->w;
}

static void put_word(struct kp_jit *j)
{
	u64 w = word_of(j);

	if (w == (u32)w)
		emit(j, BPF_K_ALU | BPF_O_MOV, R5, 0, 0, (s32)(u32)w);
	else
		emit_const(j, R5, (s64)w);
}

/* Whoever counts or fails finds out where; what calls notes it in the frame. */
static void call_helper(struct kp_jit *j)
{
	u32 i;

	if (!(kp_opinfo[KTAP_OP(j->w)].flags & (KTAP_F_C | KTAP_F_E | KTAP_F_P)))
		emit_store_imm(j, BPF_S_W, CTX, FIELD(at), next_pc(j));

	for (i = 0; i < kp_noperands(&kp_opinfo[KTAP_OP(j->w)]); i++)
		put_operand(j, i);
	put_word(j);
	emit_mov(j, R1, CTX);
	emit_call(j, kp_jit_helper[KTAP_OP(j->w)]);
	forget_all(j);
}

/* The instruction by its helper; then it goes on, or has failed. */
static void by_helper(struct kp_jit *j)
{
	call_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
}

/* One that may spend steps, and notes itself where it is. */
static void by_spending_helper(struct kp_jit *j)
{
	save_steps(j);
	call_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, j->saved);
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
static void arith(struct kp_jit *j, u32 op)
{
	u32 a = KTAP_A(j->w), b = KTAP_B(j->w), c = KTAP_C(j->w), right;

	if (is_division(op)) {
		by_helper(j);
		return;
	}
	want_int(j, b, has(j, KP_FACT_INT1));
	want_int(j, c, has(j, KP_FACT_INT2));
	right = number(j, c, R1);
	if (right != R1)
		emit_mov(j, R1, right);
	load_last(j, b);
	if (is_shift(op))
		emit_alu_imm(j, BPF_O_AND, R1, 63);
	emit_alu(j, alu_of(op), LAST, R1);
	store_last(j, a, has(j, KP_FACT_INT0));
}

/* LAST = LAST / k or LAST % k, both of which forget the sign in BPF: k is positive. */
static void divide(struct kp_jit *j, u32 op, s64 k)
{
	emit_const(j, R1, k);
	emit_if_imm(j, BPF_J_JSLT, LAST, 0, j->n + 3);
	emit_alu(j, alu_of(op), LAST, R1);
	emit_goto(j, j->n + 4);
	emit_alu_imm(j, BPF_O_NEG, LAST, 0);
	emit_alu(j, alu_of(op), LAST, R1);
	emit_alu_imm(j, BPF_O_NEG, LAST, 0);
}

static void apply_constant(struct kp_jit *j, u32 op, s64 k)
{
	if (is_division(op)) {
		divide(j, op, k);
	} else if (is_shift(op)) {
		emit_alu_imm(j, alu_of(op), LAST, k & 63);
	} else if (fits32(k)) {
		emit_alu_imm(j, alu_of(op), LAST, k);
	} else {
		emit_const(j, R1, k);
		emit_alu(j, alu_of(op), LAST, R1);
	}
}

/* R[a] = R[b] op K[c] */
static void arith_const(struct kp_jit *j, u32 op)
{
	s64 k = j->fn->k[KTAP_C(j->w)].i;

	if (is_division(op) && k <= 0) {
		by_helper(j);
		return;
	}
	want_int(j, KTAP_B(j->w), has(j, KP_FACT_INT1));
	load_last(j, KTAP_B(j->w));
	apply_constant(j, op, k);
	store_last(j, KTAP_A(j->w), has(j, KP_FACT_INT0));
}

/* --- moves --- */

static void move(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), d = KTAP_D(j->w);

	if (has(j, KP_FACT_INT1)) {
		load_last(j, d);
		store_last(j, a, has(j, KP_FACT_INT0));
		return;
	}
	forget(j, a);
	emit_load(j, BPF_S_DW, R1, REGS, TAG(d));
	emit_load(j, BPF_S_DW, R2, REGS, NUM(d));
	emit_store(j, BPF_S_DW, REGS, TAG(a), R1);
	emit_store(j, BPF_S_DW, REGS, NUM(a), R2);
}

static void load_nil(struct kp_jit *j)
{
	u32 i, a = KTAP_A(j->w), n = KTAP_D(j->w);

	if (n > 4) {
		by_helper(j);
		return;
	}
	for (i = 0; i < n; i++)
		put_value(j, a + i, KTAP_T_NIL, 0);
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
static void get_global(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	if (!KP_LOADS_IN_ORDER) {
		by_helper(j);
		return;
	}
	slot_address(j, R1);
	emit_load(j, BPF_S_DW, R2, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R2, KTAP_T_INT, slow_way(j));
	emit_load(j, BPF_S_DW, LAST, R1, SLOT(num));
	j->last = -1;
	emit_load(j, BPF_S_DW, R2, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R2, KTAP_T_INT, slow_way(j));
	store_last(j, a, has(j, KP_FACT_INT0));
}

/* As kp_slot_add(). */
static void add_global(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), n;

	want_int(j, a, has(j, KP_FACT_INT0));
	slot_address(j, R1);
	emit_load(j, BPF_S_DW, R2, R1, SLOT(obj));
	emit_if_imm(j, BPF_J_JNE, R2, KTAP_T_INT, slow_way(j));
	n = number(j, a, R3);
	emit(j, BPF_K_STX | BPF_M_ATOMIC | BPF_S_DW, R1, n, SLOT(num), BPF_O_ADD);
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

static u32 target_of(const struct kp_jit *j, ktap_word jmp)
{
	return (u32)((s32)next_pc(j) + KTAP_S(jmp));
}

/* To the pair's target if a `jump` b, or a `jump` n. */
static void branch(struct kp_jit *j, u8 jump, u32 a, s32 b, s64 n)
{
	u32 target = target_of(j, j->ext);
	bool back = target <= j->pc;
	u32 to = back ? j->at[next_pc(j)] : j->at[target];

	if (back)
		jump = opposite(jump);
	if (b >= 0)
		emit_if(j, jump, a, (u32)b, to);
	else
		emit_if_imm(j, jump, a, n, to);
	if (back)
		go(j, target);
}

/* The same by what a helper gave. */
static void branch_taken(struct kp_jit *j)
{
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
	branch(j, BPF_J_JEQ, R0, -1, KP_HELPER_TAKEN);
}

static void compare(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), d = KTAP_D(j->w), x;

	want_int(j, a, has(j, KP_FACT_INT0));
	want_int(j, d, has(j, KP_FACT_INT1));
	x = number(j, a, R1);
	branch(j, jump_of(KTAP_OP(j->w)), x, (s32)number(j, d, R2), 0);
}

static void compare_const(struct kp_jit *j)
{
	const struct kp_value *k = &j->fn->k[KTAP_D(j->w)];
	u32 a = KTAP_A(j->w), x;

	if (k->tag != KTAP_T_INT) {
		call_helper(j);
		branch_taken(j);
		return;
	}
	want_int(j, a, has(j, KP_FACT_INT0));
	x = number(j, a, R1);
	if (fits32(k->i)) {
		branch(j, jump_of(KTAP_OP(j->w)), x, -1, k->i);
		return;
	}
	emit_const(j, R2, k->i);
	branch(j, jump_of(KTAP_OP(j->w)), x, R2, 0);
}

static void test(struct kp_jit *j)
{
	bool want = KTAP_OP(j->w) == KTAP_OP_TEST;

	emit_load(j, BPF_S_W, R0, REGS, TAG(KTAP_A(j->w)));
	branch(j, want ? BPF_J_JGE : BPF_J_JLT, R0, -1, KTAP_T_TRUE);
}

/* --- loops --- */

static void for_prep(struct kp_jit *j)
{
	call_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_TAKEN, j->at[target_of(j, j->w)]);
}

/*
 * As kp_op_for_loop(): no turn once the next number is out of range, or past the
 * last. Where it would wrap it comes out on the wrong side of this one.
 */
static void for_loop(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w), end = next_pc(j), here;

	forget_all(j);
	emit_load(j, BPF_S_DW, R1, REGS, NUM(a));
	emit_load(j, BPF_S_DW, R2, REGS, NUM(a + 2));
	emit_load(j, BPF_S_DW, R3, REGS, NUM(a + 1));
	emit_mov(j, LAST, R1);
	emit_alu(j, BPF_O_ADD, LAST, R2);
	here = j->n;
	emit_if_imm(j, BPF_J_JSLE, R2, 0, here + 4);
	emit_if(j, BPF_J_JSLT, LAST, R1, j->at[end]);
	emit_if(j, BPF_J_JSGT, LAST, R3, j->at[end]);
	emit_goto(j, here + 6);
	emit_if(j, BPF_J_JSGT, LAST, R1, j->at[end]);
	emit_if(j, BPF_J_JSLT, LAST, R3, j->at[end]);
	emit_store(j, BPF_S_DW, REGS, NUM(a), LAST);
	store_last(j, a + 3, has(j, KP_FACT_INT1));
	go(j, target_of(j, j->w));
	forget_all(j);
}

/* --- calls --- */

/* LEAVE: another frame is innermost. */
static void by_call(struct kp_jit *j)
{
	by_spending_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_OK, j->n + 3);
	emit_exit(j, KP_NATIVE_SWITCH);
	load_steps(j);
}

static void by_leaving(struct kp_jit *j)
{
	by_spending_helper(j);
	emit_exit(j, KP_NATIVE_SWITCH);
}

/* From the first frame there is nothing to return to. */
static void by_return(struct kp_jit *j)
{
	emit_load(j, BPF_S_W, R0, CTX, FIELD(depth));
	emit_if_imm(j, BPF_J_JNE, R0, 1, j->n + 4);
	emit_store_imm(j, BPF_S_W, CTX, FIELD(depth), 0);
	emit_exit(j, KP_NATIVE_DONE);
	by_leaving(j);
}

static void by_builtin(struct kp_jit *j)
{
	by_spending_helper(j);
	load_steps(j);
}

static void by_trace(struct kp_jit *j)
{
	by_spending_helper(j);
	emit_exit(j, KP_NATIVE_TRACE);
}

/* --- all of it --- */

static void line(struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	if (op >= KTAP_OP_ADD && op <= KTAP_OP_USHR) {
		arith(j, op - KTAP_OP_ADD);
		return;
	}
	if (op >= KTAP_OP_ADDK && op <= KTAP_OP_USHRK) {
		arith_const(j, op - KTAP_OP_ADDK);
		return;
	}
	switch (op) {
	case KTAP_OP_MOVE: move(j); return;
	case KTAP_OP_LOADNIL: load_nil(j); return;
	case KTAP_OP_LOADBOOL:
		put_value(j, KTAP_A(j->w), KTAP_D(j->w) ? KTAP_T_TRUE : KTAP_T_FALSE, 0);
		return;
	case KTAP_OP_LOADI: load_int(j, KTAP_S(j->w)); return;
	case KTAP_OP_LOADK: load_const(j); return;
	case KTAP_OP_LOADBI:
		put_value(j, KTAP_A(j->w), KTAP_T_BUILTIN, KTAP_D(j->w));
		return;
	case KTAP_OP_GETGLOB: get_global(j); return;
	case KTAP_OP_GLOBADD: add_global(j); return;
	case KTAP_OP_JMP: go(j, target_of(j, j->w)); return;
	case KTAP_OP_TEST:
	case KTAP_OP_TESTN: test(j); return;
	case KTAP_OP_EQ:
	case KTAP_OP_NE:
	case KTAP_OP_LT:
	case KTAP_OP_LE: compare(j); return;
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:
	case KTAP_OP_LTK:
	case KTAP_OP_LEK:
	case KTAP_OP_GTK:
	case KTAP_OP_GEK: compare_const(j); return;
	case KTAP_OP_ITERNEXT: call_helper(j); branch_taken(j); return;
	case KTAP_OP_FORPREP: for_prep(j); return;
	case KTAP_OP_FORLOOP: for_loop(j); return;
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL: by_call(j); return;
	case KTAP_OP_TAILCALL: by_leaving(j); return;
	case KTAP_OP_RETURN:
	case KTAP_OP_RET0:
	case KTAP_OP_RET1: by_return(j); return;
	case KTAP_OP_BUILTIN: by_builtin(j); return;
	case KTAP_OP_TRACE:
	case KTAP_OP_TRACES: by_trace(j); return;
	default: by_helper(j); return;
	}
}

/* The slow way of an instruction, behind the function; what LAST holds there it holds here. */
static void slow_line(struct kp_jit *j)
{
	call_helper(j);
	if (kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_J) {
		branch_taken(j);
	} else {
		emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
	}
	if (j->after[j->pc] >= 0)
		emit_load(j, BPF_S_DW, LAST, REGS, NUM(j->after[j->pc]));
	emit_goto(j, j->at[next_pc(j)]);
}

static u32 jump_target(const struct kp_jit *j)
{
	return target_of(j, kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_J ? j->ext : j->w);
}

/* kp_jit_spent(), then where the jump leads. */
static void spent_line(struct kp_jit *j)
{
	save_steps(j);
	emit_mov(j, R1, CTX);
	emit_const(j, R5, j->pc + 1);
	emit_call(j, kp_jit_spent);
	load_steps(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, j->saved);
	emit_goto(j, j->at[jump_target(j)]);
}

/* The place that the error is told of: behind the instruction, as the interpreter has it. */
static void failure_line(struct kp_jit *j)
{
	bool x = kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_X;

	emit_const(j, R5, j->pc + 1 + x);
	emit_goto(j, j->failed);
}

static void failures(struct kp_jit *j)
{
	j->failed = j->n;
	save_steps(j);
	emit_mov(j, R1, CTX);
	emit_call(j, kp_jit_failed);
	j->saved = j->n;
	emit_exit(j, KP_NATIVE_FAIL);
}

/* Whether the function may be entered behind it. */
static bool is_left(u32 op)
{
	return op == KTAP_OP_CALL || op == KTAP_OP_PCALL || op == KTAP_OP_TRACE ||
	       op == KTAP_OP_TRACES;
}

/*
 * R0 is the pc at which to go on. The places are looked at in turn: a function has
 * few calls, and each return costs more than a few comparisons.
 */
static void entry(struct kp_jit *j)
{
	bool first = true;
	u32 pc;

	emit_mov(j, REGS, R2);
	emit_mov(j, CTX, R1);
	load_steps(j);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (!is_left(KTAP_OP(j->w)))
			continue;
		if (first)
			emit_load(j, BPF_S_W, R0, CTX, FIELD(resume));
		if (first)
			emit_if_imm(j, BPF_J_JEQ, R0, 0, j->at[0]);
		first = false;
		emit_if_imm(j, BPF_J_JEQ, R0, next_pc(j), j->at[next_pc(j)]);
	}
}

/* Where jumps lead, the number in LAST is not known. */
static void part(struct kp_jit *j, u8 need, u32 *at, void (*one)(struct kp_jit *j))
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (need && !(j->need[pc] & need))
			continue;
		if (!need && !has(j, KP_FACT_STRAIGHT))
			forget_all(j);
		if (need)
			forget_all(j);
		at[pc] = j->n;
		one(j);
		if (!need)
			j->after[pc] = (s16)j->last;
	}
}

static void translate(struct kp_jit *j)
{
	j->n = 0;
	forget_all(j);
	entry(j);
	part(j, 0, j->at, line);
	part(j, NEED_SLOW, j->slow, slow_line);
	part(j, NEED_SPENT, j->spent, spent_line);
	part(j, NEED_FAIL, j->fail, failure_line);
	failures(j);
}

static bool jumps_back(struct kp_jit *j)
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		u32 op;

		fetch(j, pc);
		op = KTAP_OP(j->w);
		if ((op == KTAP_OP_JMP || op == KTAP_OP_FORLOOP ||
		     kp_opinfo[op].flags & KTAP_F_J) && jump_target(j) <= pc)
			return true;
	}
	return false;
}

static bool begin(struct kp_jit *j, const struct kp_vm *vm, const struct kp_fn *fn)
{
	size_t n = fn->ncode + 1;
	u32 *mem = kp_host_alloc(n * (4 * sizeof(u32) + sizeof(s16) + 1));

	*j = (struct kp_jit){ .vm = vm, .fn = fn, .at = mem };
	if (!mem)
		return false;
	j->slow = mem + n;
	j->fail = j->slow + n;
	j->spent = j->fail + n;
	j->after = (s16 *)(j->spent + n);
	j->need = (u8 *)(j->after + n);
	j->loops = jumps_back(j);
	translate(j);
	return true;
}

/* The first run finds the places, the second one knows them. */
struct kp_bpf *kp_jit_translate(const struct kp_vm *vm, const struct kp_fn *fn, u32 *n)
{
	struct kp_bpf *out = NULL;
	struct kp_jit j;

	if (!begin(&j, vm, fn))
		return NULL;
	if (j.n <= KP_JIT_MAX_INSNS)
		out = kp_host_alloc(j.n * sizeof(*out));
	if (out) {
		j.out = out;
		*n = j.room = j.n;
		translate(&j);
		kp_assert(j.n == *n);
	}
	kp_host_free(j.at);
	return out;
}
