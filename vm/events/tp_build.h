/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tp_build.h - where builders put records: a slot for each CPU and each level
 * that can interrupt another. Any context. For generated code and tp_record.c.
 */
#ifndef KP_TP_BUILD_H
#define KP_TP_BUILD_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/trace_events.h>

#include "tp_record.h"

#define KP_TP_LEVELS	4	/* task, softirq, hardirq, NMI */

struct kp_tp_slot {
	u8 busy;
	char rec[KP_TP_RECORD_BYTES] __aligned(8);
};

/* The builders of one generated file, sorted by name. */
struct kp_tp_batch {
	const struct kp_tp_builder *builder;
	unsigned int n;
};

extern struct kp_tp_slot __percpu *kp_tp_slots;

/* Preemption is off. Hardirqs and NMIs count in two terms: no branches. */
static __always_inline struct kp_tp_slot *kp_tp_slot_here(void)
{
	const unsigned int count = preempt_count();
	unsigned int level = !!(count & NMI_MASK) +
		!!(count & (NMI_MASK | HARDIRQ_MASK)) +
		!!(count & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET));

	return raw_cpu_ptr(kp_tp_slots) + level;
}

/*
 * Claims the slot of this CPU and level, with preemption off from here to
 * kp_tp_release(); NULL, counted, if a record is being made in it. A level
 * cannot lose the CPU to itself, so a plain byte guards it.
 */
static __always_inline void *kp_tp_reserve(void *data)
{
	struct kp_tp_slot *slot;

	preempt_disable_notrace();
	slot = kp_tp_slot_here();
	if (unlikely(slot->busy)) {
		kp_tp_record_missed(data, KP_TP_MISS_REENTRY);
		preempt_enable_notrace();
		return NULL;
	}
	slot->busy = 1;
	barrier();
	return slot->rec;
}

static __always_inline void kp_tp_release(void *rec)
{
	struct kp_tp_slot *slot = container_of(rec, struct kp_tp_slot, rec[0]);

	barrier();
	slot->busy = 0;
	preempt_enable_notrace();
}

/* Before the record is built: whether its bytes have room, else counted. */
static __always_inline bool kp_tp_fits(void *data, u32 len)
{
	if (likely(len <= KP_TP_RECORD_BYTES))
		return true;
	kp_tp_record_missed(data, KP_TP_MISS_SIZE);
	return false;
}

/* The common fields: one store, since the rest is for the reader to know. */
static __always_inline void kp_tp_head(struct trace_entry *ent)
{
	BUILD_BUG_ON(sizeof(*ent) != 8);
	ent->type = 0;
	ent->flags = 0;
	ent->preempt_count = 0;
	ent->pid = current->pid;
}

#endif
