// SPDX-License-Identifier: GPL-2.0
/*
 * verify_flow.c - runs a function over sets of kinds until nothing changes.
 *
 * Sets only grow where paths meet, so it ends; a budget ends it sooner for code made
 * to be slow. State is kept for heads of blocks only. No recursion.
 */
#include "verify.h"

/* The element behind a head's registers. */
enum { REACHED = 1, DIRTY = 2 };

#define MAX_STATE_BYTES	(16u << 20)

static u32 *head_state(const struct kp_verifier *v, u32 pc)
{
	return v->state + (size_t)(v->mark[pc] - HEAD) * (v->fn->nregs + 1);
}

/* Adds the current state to that of the head at pc. */
static void join(struct kp_verifier *v, u32 pc)
{
	u32 i, nregs = v->fn->nregs;
	u32 *state = head_state(v, pc);
	u32 fresh = !(state[nregs] & REACHED);

	for (i = 0; i < nregs; i++) {
		fresh |= v->cur[i] & ~state[i];
		state[i] |= v->cur[i];
	}
	v->budget -= 1 + nregs / 16;
	if (!fresh)
		return;
	state[nregs] |= REACHED | DIRTY;
	if (pc <= v->pc)
		v->again = true;
}

/* One instruction: reads, then writes along each way out. */
static int flow_instruction(struct kp_verifier *v)
{
	s64 target;
	int err = kp_v_read(v);

	if (err)
		return err;
	kp_v_note(v);
	if (kp_v_jump_target(v, &target)) {
		kp_v_write(v, true);
		join(v, (u32)target);
	}
	kp_v_write(v, false);
	return 0;
}

/* From a head up to the next one or to an instruction that ends the way. */
static int flow_block(struct kp_verifier *v, u32 pc)
{
	u32 *state = head_state(v, pc);
	int err;

	state[v->fn->nregs] &= ~(u32)DIRTY;
	memcpy(v->cur, state, v->fn->nregs * sizeof(*v->cur));
	v->open = -1;
	for (;;) {
		fetch(v, pc);
		if (--v->budget < 0)
			return bad(v, KTAP_E_V_COMPLEX, 0, 0);
		err = flow_instruction(v);
		if (err || info(v)->flags & KTAP_F_E)
			return err;
		pc += length(v);
		if (v->mark[pc] < HEAD)
			continue;
		join(v, pc);
		return 0;
	}
}

/* Runs the blocks whose state has changed, in order of pc. */
static int sweep(struct kp_verifier *v)
{
	u32 pc, nregs = v->fn->nregs;
	int err = 0;

	v->again = false;
	v->budget -= v->fn->ncode / 8 + 1;
	for (pc = 0; !err && pc < v->fn->ncode; pc++) {
		if (v->mark[pc] < HEAD || !(head_state(v, pc)[nregs] & DIRTY))
			continue;
		err = flow_block(v, pc);
	}
	return err;
}

static int flow(struct kp_verifier *v)
{
	int err;

	v->budget = 128 * (s64)v->fn->ncode + 65536;
	v->pc = 0;
	set(v, 0, v->fn->nparams, PLAIN);
	set(v, v->fn->nparams, v->fn->nregs, UNINIT);
	join(v, 0);
	do {
		err = sweep(v);
	} while (!err && v->again);
	return err;
}

/* Memory for the states of all heads, and one more for the current state. */
int kp_v_flow(struct kp_verifier *v)
{
	size_t one = v->fn->nregs + 1u, bytes = (v->nheads + 1) * one * sizeof(u32);
	int err;

	v->pc = 0;
	if (bytes > MAX_STATE_BYTES)
		return bad(v, KTAP_E_V_COMPLEX, 0, 0);
	v->state = kp_host_alloc(bytes);
	if (!v->state) {
		bad(v, KTAP_E_NOMEM, 0, 0);
		return -ENOMEM;
	}
	v->cur = v->state + v->nheads * one;
	err = flow(v);
	kp_host_free(v->state);
	return err;
}
