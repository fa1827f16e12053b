/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fire.h - from an event to its handler. Any context; inlined into each event
 * source, since this is what every event costs.
 *
 * A firing is counted once, by what became of it: `run` or one of the `skipped`.
 * What adds up to `fired` is for the reader of the ledger to add.
 *
 * `frame` is where the kernel's stack is looked for: that of the function which the kernel called,
 * where that is there until the call here returns; else NULL, and whoever needs one takes
 * its own. The probes' own functions are often gone by then: their last call is a jump.
 */
#ifndef KP_FIRE_H
#define KP_FIRE_H

#include <linux/sched.h>

#include "context.h"
#include "session.h"
#include "../core/front.h"

#define kp_count(a, what)	this_cpu_inc((a)->stats->what)

/* Whether the event is inside the scope, and the session at work; if not it is counted. */
bool kp_fire_inside(const struct kp_attached *a);

/* Whether the handler's condition holds for the task that runs. */
static __always_inline bool kp_fire_condition(const struct kp_attached *a)
{
	return !a->cond_at ||
	       kp_cond_holds(&a->cond, *(const pid_t *)((const char *)current + a->cond_at));
}

/* The handler from its beginning, with an invocation of this CPU and level, unless that is at work. */
void kp_fire_whole(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		   long ret, const void *frame);

/*
 * Preemption is off. By its front in steps, and what that hands over. False: nothing is
 * done, since a handler is at work at this CPU and level.
 */
bool kp_fire_steps(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs, long ret);

/* Preemption is off. By its front that is all or nothing; false if that gives up. */
static __always_inline bool kp_fire_at_once(struct kp_attached *a, const void *front, const void *rec,
					    u32 rec_len, const void *regs, long ret)
{
	if (unlikely(KP_FRONT(front, &a->probe, rec, rec_len, regs, ret) != KP_FRONT_DONE))
		return false;
	kp_count(a, run);
	return true;
}

/* Preemption is off. By a front of either kind. */
static __always_inline bool kp_fire_front(struct kp_attached *a, const void *rec, u32 rec_len,
					  const void *regs, long ret)
{
	const void *front = a->front;

	if (!front)
		return a->steps && kp_fire_steps(a, rec, rec_len, regs, ret);
	return kp_fire_at_once(a, front, rec, rec_len, regs, ret);
}

/* As kp_fire_now(), by a front in steps. */
void kp_fire_stepwise(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		      long ret, const void *frame);

/* The gate is not open: what kp_fire_wanted(), kp_fire_decided() and kp_fire() do then. */
bool kp_gated_wanted(const struct kp_attached *a);
void kp_gated_decided(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		      long ret, const void *frame);
void kp_gated_fire(struct kp_attached *a, const void *rec, u32 rec_len, const void *regs,
		   long ret, const void *frame);

/* That of the function which this is part of, if it is known that none is given. */
#define KP_FRAME(frame)	(__builtin_constant_p(!(frame)) && !(frame) ? __builtin_frame_address(0) : (frame))

/* Its front, and if that gives up the whole; synchronize_rcu() waits for it. */
static __always_inline void kp_fire_now(struct kp_attached *a, const void *rec, u32 rec_len,
					const void *regs, long ret, const void *frame)
{
	const void *front = a->front;

	if (!front && a->steps) {
		kp_fire_stepwise(a, rec, rec_len, regs, ret, frame);
		return;
	}
	preempt_disable_notrace();
	if (unlikely(!front || !kp_fire_at_once(a, front, rec, rec_len, regs, ret)))
		kp_fire_whole(a, rec, rec_len, regs, ret, KP_FRAME(frame));
	preempt_enable_notrace();
}

/*
 * A firing in two steps, where something has to be made for the handler. False if it is
 * not to see the firing, or would end at once: which is counted then. Where preemption is
 * on between the two, the handler may run on a CPU outside the scope.
 */
static __always_inline bool kp_fire_wanted(const struct kp_attached *a)
{
	if (unlikely(READ_ONCE(a->session->gate)))
		return kp_gated_wanted(a);
	if (likely(kp_fire_condition(a)))
		return true;
	kp_count(a, run);
	return false;
}

static __always_inline void kp_fire_decided(struct kp_attached *a, const void *rec, u32 rec_len,
					    const void *regs, long ret, const void *frame)
{
	if (unlikely(READ_ONCE(a->session->gate)))
		kp_gated_decided(a, rec, rec_len, regs, ret, frame);
	else
		kp_fire_now(a, rec, rec_len, regs, ret, frame);
}

/* Both at once. */
static __always_inline void kp_fire_from(struct kp_attached *a, const void *rec, u32 rec_len,
					 const void *regs, long ret, const void *frame)
{
	if (unlikely(READ_ONCE(a->session->gate)))
		kp_gated_fire(a, rec, rec_len, regs, ret, frame);
	else if (likely(kp_fire_condition(a)))
		kp_fire_now(a, rec, rec_len, regs, ret, frame);
	else
		kp_count(a, run);
}

/* The same where no frame is known to stay. */
static __always_inline void kp_fire(struct kp_attached *a, const void *rec, u32 rec_len,
				    const void *regs, long ret)
{
	kp_fire_from(a, rec, rec_len, regs, ret, NULL);
}

#endif
