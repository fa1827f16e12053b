/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger.h - what became of every firing of every probe, per CPU. Counting is
 * one instruction in any context; the rest is process context. The session owns
 * the ledger.
 */
#ifndef KP_LEDGER_H
#define KP_LEDGER_H

#include <linux/percpu.h>

#include <ktap/ioctl.h>

/* Percpu memory comes in units; one page of a CPU's holds this many probes. */
#define KP_LEDGER_BATCH	36
#define KP_LEDGER_BATCHES	(KTAP_MAX_PROBES / KP_LEDGER_BATCH + 1)
_Static_assert(KP_LEDGER_BATCH * sizeof(struct ktap_probe_stats) <= 4096, "a batch in a page");

/* Read without a lock: what is there stays where it is. */
struct kp_ledger {
	struct ktap_probe_stats __percpu **batch;	/* KP_LEDGER_BATCHES; NULL: none yet */
	u32 nbatch;
};

/* Counters of probe `id`, zero at first; NULL without memory. Ids come in order. */
struct ktap_probe_stats __percpu *kp_ledger_add(struct kp_ledger *l, u32 id);

/* The sum over all CPUs. */
void kp_ledger_read(const struct kp_ledger *l, u32 id, struct ktap_probe_stats *sum);

/* Nothing counts any more. */
void kp_ledger_exit(struct kp_ledger *l);

#endif
