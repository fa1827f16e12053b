// SPDX-License-Identifier: GPL-2.0
/*
 * translate.c - one function as BPF instructions, in the order of its words:
 *
 *   entry        where to go on, if it can be entered behind a call, or at a word that
 *                its front has come to
 *   line         the common way of each instruction
 *   slow ways    the same by its helper, where the common way is for integers only
 *   spent        a slice of steps is over
 *   left         a loop whose numbers have homes (loop.h) is jumped out of
 *   resumed      what LAST holds there, or the homes, then the word where a front left off
 *                or where such a loop is jumped into
 *   failures     which instruction it was, then out
 *
 * Registers of the language stay in memory, whole, at every call, so helpers and the
 * collector of temporaries see what they see under the interpreter. In machine
 * registers are only where they are (REGS), the context, the steps left if there are
 * loops, the number that was stored last (LAST), and in innermost loops the homes.
 */
#include "../core/host.h"
#include "inplace.h"
#include "loop.h"

#define FIELD(f)	((s32)offsetof(struct kp_ctx, f))

_Static_assert(sizeof(struct kp_ctx) < 32768, "fields are in reach of a load");

/* --- the ways out --- */

static u32 failure(struct kp_jit *j)
{
	j->need[j->pc] |= NEED_FAIL;
	return j->fail[j->pc];
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

/* --- helpers --- */

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

	kp_jit_write_homes_back(j);
	if (!(kp_opinfo[KTAP_OP(j->w)].flags & (KTAP_F_C | KTAP_F_E | KTAP_F_P)))
		emit_store_imm(j, BPF_S_W, CTX, FIELD(at), next_pc(j));

	for (i = 0; i < kp_noperands(&kp_opinfo[KTAP_OP(j->w)]); i++)
		put_operand(j, i);
	put_word(j);
	emit_mov(j, R1, CTX);
	EMIT_CALL(j, kp_jit_helper[KTAP_OP(j->w)]);
	kp_jit_fetch_homes(j);
	forget_all(j);
}

/* Whether what the helper does may cost steps: bytes of temporaries, places without an entry. */
static bool spends(const struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	return kp_opinfo[op].flags & KTAP_F_A || op == KTAP_OP_ITERNEXT;
}

/* The instruction by its helper; then it goes on, jumps, or has failed. */
static void by_helper(struct kp_jit *j)
{
	if (spends(j))
		save_steps(j);
	call_helper(j);
	if (spends(j))
		load_steps(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
	if (kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_J)
		kp_jit_branch(j, BPF_J_JEQ, R0, -1, KP_HELPER_TAKEN);
}

/* One that may spend steps, and notes itself where it is. */
static void by_spending_helper(struct kp_jit *j)
{
	save_steps(j);
	call_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, j->saved);
}

/* --- jumps --- */

static void for_prep(struct kp_jit *j)
{
	call_helper(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, failure(j));
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_TAKEN, way_to(j, target_of(j, j->w)));
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
	if (kp_jit_in_place(j))
		return;
	switch (KTAP_OP(j->w)) {
	case KTAP_OP_FORPREP: for_prep(j); return;
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
	by_helper(j);
	if (j->after[j->pc] >= 0)
		emit_load(j, BPF_S_DW, LAST, j->base, num_at(j, j->after[j->pc]));
	emit_goto(j, j->behind[j->pc]);
}

/* kp_jit_spent(), then where the jump leads. */
static void spent_line(struct kp_jit *j)
{
	kp_jit_write_homes_back(j);
	save_steps(j);
	emit_mov(j, R1, CTX);
	emit_const(j, R5, j->pc + 1);
	EMIT_CALL(j, kp_jit_spent);
	load_steps(j);
	emit_if_imm(j, BPF_J_JEQ, R0, KP_HELPER_FAIL, j->saved);
	kp_jit_fetch_homes(j);
	emit_goto(j, way_to(j, jump_target(j)));
}

static void leave_line(struct kp_jit *j)
{
	kp_jit_write_homes_back(j);
	j->loop = NULL;
	emit_goto(j, way_to(j, jump_target(j)));
}

/* The place that the error is told of: behind the instruction, as the interpreter has it. */
static void failure_line(struct kp_jit *j)
{
	bool x = kp_opinfo[KTAP_OP(j->w)].flags & KTAP_F_X;

	emit_const(j, R5, j->pc + 1 + x);
	emit_goto(j, j->failed);
}

