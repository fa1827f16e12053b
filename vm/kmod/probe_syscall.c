// SPDX-License-Identifier: GPL-2.0
/*
 * probe_syscall.c - system calls: one probe on the tracepoint sys_enter and one
 * on sys_exit for the whole session, which find the handlers by the call's
 * number. Several handlers of one call stand in a list in the order of their
 * attachment. Lists only grow, and are read without a lock.
 *
 * Calls made through another table (32-bit programs on a 64-bit kernel) are not
 * events, as in the kernel's own tracing: their numbers mean something else.
 */
#include <linux/ftrace.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <asm/syscall.h>
#include <asm/unistd.h>

#include "fire.h"
#include "stack.h"
#include "../events/tp_table.h"

static __always_inline bool is_foreign(struct pt_regs *regs)
{
#ifdef ARCH_TRACE_IGNORE_COMPAT_SYSCALLS
	return unlikely(arch_trace_is_compat_syscall(regs));
#else
	return false;
#endif
}

static noinline void fire_all(struct kp_attached *a, struct pt_regs *regs, long ret)
{
	do {
		if (kp_fire_wanted(a))
			kp_fire(a, NULL, 0, regs, ret);
		a = READ_ONCE(a->next);
	} while (unlikely(a));
}

/* Short, and with nothing to save on the stack: every call of every process comes here. */
static __always_inline void on_syscall(struct kp_attached **table, struct pt_regs *regs,
				       long nr, long ret)
{
	struct kp_attached *a;

	if (unlikely((unsigned long)nr >= NR_syscalls))
		return;
	a = READ_ONCE(table[array_index_nospec(nr, NR_syscalls)]);
	if (unlikely(a) && !is_foreign(regs))
		fire_all(a, regs, ret);
}

/* The probe of the tracepoint sys_enter. */
static void on_sys_enter(void *table, struct pt_regs *regs, long nr)
{
	on_syscall(table, regs, nr, 0);
}

/* The probe of the tracepoint sys_exit. */
static void on_sys_exit(void *table, struct pt_regs *regs, long ret)
{
	on_syscall(table, regs, syscall_get_nr(current, regs), ret);
}

static int check(const struct ktap_event *ev)
{
	return ev->nr >= 0 && ev->nr < NR_syscalls ? 0 : -EINVAL;
}

/* Makes the table and attaches its tracepoint, the first time. */
static int table_on(struct kp_attached ***table, const char *name, void *probe)
{
	struct tracepoint *tp = kp_tracepoint_find(name);
	struct kp_attached **t;
	int err;

	if (*table)
		return 0;
	if (!tp)
		return -ENOENT;
	t = kcalloc(NR_syscalls, sizeof(*t), GFP_KERNEL);
	if (!t)
		return -ENOMEM;
	err = tracepoint_probe_register(tp, probe, t);
	if (err)
		kfree(t);
	else
		*table = t;
	return err;
}

static void table_off(struct kp_attached **table, const char *name, void *probe)
{
	if (table)
		tracepoint_probe_unregister(kp_tracepoint_find(name), probe, table);
}

/* The new one is whole before a probe can find it. */
static void append(struct kp_attached **at, struct kp_attached *a)
{
	while (*at)
		at = &(*at)->next;
	smp_store_release(at, a);
}

static int attach_enter(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_probes *p = &a->session->probes;
	int err = table_on(&p->sys_enter, "sys_enter", on_sys_enter);

	if (err)
		return err;
	kp_stack_note_iterator(a, kp_tracepoint_find("sys_enter"));
	a->path = KTAP_PATH_SYSCALL;
	append(&p->sys_enter[ev->nr], a);
	return 0;
}

static int attach_exit(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_probes *p = &a->session->probes;
	int err = table_on(&p->sys_exit, "sys_exit", on_sys_exit);

	if (err)
		return err;
	kp_stack_note_iterator(a, kp_tracepoint_find("sys_exit"));
	a->path = KTAP_PATH_SYSCALL;
	append(&p->sys_exit[ev->nr], a);
	return 0;
}

/* kp_syscalls_detach() ends them all at once. */
static void detach(struct kp_attached *a)
{
}

void kp_syscalls_detach(struct kp_session *s)
{
	table_off(s->probes.sys_enter, "sys_enter", on_sys_enter);
	table_off(s->probes.sys_exit, "sys_exit", on_sys_exit);
}

void kp_syscalls_free(struct kp_session *s)
{
	kfree(s->probes.sys_enter);
	kfree(s->probes.sys_exit);
}

const struct kp_probe_ops kp_ops_SYS_ENTER = {
	.check	= check,
	.attach	= attach_enter,
	.detach	= detach,
};

const struct kp_probe_ops kp_ops_SYS_EXIT = {
	.check	= check,
	.attach	= attach_exit,
	.detach	= detach,
};
