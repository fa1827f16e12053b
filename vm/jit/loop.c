// SPDX-License-Identifier: GPL-2.0
/*
 * loop.c - which loops there are, and which registers have a home in them.
 */
#include "../core/host.h"
#include "inplace.h"
#include "loop.h"

#define REGISTERS	256

/* How often the words of a loop name each register, and which of them are written. */
struct census {
	u8 uses[REGISTERS];
	u8 writes[REGISTERS];
	u32 fors;
};

/* --- the loops --- */

static bool jumps(const struct kp_jit *j)
{
	u32 op = KTAP_OP(j->w);

	return op == KTAP_OP_JMP || op == KTAP_OP_FORPREP || op == KTAP_OP_FORLOOP ||
	       kp_opinfo[op].flags & KTAP_F_J;
}

static bool is_inside(const struct kp_loop *l, u32 pc)
{
	return pc >= l->head && pc <= l->last;
}

/* The word at hand jumps back to `head`. */
static void note_loop(struct kp_jit *j, u32 head)
{
	u32 i;

	for (i = 0; i < j->nloops && j->loops_at[i].head != head; i++)
		;
	if (i == KP_JIT_LOOPS)
		return;
	if (i == j->nloops)
		j->loops_at[j->nloops++] = (struct kp_loop){ .head = head };
	j->loops_at[i].last = j->pc;
}

/* --- one of them --- */

/* The word has its common way: nothing is emitted, and nothing is noted of it. */
static bool is_in_place(struct kp_jit *j)
{
	u32 n = j->n;
	u8 need = j->need[j->pc];
	bool in_place = kp_jit_in_place(j);

	j->n = n;
	j->need[j->pc] = need;
	forget_all(j);
	return in_place;
}

static void count_use(struct census *c, u32 r, bool write)
{
	c->uses[r] += c->uses[r] < 255;
	c->writes[r] += write && c->writes[r] < 255;
}

static void count_word(const struct kp_jit *j, struct census *c)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	u32 i, a = KTAP_A(j->w);

	for (i = 0; i < kp_noperands(op); i++)
		if (op->operand[i] == KTAP_OPD_reg || op->operand[i] == KTAP_OPD_dst)
			count_use(c, (u32)kp_operand(j->w, i), op->operand[i] == KTAP_OPD_dst);
	for (i = 1; KTAP_OP(j->w) == KTAP_OP_LOADNIL && i < KTAP_D(j->w); i++)
		count_use(c, a + i, true);
	for (i = 0; KTAP_OP(j->w) == KTAP_OP_FORLOOP && i < 4; i++)
		count_use(c, a + i, i == 0 || i == 3);
	c->fors += KTAP_OP(j->w) == KTAP_OP_FORLOOP;
}

/* Whether anything but the word in front of it leads into the loop from outside. */
static bool is_open(struct kp_jit *j, const struct kp_loop *l)
{
	u32 pc;

	for (pc = 0; pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (is_inside(l, pc) ? j->need[pc] & NEED_RESUME : jumps(j) && is_inside(l, jump_target(j)))
			return true;
	}
	return false;
}

/* The constant that the word at pc loads into R[r], which comes to the next word only; or 0. */
static s32 loaded_at(const struct kp_jit *j, u32 pc, u32 r)
{
	ktap_word w = j->fn->code[pc];

	if (!(j->fn->fact[pc + 1] & KP_FACT_STRAIGHT) || KTAP_OP(w) != KTAP_OP_LOADI || KTAP_A(w) != r)
		return 0;
	return KTAP_S(w);
}

/* The words in front of the loop: a FORPREP, and behind what. */
static bool is_prepared(struct kp_jit *j, const struct kp_loop *l, u32 a, u32 *before)
{
	u32 pc, prep = 0;

	for (pc = 0; pc < l->head; pc = next_pc(j)) {
		fetch(j, pc);
		*before = prep;
		prep = pc;
	}
	return prep > 0 && KTAP_OP(j->w) == KTAP_OP_FORPREP && KTAP_A(j->w) == a;
}

/*
 * A loop that counts: the step is a constant, and where the variable that the script sees is not
 * assigned it is the same as the hidden one all the time.
 */
static bool learn_count(struct kp_jit *j, struct kp_loop *l, const struct census *c)
{
	u32 a = KTAP_A(j->fn->code[l->last]), before;

	if (c->fors != 1 || KTAP_OP(j->fn->code[l->last]) != KTAP_OP_FORLOOP)
		return false;
	if (is_open(j, l) || !is_prepared(j, l, a, &before) || c->writes[a + 2])
		return false;
	l->step = loaded_at(j, before, a + 2);
	l->twins = c->writes[a] == 1 && c->writes[a + 3] == 1;
	l->counter = (u8)a;
	return l->step;
}