static void resume_line(struct kp_jit *j)
{
	kp_jit_fetch_homes(j);
	if (has(j, KP_FACT_STRAIGHT) && j->pc && j->after[j->before] >= 0)
		emit_load(j, BPF_S_DW, LAST, j->base, num_at(j, (u32)j->after[j->before]));
	emit_goto(j, j->at[j->pc]);
}

static void failures(struct kp_jit *j)
{
	j->failed = j->n;
	save_steps(j);
	emit_mov(j, R1, CTX);
	EMIT_CALL(j, kp_jit_failed);
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
static void enter_at(struct kp_jit *j, u32 pc, u32 to, bool *first)
{
	if (*first)
		emit_load(j, BPF_S_W, R0, CTX, FIELD(resume));
	if (*first)
		emit_if_imm(j, BPF_J_JEQ, R0, 0, way_to(j, 0));
	*first = false;
	emit_if_imm(j, BPF_J_JEQ, R0, pc, to);
}

static void entry(struct kp_jit *j)
{
	bool first = true;
	u32 pc;

	emit_mov(j, REGS, R2);
	emit_mov(j, CTX, R1);
	load_steps(j);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		j->loop = NULL;
		if (pc && j->need[pc] & NEED_RESUME)
			enter_at(j, pc, j->resume[pc], &first);
		if (is_left(KTAP_OP(j->w)))
			enter_at(j, next_pc(j), way_to(j, next_pc(j)), &first);
	}
}

/* Where jumps lead, and in loops that have homes, the number in LAST is not known. */
static void main_part(struct kp_jit *j)
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (!has(j, KP_FACT_STRAIGHT) || j->loop)
			forget_all(j);
		if (j->loop && j->loop->head == pc) {
			kp_jit_put_tags(j);
			kp_jit_fetch_homes(j);
		}
		j->at[pc] = j->n;
		line(j);
		j->behind[pc] = j->n;
		j->after[pc] = (s16)j->last;
		if (j->loop && j->loop->last == pc)
			kp_jit_write_homes_back(j);
	}
}

static void part(struct kp_jit *j, u8 need, u32 *at, void (*one)(struct kp_jit *j))
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; j->before = pc, pc = next_pc(j)) {
		fetch(j, pc);
		if (!(j->need[pc] & need))
			continue;
		forget_all(j);
		at[pc] = j->n;
		one(j);
	}
}

static void translate(struct kp_jit *j)
{
	j->n = 0;
	forget_all(j);
	entry(j);
	main_part(j);
	part(j, NEED_SLOW, j->slow, slow_line);
	part(j, NEED_SPENT, j->spent, spent_line);
	part(j, NEED_LEAVE, j->leave, leave_line);
	part(j, NEED_RESUME | NEED_ENTER, j->resume, resume_line);
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

static void mark_resumed(struct kp_jit *j, const u8 *resume)
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc++)
		if (resume[pc])
			j->need[pc] |= NEED_RESUME;
}

static bool begin(struct kp_jit *j, const struct kp_vm *vm, const struct kp_fn *fn, const u8 *resume)
{
	size_t n = fn->ncode + 1;
	u32 *mem = kp_host_alloc(n * (7 * sizeof(u32) + sizeof(s16) + 1));

	*j = (struct kp_jit){ .vm = vm, .fn = fn, .base = REGS, .at = mem };
	if (!mem)
		return false;
	j->slow = mem + n;
	j->fail = j->slow + n;
	j->spent = j->fail + n;
	j->resume = j->spent + n;
	j->leave = j->resume + n;
	j->behind = j->leave + n;
	j->after = (s16 *)(j->behind + n);
	j->need = (u8 *)(j->after + n);
	mark_resumed(j, resume);
	j->loops = jumps_back(j);
	kp_jit_find_loops(j);
	translate(j);
	return true;
}

/* The first run finds the places, the second one knows them. */
struct kp_bpf *kp_jit_translate(const struct kp_vm *vm, const struct kp_fn *fn, const u8 *resume,
				u32 *n)
{
	struct kp_bpf *out = NULL;
	struct kp_jit j;

	*n = 0;
	if (!begin(&j, vm, fn, resume))
		return NULL;
	*n = j.n;
	if (j.n <= KP_JIT_MAX_INSNS)
		out = kp_host_alloc(j.n * sizeof(*out));
	if (out) {
		j.out = out;
		j.room = j.n;
		translate(&j);
		kp_assert(j.n == *n);
	}
	kp_host_free(j.at);
	return out;
}
