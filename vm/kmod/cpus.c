// SPDX-License-Identifier: GPL-2.0
/*
 * cpus.c - one hotplug state of the module, whose instances are probes.
 */
#include <linux/cpuhotplug.h>

#include "attach.h"
#include "cpus.h"
#include "session.h"

static enum cpuhp_state state;

static struct kp_attached *attached_of(struct hlist_node *node)
{
	return hlist_entry(node, struct kp_attached, on_cpus);
}

/*
 * Where it fails while a CPU comes up, the CPU is to come up all the same: what
 * the script does not see of it is a loss, which is told.
 */
static int online(unsigned int cpu, struct hlist_node *node)
{
	struct kp_attached *a = attached_of(node);
	int err;

	if (!kp_scope_has_cpu(&a->session->scope, cpu))
		return 0;
	err = a->ops->online(a, cpu);
	if (!err || a->adding)
		return err;
	this_cpu_inc(a->stats->missed);
	return 0;
}

static int offline(unsigned int cpu, struct hlist_node *node)
{
	struct kp_attached *a = attached_of(node);

	if (kp_scope_has_cpu(&a->session->scope, cpu))
		a->ops->offline(a, cpu);
	return 0;
}

int kp_cpus_add(struct kp_attached *a)
{
	int err;

	a->adding = true;
	err = cpuhp_state_add_instance(state, &a->on_cpus);
	a->adding = false;
	return err;
}

void kp_cpus_remove(struct kp_attached *a)
{
	cpuhp_state_remove_instance(state, &a->on_cpus);
}

int kp_cpus_init(void)
{
	int nr = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN, "ktap:online", online, offline);

	if (nr < 0)
		return nr;
	state = nr;
	return 0;
}

/* No instance is left: sessions hold the module. */
void kp_cpus_exit(void)
{
	cpuhp_remove_multi_state(state);
}
