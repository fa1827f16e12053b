// SPDX-License-Identifier: GPL-2.0
/*
 * tp_record.c - the builders by name, and the memory that they build in.
 */
#include <linux/bsearch.h>
#include <linux/kernel.h>

#include "tp_build.h"

struct kp_tp_slot __percpu *kp_tp_slots;

/* Generated, one a file; Kbuild.include says how many. */
#define KP_TP_BATCHES(_)	_(0) _(1) _(2) _(3)

#define _(n) extern const struct kp_tp_batch kp_tp_batch_##n;
KP_TP_BATCHES(_)
#undef _

static const struct kp_tp_batch *const batches[] = {
#define _(n) &kp_tp_batch_##n,
	KP_TP_BATCHES(_)
#undef _
};

static int by_name(const void *name, const void *builder)
{
	return strcmp(name, ((const struct kp_tp_builder *)builder)->name);
}

/* Names of tracepoints are unique in the kernel; the system is only checked. */
static const struct kp_tp_builder *find_in(const struct kp_tp_batch *b,
					   const char *system, const char *event)
{
	const struct kp_tp_builder *found;

	found = bsearch(event, b->builder, b->n, sizeof(*b->builder), by_name);
	return found && !strcmp(found->system, system) ? found : NULL;
}

const struct kp_tp_builder *kp_tp_find(const char *system, const char *event)
{
	const struct kp_tp_builder *found = NULL;
	int i;

	for (i = 0; i < ARRAY_SIZE(batches) && !found; i++)
		found = find_in(batches[i], system, event);
	return found;
}

int kp_tp_init(void)
{
	kp_tp_slots = __alloc_percpu(KP_TP_LEVELS * sizeof(struct kp_tp_slot),
				     __alignof__(struct kp_tp_slot));
	return kp_tp_slots ? 0 : -ENOMEM;
}

void kp_tp_exit(void)
{
	free_percpu(kp_tp_slots);
	kp_tp_slots = NULL;
}
