// SPDX-License-Identifier: GPL-2.0
/*
 * counters.c - perf counters that follow the CPUs.
 *
 * While a CPU comes or goes its callbacks may not make or release counters: of some the first
 * and the last change a static key, which waits until no CPU comes or goes, and would for ever.
 * The callbacks only note that the CPU's turn is over, and a worker follows. The kernel itself
 * takes a counter from a CPU that goes; it can still be read, and counts no more even when the
 * CPU comes back. So a counter that was made in an earlier turn is exchanged.
 */
#include <linux/cpuhotplug.h>
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "counters.h"

struct slot {
	struct perf_event *event;
	u32 made;		/* in which turn */
	u32 turn;		/* changed by the callbacks */
};

struct kp_counters {
	struct perf_event_attr attr;
	const struct kp_counters_user *user;
	void *data;
	struct slot __percpu *slot;
	struct hlist_node node;
	struct mutex lock;	/* of the events; not taken by the callbacks */
	struct work_struct work;
};

static enum cpuhp_state state;

static int next_turn(unsigned int cpu, struct hlist_node *node)
{
	struct kp_counters *c = hlist_entry(node, struct kp_counters, node);
	struct slot *s = per_cpu_ptr(c->slot, cpu);

	WRITE_ONCE(s->turn, s->turn + 1);
	queue_work(system_unbound_wq, &c->work);
	return 0;
}

static void release(struct kp_counters *c, struct slot *s)
{
	if (!s->event)
		return;
	perf_event_disable(s->event);
	if (c->user->ends)
		c->user->ends(c->data, s->event);
	perf_event_release_kernel(s->event);
	s->event = NULL;
}

/* The turn is read first: if the CPU goes meanwhile, the worker comes again. */
static int follow_cpu(struct kp_counters *c, unsigned int cpu)
{
	struct slot *s = per_cpu_ptr(c->slot, cpu);
	u32 turn = smp_load_acquire(&s->turn);
	struct perf_event *event;

	if (s->made != turn)
		release(c, s);
	if (s->event || !cpu_online(cpu) || (c->user->wants && !c->user->wants(c->data, cpu)))
		return 0;
	event = perf_event_create_kernel_counter(&c->attr, cpu, NULL, c->user->on_overflow, c->data);
	if (IS_ERR(event))	/* ENODEV: it has gone */
		return PTR_ERR(event) == -ENODEV ? 0 : PTR_ERR(event);
	s->made = turn;
	s->event = event;
	return 0;
}

static void follow(struct work_struct *work)
{
	struct kp_counters *c = container_of(work, struct kp_counters, work);
	unsigned int cpu;

	mutex_lock(&c->lock);
	for_each_possible_cpu(cpu)
		if (follow_cpu(c, cpu))
			c->user->lacks(c->data);
	mutex_unlock(&c->lock);
}

static int begin(struct kp_counters *c)
{
	unsigned int cpu;
	int err = 0;

	mutex_lock(&c->lock);
	for_each_possible_cpu(cpu) {
		err = follow_cpu(c, cpu);
		if (err)
			break;
	}
	mutex_unlock(&c->lock);
	return err;
}

struct kp_counters *kp_counters_begin(const struct perf_event_attr *attr, const struct kp_counters_user *user,
				      void *data)
{
	struct kp_counters *c = kzalloc(sizeof(*c), GFP_KERNEL);
	int err = -ENOMEM;

	if (!c)
		return ERR_PTR(err);
	*c = (struct kp_counters){ .attr = *attr, .user = user, .data = data };
	mutex_init(&c->lock);
	INIT_WORK(&c->work, follow);
	c->slot = alloc_percpu(struct slot);
	if (!c->slot)
		goto err_slot;
	err = cpuhp_state_add_instance_nocalls(state, &c->node);
	if (err)
		goto err_state;
	err = begin(c);
	if (!err)
		return c;
	kp_counters_end(c);
	return ERR_PTR(err);

err_state:
	free_percpu(c->slot);
err_slot:
	kfree(c);
	return ERR_PTR(err);
}

/*
 * What may still run: callbacks, until the instance is removed, which waits for them; the
 * worker, until it is cancelled behind them, since nobody else queues it; overflows, until
 * each counter is released, which takes it off its CPU by a call to that CPU. A counter whose
 * CPU has gone has no place to overflow on.
 */
void kp_counters_end(struct kp_counters *c)
{
	unsigned int cpu;

	cpuhp_state_remove_instance_nocalls(state, &c->node);
	cancel_work_sync(&c->work);
	for_each_possible_cpu(cpu)
		release(c, per_cpu_ptr(c->slot, cpu));
	free_percpu(c->slot);
	kfree(c);
}

int kp_counters_init(void)
{
	int nr = cpuhp_setup_state_multi(CPUHP_AP_ONLINE_DYN, "ktap:counters", next_turn, next_turn);

	if (nr < 0)
		return nr;
	state = nr;
	return 0;
}

/* No instance is left: sessions hold the module. */
void kp_counters_exit(void)
{
	cpuhp_remove_multi_state(state);
}
