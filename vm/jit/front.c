// SPDX-License-Identifier: GPL-2.0
/*
 * front.c - the front of a function (core/front.h) as BPF instructions: its words in
 * order, as far as they are simple, and the two ends.
 *
 *   plan         which words are simple, and can come to the end: backwards, since
 *                jumps go ahead only
 *   entry        what the event is, onto the stack, if a word asks for it
 *   line         each word that is come to; one that is not simple gives up
 *
 * On the machine's stack: struct kp_firing, the registers of the language below it,
 * and below them what is made: names and texts.
 */
#include "../core/front.h"
#include "../core/host.h"
#include "../core/obj.h"
#include "inplace.h"

#define STACK_BYTES	512u
#define REGISTERS	16u
#define FIRING		(-(s32)sizeof(struct kp_firing))
#define FIRST		(FIRING - (s32)(REGISTERS * sizeof(struct kp_value)))
#define NONE		(~0u - 1)
#define FIRING_AT(f)	(FIRING + (s32)offsetof(struct kp_firing, f))

_Static_assert(sizeof(struct kp_firing) == 5 * 8 && !offsetof(struct kp_firing, probe),
	       "its members are the five arguments, the probe first");

/* What is known of a word. */
enum {
	WORD_ENDS = 1,		/* from here the end can be reached */
	WORD_MAY_GIVE_UP = 2,	/* here or later */
	WORD_GIVES_UP = 4,	/* here: it is not simple, or of no use */
	WORD_LIVE = 8,		/* control comes here */
};

struct front {
	struct kp_jit j;
	u8 *known;		/* per word */
	u32 made;		/* bytes of what is made, up to the word at hand */
	u32 parts;		/* the last word that is a key of several parts, or NONE */
	u32 asked;		/* members of struct kp_firing that are asked for, from the first on */
	u64 refs;		/* bits of the field references asked for */
};

static struct front *front_of(struct kp_jit *j)
{
	return (struct front *)((char *)j - offsetof(struct front, j));
}

/* --- words --- */

static void give_up_if_false(struct kp_jit *j)
{
	emit_if_imm(j, BPF_J_JEQ, R0, 0, slow_way(j));
	forget_all(j);
}

/* reg = the address of `bytes` on the stack. False: there is no room. */
static bool put_memory(struct kp_jit *j, u32 reg, size_t bytes)
{
	u32 *made = &front_of(j)->made;

	if (*made + bytes > STACK_BYTES + (u32)FIRST)
		return false;
	*made += (u32)bytes;
	put_address(j, reg, FIRST - (s32)*made);
	return true;
}

static void put_firing(struct kp_jit *j, u32 reg)
{
	front_of(j)->asked = 5;
	put_address(j, reg, FIRING);
}

static void put_register(struct kp_jit *j, u32 reg, u32 r)
{
	put_address(j, reg, tag_at(j, r));
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
	emit_const(j, R2, j->vm->opts.seed);
	EMIT_CALL(j, kp_front_comm);
	put_result(j, KTAP_T_STR, false);
	return true;
}

