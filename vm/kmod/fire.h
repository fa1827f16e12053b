/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fire.h - from an event to its handler. Any context; inlined into each event
 * source, since this is what every event costs.
 *
 * A firing is counted once, by what became of it: `run` or one of the `skipped`.
 * What adds up to `fired` is for the reader of the ledger to add.
 */
#ifndef KP_FIRE_H
#define KP_FIRE_H

#include <linux/sched.h>

#include "context.h"
#include "session.h"

#define kp_count(a, what)	this_cpu_inc((a)->stats->what)

/* The gate is not open: whether the event is inside the scope, and the session at work. */
bool kp_fire_gate(const struct kp_attached *a);

/*
 * False if the handler is not to see the firing, which is counted then.
 * Where preemption is on between this and kp_fire(), the handler may run on a CPU
 * outside the scope.
 */
static __always_inline bool kp_fire_wanted(const struct kp_attached *a)
{
	return likely(!READ_ONCE(a->session->gate)) || kp_fire_gate(a);
}

/*
 * Runs the handler of a wanted firing. Preemption is off while it does, so
 * synchronize_rcu() waits for it. `frame` is that of the function which the kernel
 * called, NULL: it cannot be told.
 */
static __always_inline void kp_fire_from(struct kp_attached *a, const void *rec, u32 rec_len,
					 const void *regs, long ret, const void *frame)
{
	struct kp_invocation *inv = kp_context_enter();
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
	kp_context_leave(inv);
}

/* The kernel called the function that this is part of. */
static __always_inline void kp_fire(struct kp_attached *a, const void *rec, u32 rec_len,
				    const void *regs, long ret)
{
	kp_fire_from(a, rec, rec_len, regs, ret, __builtin_frame_address(0));
}

#endif
