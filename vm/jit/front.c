// SPDX-License-Identifier: GPL-2.0
/*
 * front.c - the front of a function (core/front.h) as BPF instructions: its words in
 * order, as far as they are simple, and the ways out.
 *
 *   plan         which words are simple, and can come to the end: backwards, since
 *                jumps go ahead only; then which registers have a value where
 *   entry        what the event is, onto the stack, if a word asks for it
 *   line         each word that is come to; one that is not simple gives up
 *   ways out     where it gives up: all as one, or each to the word where the handler
 *                goes on
 */
#include "../core/host.h"
#include "front.h"

/* Machine code is made where words have 64 bits. */
_Static_assert(sizeof(void *) != 8 || (sizeof(struct kp_firing) == 5 * 8 && !offsetof(struct kp_firing, probe)),
	       "its members are the five arguments, the probe first");
_Static_assert(!offsetof(struct kp_stepping, f), "a firing is what one in steps has first");

/* What is known of a word. */
enum {
	WORD_ENDS = 1,		/* from here the end can be reached */
	WORD_MAY_GIVE_UP = 2,	/* here or later */
	WORD_GIVES_UP = 4,	/* here: it is not simple, or of no use */
	WORD_LIVE = 8,		/* control comes here */
};

/* --- the plan --- */

/*
 * What the word at hand can come to, from what those behind it can. Without steps
 * nothing may give up behind a change.
 */
static u8 prospect(struct kp_jit *j, const u8 *known)
{
	u32 op = KTAP_OP(j->w);
	u8 next = 0;

	if (kp_front_ends(op))
		return WORD_ENDS;
	if (op != KTAP_OP_JMP)
		next |= known[next_pc(j)];
	if (kp_front_jumps(j))
		next |= known[jump_target(j)];
	if (!(next & WORD_ENDS))
		return WORD_GIVES_UP | WORD_MAY_GIVE_UP;
	if (kp_front_changes(op) && next & WORD_MAY_GIVE_UP && !front_of(j)->steps) {
		front_of(j)->wants_steps = true;
		return WORD_GIVES_UP | WORD_MAY_GIVE_UP;
	}
	return (next & (WORD_ENDS | WORD_MAY_GIVE_UP)) |
	       (j->need[j->pc] & NEED_SLOW ? WORD_MAY_GIVE_UP : 0);
}

/* The word before pc, which is not the first: words are found from the front only. */
static u32 previous(struct kp_jit *j, u32 pc)
{
	return pc >= 2 && j->after[pc - 1] < 0 ? pc - 2 : pc - 1;
}

static void start(struct front *f)
{
	f->j.n = 0;
	f->made = 0;
	f->parts = NONE;
	memset(f->text_at, 0, sizeof(f->text_at));
	forget_all(&f->j);
	kp_front_forget_kinds(f);
}

/* A word changes an element, and one before it looks for some. */
static bool looks_and_changes(struct kp_jit *j)
{
	bool looks = false, changes = false;
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		looks |= KTAP_OP(j->w) == KTAP_OP_GETTAB;
		changes |= looks && KTAP_OP(j->w) == KTAP_OP_SETTAB;
	}
	return changes;
}

/* The registers that words name are below what the event is. */
static void lay_out(struct front *f)
{
	u32 n = f->j.fn->nregs < REGISTERS ? f->j.fn->nregs : REGISTERS;

	f->j.first = f->steps ? 0 : FIRING;
	f->seen_at = 0;
	if (looks_and_changes(&f->j)) {
		f->j.first -= (s32)sizeof(struct kp_seen);
		f->seen_at = (s16)f->j.first;
	}
	f->j.first -= (s32)(n * sizeof(struct kp_value));
}

/*
 * Each word by itself: whether it is simple, and whether it may give up all the same.
 * What is made has room here, so it has when the words that are not come to make nothing.
 */
static void try_all(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	lay_out(f);
	start(f);
	f->asked = 0;
	memset(f->j.need, 0, j->fn->ncode);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		forget_all(j);
		j->after[pc] = 0;
		if (length(j) == 2)
			j->after[pc + 1] = -1;
		f->known[pc] = kp_front_word(j) ? 0 : WORD_GIVES_UP | WORD_MAY_GIVE_UP;
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

/* Bits of the registers that have a value behind the word: a key that is not made has none. */
static u16 written(struct kp_jit *j, u16 have)
{
	u32 a = KTAP_A(j->w), n = KTAP_OP(j->w) == KTAP_OP_LOADNIL ? KTAP_D(j->w) : 1;

	if (kp_opinfo[KTAP_OP(j->w)].operand[0] != KTAP_OPD_dst)
		return have;
	if (kp_front_is_taken_apart(j))
		return have & ~(1u << a);
	return have | ((1u << n) - 1) << a;
}

static void comes_to(struct front *f, u32 pc, u16 have)
{
	f->known[pc] |= WORD_LIVE;
	f->have[pc] &= have;
}

static void look_ahead(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	f->refs = 0;
	memset(f->have, 0xff, j->fn->ncode * sizeof(f->have[0]));
	comes_to(f, 0, (u16)((1u << j->fn->nparams) - 1));
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		u16 have = f->have[pc];

		fetch(j, pc);
		if (!(f->known[pc] & WORD_LIVE) || f->known[pc] & WORD_GIVES_UP ||
		    kp_front_ends(KTAP_OP(j->w)))
			continue;
		if (KTAP_OP(j->w) == KTAP_OP_FIELD)
			f->refs |= 1ull << KTAP_D(j->w);
		have = written(j, have);
		if (KTAP_OP(j->w) != KTAP_OP_JMP)
			comes_to(f, next_pc(j), have);
		if (kp_front_jumps(j))
			comes_to(f, jump_target(j), have);
	}
}

