// SPDX-License-Identifier: GPL-2.0
/*
 * ledger.c - per-CPU counters in batches, so that hundreds of probes do not ask
 * the percpu allocator hundreds of times.
 */
#include <linux/cpumask.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "ledger.h"
#include <ktap/limits.h>

static bool add_batch(struct kp_ledger *l)
{
	struct ktap_probe_stats __percpu *b;

	if (!l->batch)
		l->batch = kvcalloc(KP_LEDGER_BATCHES, sizeof(*l->batch), GFP_KERNEL_ACCOUNT);
	if (!l->batch)
		return false;
	b = __alloc_percpu(KP_LEDGER_BATCH * sizeof(*b), 16);
	if (!b)
		return false;
	l->batch[l->nbatch++] = b;
	return true;
}

struct ktap_probe_stats __percpu *kp_ledger_add(struct kp_ledger *l, u32 id)
{
	if (id / KP_LEDGER_BATCH == l->nbatch && !add_batch(l))
		return NULL;
	return l->batch[id / KP_LEDGER_BATCH] + id % KP_LEDGER_BATCH;
}

/* A firing is counted once, by what became of it. */
void kp_ledger_read(const struct kp_ledger *l, u32 id, struct ktap_probe_stats *sum)
{
	struct ktap_probe_stats __percpu *p =
		l->batch[id / KP_LEDGER_BATCH] + id % KP_LEDGER_BATCH;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct ktap_probe_stats *s = per_cpu_ptr(p, cpu);

#define _(member, kind, name, text) sum->member += READ_ONCE(s->member);
		KTAP_PROBE_COUNTS(_)
#undef _
	}
	sum->fired = ktap_probe_accounted(sum);
}

void kp_ledger_exit(struct kp_ledger *l)
{
	u32 i;

	for (i = 0; i < l->nbatch; i++)
		free_percpu(l->batch[i]);
	kvfree(l->batch);
	l->batch = NULL;
	l->nbatch = 0;
}