/* The registers that are named most have a home. */
static void settle_in(struct kp_loop *l, struct census *c)
{
	u32 r, best;

	if (l->twins) {
		c->uses[l->counter] = 255;
		c->uses[l->counter + 3] = 0;
	}
	for (l->nhomes = 0; l->nhomes < KP_JIT_HOMES; l->nhomes++) {
		for (best = r = 0; r < REGISTERS; r++)
			if (c->uses[r] > c->uses[best])
				best = r;
		if (!c->uses[best])
			return;
		c->uses[best] = 0;
		l->home_of[l->nhomes] = (u8)best;
		l->written |= (c->writes[best] > 0) << l->nhomes;
	}
}

static bool reads(const struct kp_jit *j, u32 r)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(j->w)];
	u32 i;

	for (i = 0; i < kp_noperands(op); i++)
		if (op->operand[i] == KTAP_OPD_reg && (u32)kp_operand(j->w, i) == r)
			return true;
	return false;
}

/*
 * Whether each turn begins by making R[r] an integer, before anything reads it or jumps: what it
 * was in front of the loop nobody sees then, so it may have the tag there already.
 */
static bool begins_with(struct kp_jit *j, const struct kp_loop *l, u32 r)
{
	u32 pc, op;

	for (pc = l->head; pc < l->last; pc = next_pc(j)) {
		fetch(j, pc);
		op = KTAP_OP(j->w);
		if (reads(j, r) || jumps(j) || (pc > l->head && !has(j, KP_FACT_STRAIGHT)))
			return false;
		if (op >= KTAP_OP_ADD && op <= KTAP_OP_USHRK && KTAP_A(j->w) == r)
			return true;
	}
	return false;
}

/* Of loops that only the word in front of them leads into, and of registers that one word writes. */
static void tag_ahead(struct kp_jit *j, struct kp_loop *l, const struct census *c)
{
	u32 i;

	for (i = 0; l->step && i < l->nhomes; i++)
		if (c->writes[l->home_of[i]] == 1 && begins_with(j, l, l->home_of[i]))
			l->tagged |= 1u << i;
}

/* Whether the loop is one of those; then it knows its homes. */
static bool learn(struct kp_jit *j, struct kp_loop *l, struct census *c)
{
	u32 pc;

	memset(c, 0, sizeof(*c));
	for (pc = l->head; pc <= l->last; pc = next_pc(j)) {
		fetch(j, pc);
		if (!is_in_place(j) || (pc < l->last && jumps(j) && jump_target(j) <= pc &&
					jump_target(j) != l->head))
			return false;
		count_word(j, c);
	}
	if (c->fors && !learn_count(j, l, c))
		return false;
	settle_in(l, c);
	tag_ahead(j, l, c);
	return l->nhomes;
}

/* The loops as they are found become those that stay: a loop inside it disqualifies one. */
void kp_jit_find_loops(struct kp_jit *j)
{
	struct census *c = kp_host_alloc(sizeof(*c));
	u32 i, n, kept = 0, pc;

	for (pc = 0; c && pc < j->fn->ncode; pc = next_pc(j)) {
		fetch(j, pc);
		if (jumps(j) && jump_target(j) <= pc)
			note_loop(j, jump_target(j));
	}
	n = j->nloops;
	j->nloops = 0;
	for (i = 0; i < n; i++)
		if (learn(j, &j->loops_at[i], c))
			j->loops_at[kept++] = j->loops_at[i];
	j->nloops = kept;
	kp_host_free(c);
}

/* --- homes --- */

void kp_jit_put_tags(struct kp_jit *j)
{
	u32 i;

	for (i = 0; i < j->loop->nhomes; i++)
		if (j->loop->tagged & 1u << i)
			emit_store_imm(j, BPF_S_DW, j->base, tag_at(j, j->loop->home_of[i]), KTAP_T_INT);
}

void kp_jit_fetch_homes(struct kp_jit *j)
{
	u32 i;

	for (i = 0; j->loop && i < j->loop->nhomes; i++)
		emit_load(j, BPF_S_DW, home_at(i), j->base, num_at(j, j->loop->home_of[i]));
}

void kp_jit_write_homes_back(struct kp_jit *j)
{
	const struct kp_loop *l = j->loop;
	u32 i;

	for (i = 0; l && i < l->nhomes; i++) {
		if (!(l->written & 1u << i))
			continue;
		emit_store(j, BPF_S_DW, j->base, num_at(j, l->home_of[i]), home_at(i));
		if (l->twins && l->home_of[i] == l->counter)
			emit_store(j, BPF_S_DW, j->base, num_at(j, l->counter + 3), home_at(i));
	}
}
