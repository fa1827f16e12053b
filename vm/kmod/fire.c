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
	kp_context_give_back(inv);
}
