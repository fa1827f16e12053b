// SPDX-License-Identifier: GPL-2.0
/*
 * probe_ufunc.c - functions, addresses and markers of programs and libraries:
 * uprobes. The place is a file and an offset into it, so that every process that
 * maps the file passes there, those that start later too.
 *
 * A handler is called in the task's own context with preemption on, between two
 * of its instructions; kp_fire() turns preemption off. In a session that traces
 * one process no other gets a breakpoint; one that inherits it by fork loses it
 * when it comes there for the first time.
 */
#include <linux/dcache.h>
#include <linux/limits.h>
#include <linux/mm_types.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "fire.h"
#include "ufunc.h"
#include "../compat/uprobes.h"

struct kp_ufunc {
	struct uprobe_consumer consumer;
	struct kp_attached *a;
	struct path path;	/* held, and with it the inode, until no handler runs */
	struct uprobe *uprobe;	/* NULL: not registered */
};

static struct kp_ufunc *ufunc_of(struct uprobe_consumer *consumer)
{
	return container_of(consumer, struct kp_ufunc, consumer);
}

/* Asked anew each time: a process has other memory after exec. Threads that live share it. */
static bool is_memory_of(pid_t tgid, const struct mm_struct *mm)
{
	struct task_struct *leader, *t;
	bool found = false;

	rcu_read_lock();
	leader = pid_task(find_pid_ns(tgid, &init_pid_ns), PIDTYPE_TGID);
	if (leader)
		for_each_thread(leader, t)
			found |= READ_ONCE(t->mm) == mm;
	rcu_read_unlock();
	return found;
}

/* Whether the process with this memory is to have the breakpoint. */
static bool is_wanted(struct uprobe_consumer *self, KP_UPROBE_FILTER_CTX struct mm_struct *mm)
{
	return is_memory_of(ufunc_of(self)->a->session->scope.only, mm);
}

/* A child that shares the traced process's memory must leave its breakpoint there. */
static int leave(const struct kp_attached *a)
{
	pid_t target = a->session->scope.only;

	return target && !is_memory_of(target, current->mm) ? UPROBE_HANDLER_REMOVE : 0;
}

static int on_entry(struct uprobe_consumer *self, struct pt_regs *regs KP_UPROBE_DATA)
{
	struct kp_attached *a = ufunc_of(self)->a;

	if (!kp_fire_wanted(a))
		return leave(a);
	kp_fire_decided(a, NULL, 0, regs, 0, NULL);
	return 0;
}

/* Of a return probe in a session that traces one process. */
static int on_entry_to_return(struct uprobe_consumer *self, struct pt_regs *regs KP_UPROBE_DATA)
{
	return leave(ufunc_of(self)->a);
}

/* The registers are those after the return: their instruction pointer is in the caller. */
static int on_return(struct uprobe_consumer *self, unsigned long func, struct pt_regs *regs KP_UPROBE_DATA)
{
	struct kp_attached *a = ufunc_of(self)->a;

	kp_fire(a, NULL, 0, regs, func);
	return 0;
}

static int check(const struct ktap_event *ev)
{
	return ev->file && ev->addr <= LLONG_MAX && ev->ref_ctr <= LLONG_MAX ? 0 : -EINVAL;
}

static void set_handlers(struct uprobe_consumer *consumer, bool on_returns, bool one_process)
{
	if (!on_returns)
		consumer->handler = on_entry;
	else if (one_process)
		consumer->handler = on_entry_to_return;
	if (on_returns)
		consumer->ret_handler = on_return;
	if (one_process)
		consumer->filter = is_wanted;
}

/* The path as the caller sees it. */
static int find_file(const struct ktap_event *ev, struct path *path)
{
	char *name = strndup_user(u64_to_user_ptr(ev->file), PATH_MAX);
	int err;

	if (IS_ERR(name))
		return PTR_ERR(name);
	err = kern_path(name, LOOKUP_FOLLOW, path);
	kfree(name);
	if (!err && !d_is_reg(path->dentry)) {
		path_put(path);
		err = -EINVAL;
	}
	return err;
}

/* From here on handlers run, perhaps before this returns: the consumer is whole. */
static int enable(struct kp_ufunc *u, const struct ktap_event *ev)
{
	struct uprobe *uprobe = uprobe_register(d_real_inode(u->path.dentry), ev->addr, ev->ref_ctr,
						&u->consumer);

	if (IS_ERR(uprobe))
		return PTR_ERR(uprobe);
	u->uprobe = uprobe;
	return 0;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_ufunc *u = kzalloc(sizeof(*u), GFP_KERNEL_ACCOUNT);
	int err;

	if (!u)
		return -ENOMEM;
	u->a = a;
	set_handlers(&u->consumer, ev->kind == KTAP_EV_UFUNC_RET, a->session->scope.only);
	err = find_file(ev, &u->path);
	if (err)
		goto no_file;
	err = enable(u, ev);
	if (err)
		goto not_enabled;
	a->ufunc = u;
	a->path = ev->kind == KTAP_EV_UFUNC_RET ? KTAP_PATH_URETPROBE : KTAP_PATH_UPROBE;
	return 0;

not_enabled:	/* the kernel has waited for handlers of a registration that failed half-way */
	path_put(&u->path);
no_file:
	kfree(u);
	return err;
}

static void detach(struct kp_attached *a)
{
	if (a->ufunc->uprobe)
		uprobe_unregister_nosync(a->ufunc->uprobe, &a->ufunc->consumer);
	a->ufunc->uprobe = NULL;
}

/*
 * What may still run after every detach(): handlers that had found their consumer
 * before it left the probe's list.
 *   on kernels that unregister without waiting, they run in a read-side section
 *   that uprobe_unregister_sync() waits for, once for all of them;
 *   on older ones they hold the probe's lock for reading, which unregistering
 *   takes for writing, so none is left when detach() returns.
 * The place where a traced function will return to the kernel's trampoline keeps
 * the probe, but asks for its consumers only then: it finds none of ours.
 */
void kp_ufuncs_wait(const struct kp_session *s)
{
	u32 i;

	for (i = 0; i < s->probes.n; i++)
		if (s->probes.list[i]->ufunc) {
			uprobe_unregister_sync();
			return;
		}
}

void kp_ufunc_free(struct kp_attached *a)
{
	if (!a->ufunc)
		return;
	path_put(&a->ufunc->path);
	kfree(a->ufunc);
}

const struct kp_probe_ops kp_ops_UFUNC = {
	.check	= check,
	.attach	= attach,
	.detach	= detach,
};

const struct kp_probe_ops kp_ops_UFUNC_RET = {
	.check	= check,
	.attach	= attach,
	.detach	= detach,
};
