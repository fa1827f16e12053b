// SPDX-License-Identifier: GPL-2.0
/*
 * fire.c - the invocation of a handler.
 */
#include "fire.h"

/* Preemption is off, so synchronize_rcu() waits for it. */
void kp_fire_whole(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		   long ret, const void *frame)
{
	struct kp_invocation *inv = kp_context_claim();
	struct kp_event *ev;

	if (unlikely(!inv)) {
		kp_count(a, skipped_reentry);
		return;
	}
	kp_count(a, run);
	ev = &inv->ev;
	ev->probe = &a->probe;
	ev->rec = rec;
	ev->rec_len = rec_len;
	ev->nwords = 0;
	ev->regs = regs;
	ev->ret = ret;
	ev->frame = frame;
	if (unlikely(!kp_vm_handle(&inv->ctx, &a->session->vm, a->fn, ev)))
		kp_count(a, errors);
	if (unlikely(inv->ctx.start_ns))
		kp_governor_long(a->session, &inv->ctx);
	kp_context_give_back(inv);
}

/* --- the gate is not open --- */

/* Those whose condition does not hold cost nothing and take no turn. */
bool kp_gated_wanted(const struct kp_attached *a)
{
	bool admitted;

	if (!kp_fire_inside(a))
		return false;
	if (!kp_fire_condition(a)) {
		kp_count(a, run);
		return false;
	}
	preempt_disable_notrace();
	admitted = kp_governor_admits(a->session);
	preempt_enable_notrace();
	if (unlikely(!admitted))
		kp_count(a, skipped_throttled);
	return admitted;
}

static void fire_measured(struct kp_attached *a, const void *rec, u32 rec_len,
			  const void *regs, long ret, const void *frame)
{
	struct kp_measure m;

	preempt_disable_notrace();
	kp_governor_begin(a->session, &m);
	kp_fire_now(a, rec, rec_len, regs, ret, frame);
	kp_governor_end(a->session, &m);
	preempt_enable_notrace();
}

void kp_gated_decided(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		      long ret, const void *frame)
{
	if (test_bit(KP_GATE_WATCH, &a->session->gate))
		fire_measured(a, rec, rec_len, regs, ret, frame);
	else
		kp_fire_now(a, rec, rec_len, regs, ret, frame);
}

void kp_gated_fire(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		   long ret, const void *frame)
{
	if (kp_gated_wanted(a))
		kp_gated_decided(a, rec, rec_len, regs, ret, frame);
}