static void plan_once(struct front *f)
{
	try_all(f);
	look_back(f);
	look_ahead(f);
}

/* In steps only where that is wanted. False: no event would come to the end. */
static bool plan(struct front *f)
{
	plan_once(f);
	if (f->wants_steps) {
		f->steps = true;
		plan_once(f);
	}
	return !(f->known[0] & WORD_GIVES_UP);
}

/* --- all of it --- */

/* The handler's parameters, which are the event, and nil; what the event is; that nothing was seen. */
static void entry(struct front *f)
{
	u32 i;

	if (f->steps)
		emit_mov(&f->j, CTX, R1);
	for (i = 0; i < f->j.fn->nparams; i++)
		put_value(&f->j, i, i ? KTAP_T_NIL : KTAP_T_EVENT, 0);
	for (i = 0; i < f->asked; i++)
		emit_store(&f->j, BPF_S_DW, f->j.base, FIRING + 8 * (s32)i, R1 + i);
	if (f->seen_at)
		emit_store_imm(&f->j, BPF_S_DW, f->j.base, f->seen_at + (s32)offsetof(struct kp_seen, tab), 0);
}

static void line(struct front *f, u32 pc)
{
	struct kp_jit *j = &f->j;

	fetch(j, pc);
	if (!(f->known[pc] & WORD_LIVE))
		return;
	if (!has(j, KP_FACT_STRAIGHT)) {
		forget_all(j);
		kp_front_forget_kinds(f);
	}
	j->at[pc] = j->n;
	if (f->known[pc] & WORD_GIVES_UP) {
		emit_goto(j, slow_way(j));
		return;
	}
	kp_front_word(j);
	kp_front_note_kind(f);
}

/* The word where the handler goes on: a key of which this one takes the parts is to be made. */
static u32 place_behind(struct front *f, u32 pc)
{
	u32 before = pc ? previous(&f->j, pc) : pc;

	if (f->known[before] & WORD_GIVES_UP)
		return pc;
	fetch(&f->j, before);
	return before < pc && kp_front_is_taken_apart(&f->j) ? before : pc;
}

/* One way out for all: nothing has been done. */
static void give_up(struct front *f)
{
	u32 pc;

	for (pc = 0; pc < f->j.fn->ncode; pc++)
		f->j.slow[pc] = f->j.n;
	emit_exit(&f->j, KP_FRONT_GIVEN_UP);
}

/* A way out of each word, and what they have in common. */
static void hand_over(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc, common = j->n;

	emit_mov(j, R1, CTX);
	put_address(j, R3, j->first);
	EMIT_CALL(j, kp_host_go_on);
	emit_exit(j, KP_FRONT_DONE);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		u32 to = place_behind(f, pc);

		fetch(j, pc);
		if (!(f->known[pc] & WORD_LIVE) || !(j->need[pc] & NEED_SLOW))
			continue;
		f->resume[to] = true;
		j->slow[pc] = j->n;
		emit_const(j, R2, (s64)KP_FRONT_AT(to, f->have[to]));
		emit_goto(j, common);
	}
}

static void translate(struct front *f)
{
	struct kp_jit *j = &f->j;
	u32 pc;

	start(f);
	entry(f);
	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j))
		line(f, pc);
	if (f->steps)
		hand_over(f);
	else
		give_up(f);
}

static bool begin(struct front *f, const struct kp_vm *vm, const struct kp_fn *fn,
		  const struct kp_probe *probe, u8 *resume)
{
	size_t n = fn->ncode + 1;
	u32 *mem = kp_host_alloc(n * (2 * sizeof(u32) + sizeof(s16) + sizeof(u16) + 2));

	*f = (struct front){ .j = { .vm = vm, .fn = fn, .probe = probe, .base = STACK, .at = mem },
			     .resume = resume };
	if (!mem)
		return false;
	f->j.slow = mem + n;
	f->j.after = (s16 *)(f->j.slow + n);
	f->have = (u16 *)(f->j.after + n);
	f->j.need = (u8 *)(f->have + n);
	f->known = f->j.need + n;
	return true;
}

struct kp_bpf *kp_jit_front(const struct kp_vm *vm, struct kp_fn *fn, const struct kp_probe *probe,
			    u8 *resume, u32 *n, u32 *stack)
{
	struct kp_bpf *out = NULL;
	struct front f;

	if (fn->flags & KP_FN_VARARG || fn->nparams > REGISTERS || !begin(&f, vm, fn, probe, resume))
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
		*stack = (u32)-f.j.first + f.made;
		fn->front_refs = f.refs;
		fn->front_steps = f.steps;
	}
	kp_host_free(f.j.at);
	return out;
}
