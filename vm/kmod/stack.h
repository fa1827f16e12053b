/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stack.h - what the walk of the kernel's stack has to know of a probe.
 */
#ifndef KP_STACK_KMOD_H
#define KP_STACK_KMOD_H

struct kp_attached;
struct tracepoint;

/* At module init. */
void kp_stack_init(void);

/*
 * Process context, before the probe is registered: a tracepoint with several probes
 * calls them from a function of its own, which is no part of the traced stack.
 */
void kp_stack_note_iterator(struct kp_attached *a, const struct tracepoint *tp);

#endif