static bool event_name(struct kp_jit *j)
{
	if (!front_of(j)->asked)
		front_of(j)->asked = 1;
	emit_load(j, BPF_S_DW, R0, j->base, FIRING_AT(probe));
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

/* What is known when the probe is: the function is called that has the field. */
static bool derived(struct kp_jit *j, const struct ktap_field *f)
{
	kp_derive_fn *get = j->probe->derive[f->offset];
	bool is_text = f->type == KTAP_FT_CHARS;

	if (is_text && (j->vm->opts.max_string < KP_FRONT_TEXT ||
			!put_memory(j, R4, kp_front_str_size())))
		return false;
	if (front_of(j)->asked < 4)
		front_of(j)->asked = 4;
	emit_load(j, BPF_S_DW, R1, j->base, FIRING_AT(regs));
	if (is_text) {
		emit_const(j, R2, (s64)(uintptr_t)get);
		emit_const(j, R3, f->size);
		emit_const(j, R5, j->vm->opts.seed);
		EMIT_CALL(j, kp_front_derived);
	} else {
		EMIT_CALL(j, get);
	}
	put_result(j, is_text ? KTAP_T_STR : KTAP_T_INT, false);
	return true;
}

/* A text that a limit of the session's would cut is left to the handler. */
static bool field(struct kp_jit *j)
{
	if (KTAP_D(j->w) > 63)
		return false;
	if (j->probe && j->probe->refs[KTAP_D(j->w)].source == KP_SRC_DERIVED)
		return derived(j, &j->probe->refs[KTAP_D(j->w)]);
	put_firing(j, R1);
	emit_const(j, R2, KTAP_D(j->w));
	put_register(j, R3, KTAP_A(j->w));
	if (j->vm->opts.max_string < KP_FRONT_TEXT)
		emit_const(j, R4, 0);
	else if (!put_memory(j, R4, kp_front_str_size()))
		return false;
	emit_const(j, R5, j->vm->opts.seed);
	EMIT_CALL(j, kp_front_field);
	give_up_if_false(j);
	return true;
}

#define SLOT(f)	((s32)offsetof(struct kp_slot, f))

/* A number, or an object: its header tells the type. */
static bool get_global(struct kp_jit *j)
{
	u32 a = KTAP_A(j->w);

	if (!KP_LOADS_IN_ORDER)
		return false;
	emit_const(j, R1, (s64)(uintptr_t)&j->vm->global[KTAP_D(j->w)]);
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
	put_register(j, R1, KTAP_A(j->w));
	put_addend(j, R3);
	if (has(j, KP_FACT_INT1)) {
		emit_load(j, BPF_S_DW, R2, j->base, num_at(j, KTAP_B(j->w)));
		EMIT_CALL(j, kp_front_add_int);
	} else {
		put_register(j, R2, KTAP_B(j->w));
		EMIT_CALL(j, kp_front_add);
	}
	give_up_if_false(j);
	return true;
}

static bool get(struct kp_jit *j)
{
	put_register(j, R1, KTAP_A(j->w));
	put_register(j, R2, KTAP_B(j->w));
	put_operand(j, 2);
	emit_mov(j, R3, R4);
	EMIT_CALL(j, kp_front_get);
	give_up_if_false(j);
	return true;
}

/* Whether a word from pc on may read R[r]: one that names it, or a range. */
static bool is_read_later(struct kp_jit *j, u32 pc, u32 r)
{
	for (; pc < j->fn->ncode; pc = next_pc(j)) {
		const struct kp_opinfo *op;
		u32 i;

		fetch(j, pc);
		op = &kp_opinfo[KTAP_OP(j->w)];
		for (i = 0; i < kp_noperands(op); i++)
			if (op->operand[i] == KTAP_OPD_base ||
			    (op->operand[i] == KTAP_OPD_reg && (u32)kp_operand(j->w, i) == r))
				return true;
	}
	return false;
}

/* A composite key that only the next word uses, which adds: that takes its parts. */
static bool is_used_once(struct kp_jit *j)
{
	u32 pc = j->pc, r = KTAP_A(j->w);
	bool once;

	fetch(j, next_pc(j));
	once = (KTAP_OP(j->w) == KTAP_OP_TABADD || KTAP_OP(j->w) == KTAP_OP_TABADDI) &&
	       KTAP_B(j->w) == r && KTAP_A(j->w) != r &&
	       !(KTAP_OP(j->w) == KTAP_OP_TABADD && KTAP_C(j->w) == r) &&
	       has(j, KP_FACT_STRAIGHT) && !is_read_later(j, next_pc(j), r);
	fetch(j, pc);
	return once;
}

static bool tuple(struct kp_jit *j)
{
	if (KTAP_B(j->w) + KTAP_C(j->w) > REGISTERS || !is_used_once(j))
		return false;
	front_of(j)->parts = j->pc;
	return true;
}

/* By the parts of the key that is the word before. */
static bool add_by_parts(struct kp_jit *j)
{
	ktap_word key = j->fn->code[front_of(j)->parts];

	put_register(j, R1, KTAP_A(j->w));
	put_register(j, R2, KTAP_B(key));
	emit_const(j, R3, KTAP_C(key));
	put_addend(j, R4);
	EMIT_CALL(j, kp_front_add_parts);
	give_up_if_false(j);
	return true;
}

static bool is_by_parts(struct kp_jit *j)
{
	return front_of(j)->parts + 1 == j->pc;
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

static bool ends(u32 op)
{
	return op == KTAP_OP_RETURN || op == KTAP_OP_RET0 || op == KTAP_OP_RET1;
}

static bool changes(u32 op)
{
	return op == KTAP_OP_GLOBADD || op == KTAP_OP_TABADD || op == KTAP_OP_TABADDI;
}

static bool jumps(const struct kp_jit *j)
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
	return KTAP_OP(j->w) != KTAP_OP_FORLOOP && (!jumps(j) || jump_target(j) > j->pc);
}

/* False: the word is not simple. */
static bool simple(struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	if (ends(op)) {
		emit_exit(j, KP_FRONT_DONE);
		return true;
	}
	if (!is_in_reach(j))
		return false;
	if (op == KTAP_OP_GETGLOB)
		return get_global(j);
	if (kp_jit_in_place(j))
		return true;
	switch (op) {
	case KTAP_OP_CTX: return moment(j);
	case KTAP_OP_FIELD: return field(j);
	case KTAP_OP_GETTAB:
	case KTAP_OP_GETTABK: return get(j);
	case KTAP_OP_TABADD:
	case KTAP_OP_TABADDI: return is_by_parts(j) ? add_by_parts(j) : add(j);
	case KTAP_OP_TUPLE: return tuple(j);
	case KTAP_OP_EQK:
	case KTAP_OP_NEK: return equal(j);
	default: return false;
	}
}

/* --- the plan --- */

/* What the word at hand can come to, from what those behind it can. */
static u8 prospect(const struct kp_jit *j, const u8 *known)
{
	u32 op = KTAP_OP(j->w);
	u8 next = 0;

	if (ends(op))
		return WORD_ENDS;
	if (op != KTAP_OP_JMP)
		next |= known[next_pc(j)];
	if (jumps(j))
		next |= known[jump_target(j)];
	if (!(next & WORD_ENDS) || (changes(op) && next & WORD_MAY_GIVE_UP))
		return WORD_GIVES_UP | WORD_MAY_GIVE_UP;
	return (next & (WORD_ENDS | WORD_MAY_GIVE_UP)) |
	       (j->need[j->pc] & NEED_SLOW ? WORD_MAY_GIVE_UP : 0);
}

/* The word before pc, which is not the first: words are found from the front only. */
static u32 previous(struct kp_jit *j, u32 pc)
{
	return pc >= 2 && j->after[pc - 1] < 0 ? pc - 2 : pc - 1;
}

/*
 * Each word by itself: whether it is simple, and whether it may give up all the same.
 * What is made has room here, so it has when the words that are not come to make nothing.
 */
static void try_all(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	f->parts = NONE;
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		forget_all(j);
		j->after[pc] = 0;
		if (length(j) == 2)
			j->after[pc + 1] = -1;
		f->known[pc] = simple(j) ? 0 : WORD_GIVES_UP | WORD_MAY_GIVE_UP;
	}
}

