// SPDX-License-Identifier: GPL-2.0
/*
 * fire.c - the invocation of a handler.
 */
#include "fire.h"

static void finish(struct kp_attached *a, struct kp_invocation *inv, bool good)
{
	if (unlikely(!good))
		kp_count(a, errors);
	if (unlikely(inv->ctx.start_ns))
		kp_governor_long(a->session, &inv->ctx);
	kp_context_give_back(inv);
}

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
	ev->frame = frame ?: __builtin_frame_address(0);
	finish(a, inv, kp_vm_handle(&inv->ctx, &a->session->vm, a->fn, ev));
}

/* What a front in steps is given, and what the rest of the handler needs. */
struct steps {
	struct kp_stepping s;
	struct kp_invocation *inv;	/* free */
	const void *frame;
};

/*
 * The invocation is as free as it was: who took it meanwhile at this level was an event
 * inside what the front called, and has given it back.
 */
u64 kp_host_go_on(const struct kp_stepping *s, u64 at, const struct kp_value *R)
{
	const struct steps *g = container_of(s, struct steps, s);
	struct kp_invocation *inv = g->inv;
	struct kp_event *ev = &inv->ev;
	struct kp_attached *a = container_of(s->f.probe, struct kp_attached, probe);

	inv->busy = 1;
	barrier();
	ev->probe = &a->probe;
	ev->rec = s->f.rec;
	ev->rec_len = s->f.rec_len;
	ev->nwords = 0;
	ev->regs = s->f.regs;
	ev->ret = s->f.ret;
	ev->frame = g->frame;
	finish(a, inv, kp_vm_go_on(&inv->ctx, &a->session->vm, a->fn, ev, KP_FRONT_PC(at), R,
				   KP_FRONT_HAVE(at)));
	return 0;
}

static __always_inline bool fire_steps(struct kp_attached *a, const void *rec, u32 rec_len,
				       const void *regs, long ret, const void *frame)
{
	struct kp_invocation *inv = kp_invocation_here();
	struct steps g = {
		.s = { .f = { &a->probe, rec, rec_len, regs, ret }, .cl = a->fn },
		.inv = inv, .frame = frame,
	};

	if (unlikely(inv->busy))
		return false;
	KP_STEPS(a->steps, &g.s);
	kp_count(a, run);
	return true;
}

KP_LEAN bool kp_fire_steps(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
			   long ret)
{
	return fire_steps(a, rec, rec_len, regs, ret, __builtin_frame_address(0));
}

KP_LEAN void kp_fire_stepwise(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
			      long ret, const void *frame)
{
	frame = frame ?: __builtin_frame_address(0);
	preempt_disable_notrace();
	if (unlikely(!fire_steps(a, rec, rec_len, regs, ret, frame)))
		kp_fire_whole(a, rec, rec_len, regs, ret, frame);
	preempt_enable_notrace();
}

/* --- the gate is not open --- */

static __always_inline bool is_turn(struct kp_session *s)
{
	bool yes;

	preempt_disable_notrace();
	yes = !kp_governor_skips(&s->governor) && kp_governor_admits(s);
	preempt_enable_notrace();
	return yes;
}

/*
 * Those whose condition does not hold cost nothing and take no turn. What is skipped at
 * events that come all the time is skipped here, before anything else is looked at.
 */
static __always_inline bool is_wanted(const struct kp_attached *a)
{
	struct kp_session *s = a->session;

	if (READ_ONCE(s->gate) != BIT(KP_GATE_WATCH) && !kp_fire_inside(a))
		return false;
	if (!kp_fire_condition(a)) {
		kp_count(a, run);
		return false;
	}
	if (is_turn(s))
		return true;
	kp_count(a, skipped_throttled);
	return false;
}

bool kp_gated_wanted(const struct kp_attached *a)
{
	return is_wanted(a);
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
	if (is_wanted(a))
		kp_gated_decided(a, rec, rec_len, regs, ret, frame);
}
