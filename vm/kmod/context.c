// SPDX-License-Identifier: GPL-2.0
/*
 * context.c - makes the invocations once, for all sessions that come.
 */
#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "context.h"

DEFINE_PER_CPU(struct kp_invocation *[KP_LEVELS], kp_invocations);

static DEFINE_MUTEX(making);
static bool made;

static struct kp_invocation *invocation_new(enum kp_level level)
{
	struct kp_invocation *inv = kzalloc(sizeof(*inv), GFP_KERNEL);

	if (inv && kp_ctx_init(&inv->ctx, level)) {
		kfree(inv);
		return NULL;
	}
	return inv;
}

static void invocation_free(struct kp_invocation *inv)
{
	if (!inv)
		return;
	kp_ctx_exit(&inv->ctx);
	kfree(inv);
}

/* Nobody uses them: no session has ever been ready, or none is left. */
void kp_contexts_exit(void)
{
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < KP_LEVELS; level++) {
			invocation_free(per_cpu(kp_invocations, cpu)[level]);
			per_cpu(kp_invocations, cpu)[level] = NULL;
		}
	}
	made = false;
}

static int make(void)
{
	int cpu, level;

	for_each_possible_cpu(cpu) {
		for (level = 0; level < KP_LEVELS; level++) {
			struct kp_invocation *inv = invocation_new(level);

			if (!inv)
				return -ENOMEM;
			per_cpu(kp_invocations, cpu)[level] = inv;
		}
	}
	return 0;
}

int kp_contexts_get(void)
{
	int err = 0;

	mutex_lock(&making);
	if (!made) {
		err = make();
		if (err)
			kp_contexts_exit();
		else
			made = true;
	}
	mutex_unlock(&making);
	return err;
}
