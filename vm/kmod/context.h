/* SPDX-License-Identifier: GPL-2.0 */
/*
 * context.h - the private state of invocations: per CPU one for each level that
 * can interrupt another (task, softirq, hardirq, NMI), shared by all sessions.
 * kp_context_claim() and _give_back() run in any context.
 */
#ifndef KP_CONTEXT_H
#define KP_CONTEXT_H

#include <linux/percpu.h>
#include <linux/preempt.h>

#include "../core/vm.h"

#define KP_LEVELS	(KP_LEVEL_NMI + 1)

/* What a handler at one level of one CPU has to itself. */
struct kp_invocation {
	u8 busy;
	void *hooking;		/* function_return.c */
	struct kp_event ev;
	struct kp_ctx ctx;
};

DECLARE_PER_CPU(struct kp_invocation *[KP_LEVELS], kp_invocations);

/* Process context. Makes them for all CPUs on the first call; 0 or -ENOMEM. */
int kp_contexts_get(void);

/* Process context, at module exit. */
void kp_contexts_exit(void);

/* Preemption is off. NULL before kp_contexts_get(). */
static __always_inline struct kp_invocation *kp_invocation_here(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return raw_cpu_read(kp_invocations[KP_LEVEL_TASK]);
	if (count & NMI_MASK)
		return raw_cpu_read(kp_invocations[KP_LEVEL_NMI]);
	if (count & HARDIRQ_MASK)
		return raw_cpu_read(kp_invocations[KP_LEVEL_HARDIRQ]);
	return raw_cpu_read(kp_invocations[KP_LEVEL_SOFTIRQ]);
}

/*
 * Claims the invocation of this CPU and level; NULL if a handler is at work there
 * already: what it does may be an event itself. A level cannot lose the CPU to itself,
 * so a plain byte guards it. Preemption is off from before this until it is given back.
 */
static __always_inline struct kp_invocation *kp_context_claim(void)
{
	struct kp_invocation *inv = kp_invocation_here();

	if (unlikely(inv->busy))
		return NULL;
	inv->busy = 1;
	barrier();
	return inv;
}

static __always_inline void kp_context_give_back(struct kp_invocation *inv)
{
	barrier();
	inv->busy = 0;
}

/*
 * Keeps handlers of this CPU and level out while the kernel is called that
 * might be traced: a lock of the core's may be held. Returns what to give back.
 */
static inline u8 kp_context_shut(void)
{
	struct kp_invocation *inv;
	u8 was = 0;

	preempt_disable_notrace();
	inv = kp_invocation_here();
	if (inv) {
		was = inv->busy;
		inv->busy = 1;
	}
	barrier();
	return was;
}

static inline void kp_context_open(u8 was)
{
	struct kp_invocation *inv = kp_invocation_here();

	barrier();
	if (inv)
		inv->busy = was;
	preempt_enable_notrace();
}

#endif
