// SPDX-License-Identifier: GPL-2.0
/*
 * scope.c - the processes, CPUs and cgroup that LOAD names; forks that are followed.
 *
 * A process joins in its parent's context before it runs, so none of its events is
 * missed. It leaves when its last structure is freed: its end is still its own,
 * and its number is not yet given away for long.
 */
#include <linux/cgroup.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/threads.h>
#include <linux/uaccess.h>

#include "fire.h"
#include "scope.h"
#include "../events/tp_table.h"
#include <ktap/ioctl.h>

/* --- any context --- */

static noinline bool in_cgroup(struct cgroup *of)
{
#ifdef CONFIG_CGROUPS
	bool yes;

	preempt_disable_notrace();	/* a read-side section of RCU */
	yes = cgroup_is_descendant(rcu_dereference_raw(current->cgroups)->dfl_cgrp, of);
	preempt_enable_notrace();
	return yes;
#else
	return false;
#endif
}

/* What happens here and now is inside. */
static __always_inline bool is_inside(const struct kp_scope *sc)
{
	return kp_scope_has_cpu(sc, raw_smp_processor_id()) &&
	       (!sc->procs || test_bit(current->tgid, sc->procs)) &&
	       (!sc->cgroup || in_cgroup(sc->cgroup));
}

bool kp_fire_inside(const struct kp_attached *a)
{
	const struct kp_session *s = a->session;

	if (!is_inside(&s->scope)) {
		kp_count(a, skipped_filter);
		return false;
	}
	if (kp_session_over(s)) {
		kp_count(a, skipped_stopped);
		return false;
	}
	return true;
}

/* The probe of sched_process_fork: the child has not run yet. */
static void on_fork(void *scope, struct task_struct *parent, struct task_struct *child)
{
	struct kp_scope *sc = scope;

	if (test_bit(parent->tgid, sc->procs))
		set_bit(child->tgid, sc->procs);
}

/* The probe of sched_process_free. A leader that exec replaced has lost that rank. */
static void on_free(void *scope, struct task_struct *task)
{
	struct kp_scope *sc = scope;

	if (thread_group_leader(task))
		clear_bit(task->tgid, sc->procs);
}

/* --- processes --- */

static int watch(const char *name, void *probe, struct kp_scope *sc, bool *on)
{
	struct tracepoint *tp = kp_tracepoint_find(name);
	int err = tp ? tracepoint_probe_register(tp, probe, sc) : KP_NO_TRACEPOINT;

	*on = !err;
	return err;
}

static void unwatch(const char *name, void *probe, struct kp_scope *sc, bool *on)
{
	if (*on)
		tracepoint_probe_unregister(kp_tracepoint_find(name), probe, sc);
	*on = false;
}

/*
 * A process that is found here is freed after the section of RCU in which its bit
 * is set, so that on_free() finds the bit.
 */
static int add_proc(struct kp_scope *sc, u32 nr)
{
	struct pid *pid = nr && nr <= INT_MAX ? find_get_pid(nr) : NULL;
	struct task_struct *task;

	if (!nr || nr > INT_MAX)
		return -EINVAL;
	rcu_read_lock();
	task = pid_task(pid, PIDTYPE_PID);
	if (task) {
		sc->only = task->tgid;
		set_bit(task->tgid, sc->procs);
	}
	rcu_read_unlock();
	put_pid(pid);
	return task ? 0 : -ESRCH;
}

static int add_procs(struct kp_scope *sc, const u32 *nr, u32 n)
{
	int err = 0;
	u32 i;

	for (i = 0; i < n && !err; i++)
		err = add_proc(sc, nr[i]);
	return err;
}

static int take_procs(struct kp_scope *sc, const struct ktap_ioc_load *io)
{
	bool follow = io->flags & KTAP_LOAD_FOLLOW;
	u32 *nr;
	int err;

	if (!io->npids)
		return follow ? -EINVAL : 0;
	if (io->npids > KTAP_MAX_PIDS)
		return -EINVAL;
	nr = memdup_user(u64_to_user_ptr(io->pids), io->npids * sizeof(*nr));
	if (IS_ERR(nr))
		return PTR_ERR(nr);
	sc->procs = kvcalloc(BITS_TO_LONGS(PID_MAX_LIMIT), sizeof(long), GFP_KERNEL_ACCOUNT);
	err = sc->procs ? watch("sched_process_free", on_free, sc, &sc->watching) : -ENOMEM;
	if (!err && follow)
		err = watch("sched_process_fork", on_fork, sc, &sc->following);
	if (!err)
		err = add_procs(sc, nr, io->npids);
	if (follow || io->npids > 1)
		sc->only = 0;
	kfree(nr);
	return err;
}

/* --- CPUs, cgroup --- */

static int take_cpus(struct kp_scope *sc, const struct ktap_ioc_load *io)
{
	u8 *bits;
	u32 i;
	int err = 0;

	if (!io->cpus_len)
		return 0;
	if (io->cpus_len > DIV_ROUND_UP(NR_CPUS, 8))
		return -EINVAL;
	bits = memdup_user(u64_to_user_ptr(io->cpus), io->cpus_len);
	if (IS_ERR(bits))
		return PTR_ERR(bits);
	sc->cpus = kzalloc(cpumask_size(), GFP_KERNEL);
	if (!sc->cpus)
		err = -ENOMEM;
	for (i = 0; i < io->cpus_len * 8 && !err; i++) {
		if (!(bits[i / 8] >> i % 8 & 1))
			continue;
		if (i < nr_cpu_ids && cpu_possible(i))
			cpumask_set_cpu(i, sc->cpus);
		else
			err = -EINVAL;
	}
	kfree(bits);
	return err ?: cpumask_empty(sc->cpus) ? -EINVAL : 0;
}

static int find_cgroup(struct kp_scope *sc, int fd)
{
#ifdef CONFIG_CGROUPS
	struct cgroup *cgroup = cgroup_get_from_fd(fd);

	if (IS_ERR(cgroup))
		return PTR_ERR(cgroup);
	sc->cgroup = cgroup;
	return 0;
#else
	return -ENOSYS;
#endif
}

static int take_cgroup(struct kp_scope *sc, const struct ktap_ioc_load *io)
{
	if (!(io->flags & KTAP_LOAD_CGROUP))
		return io->cgroup ? -EINVAL : 0;
	return find_cgroup(sc, io->cgroup);
}

int kp_scope_init(struct kp_scope *sc, const struct ktap_ioc_load *io)
{
	int err = take_procs(sc, io) ?: take_cpus(sc, io) ?: take_cgroup(sc, io);

	if (err)
		kp_scope_exit(sc);
	return err;
}

/*
 * What may still run: the probes of forks and ends, in their tracepoints' read-side
 * sections. They are unregistered, and one wait ends those that had begun.
 */
void kp_scope_exit(struct kp_scope *sc)
{
	bool wait = sc->watching;

	unwatch("sched_process_fork", on_fork, sc, &sc->following);
	unwatch("sched_process_free", on_free, sc, &sc->watching);
	if (wait)
		tracepoint_synchronize_unregister();
	kvfree(sc->procs);
	kfree(sc->cpus);
#ifdef CONFIG_CGROUPS
	if (sc->cgroup)
		cgroup_put(sc->cgroup);
#endif
	*sc = (struct kp_scope){ 0 };
}