static void look_back(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc = j->fn->ncode;

	while (pc) {
		pc = previous(j, pc);
		fetch(j, pc);
		if (!f->known[pc])
			f->known[pc] = prospect(j, f->known);
	}
}

static void look_ahead(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	f->refs = 0;
	f->known[0] |= WORD_LIVE;
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (!(f->known[pc] & WORD_LIVE) || f->known[pc] & WORD_GIVES_UP ||
		    ends(KTAP_OP(j->w)))
			continue;
		if (KTAP_OP(j->w) == KTAP_OP_FIELD)
			f->refs |= 1ull << KTAP_D(j->w);
		if (KTAP_OP(j->w) != KTAP_OP_JMP)
			f->known[next_pc(j)] |= WORD_LIVE;
		if (jumps(j))
			f->known[jump_target(j)] |= WORD_LIVE;
	}
}

/* False: no event would come to the end. */
static bool plan(struct front *f)
{
	try_all(f);
	look_back(f);
	look_ahead(f);
	return !(f->known[0] & WORD_GIVES_UP);
}

/* --- all of it --- */

/* The handler's parameters: the event, and nil. */
static void entry(struct front *f)
{
	u32 i;

	for (i = 0; i < f->j.fn->nparams; i++)
		put_value(&f->j, i, i ? KTAP_T_NIL : KTAP_T_EVENT, 0);
	for (i = 0; i < f->asked; i++)
		emit_store(&f->j, BPF_S_DW, f->j.base, FIRING + 8 * (s32)i, R1 + i);
}

static void line(struct front *f, u32 pc)
{
	struct kp_jit *j = &f->j;

	fetch(j, pc);
	if (!(f->known[pc] & WORD_LIVE))
		return;
	if (!has(j, KP_FACT_STRAIGHT))
		forget_all(j);
	j->at[pc] = j->n;
	if (f->known[pc] & WORD_GIVES_UP)
		emit_goto(j, slow_way(j));
	else
		simple(j);
}

static void translate(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	j->n = 0;
	f->made = 0;
	f->parts = NONE;
	forget_all(j);
	entry(f);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j))
		line(f, pc);
	for (pc = 0; pc < j->fn->ncode; pc++)
		j->slow[pc] = j->n;
	emit_exit(j, KP_FRONT_GIVEN_UP);
}

static bool begin(struct front *f, const struct kp_vm *vm, const struct kp_fn *fn,
		  const struct kp_probe *probe)
{
	size_t n = fn->ncode + 1;
	u32 *mem = kp_host_alloc(n * (2 * sizeof(u32) + sizeof(s16) + 2));

	*f = (struct front){ .j = { .vm = vm, .fn = fn, .probe = probe, .base = STACK, .first = FIRST, .at = mem } };
	if (!mem)
		return false;
	f->j.slow = mem + n;
	f->j.after = (s16 *)(f->j.slow + n);
	f->j.need = (u8 *)(f->j.after + n);
	f->known = f->j.need + n;
	return true;
}

struct kp_bpf *kp_jit_front(const struct kp_vm *vm, struct kp_fn *fn, const struct kp_probe *probe,
			    u32 *n, u32 *stack)
{
	struct kp_bpf *out = NULL;
	struct front f;

	if (fn->flags & KP_FN_VARARG || fn->nparams > REGISTERS || !begin(&f, vm, fn, probe))
		return NULL;
	if (plan(&f)) {
		translate(&f);
		out = f.j.n <= KP_JIT_MAX_INSNS ? kp_host_alloc(f.j.n * sizeof(*out)) : NULL;
	}
	if (out) {
		f.j.out = out;
		*n = f.j.room = f.j.n;
		translate(&f);
		kp_assert(f.j.n == *n);
		*stack = (u32)-FIRST + f.made;
		fn->front_refs = f.refs;
	}
	kp_host_free(f.j.at);
	return out;
}
