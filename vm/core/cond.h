/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cond.h - the condition that a handler begins with, where it compares the process or
 * the thread with a number: the host decides it before it does anything for the event.
 * What follows it, joined by `and` too, is the handler's matter.
 */
#ifndef KP_COND_H
#define KP_COND_H

#include "prog.h"

/* Numbers from `low` on, `span` more, or all but these. */
struct kp_cond {
	s64 low;
	u64 span;
	bool out;
	u32 var;		/* KTAP_CTX_PID or KTAP_CTX_TID */
};

/* Process context, after the verifier. False: the handler begins with none. */
bool kp_cond_of(const struct kp_fn *fn, struct kp_cond *cond);

/* Any context. */
static __always_inline bool kp_cond_holds(const struct kp_cond *cond, s64 n)
{
	return ((u64)n - (u64)cond->low <= cond->span) != cond->out;
}

#endif
