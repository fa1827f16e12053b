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

/* Older kernels call a tracepoint's probes with preemption off. */
static __always_inline void pin(void)
{
#ifdef KP_LACKS_TRACEPOINT_PREEMPT_OFF
	preempt_disable_notrace();
#endif
}

static __always_inline void unpin(void)
{
#ifdef KP_LACKS_TRACEPOINT_PREEMPT_OFF
	preempt_enable_notrace();
#endif
}

/* Any handlers, `a` and those behind it. */
static noinline void fire_all(struct kp_attached *a, struct pt_regs *regs, long ret)
{
	for (; a; a = READ_ONCE(a->next))
		kp_fire(a, NULL, 0, regs, ret);
}

/* One whose front gave up, and those behind it. */
static noinline void fire_whole(struct kp_attached *a, struct pt_regs *regs, long ret)
{
	preempt_disable_notrace();
	kp_fire_whole(a, NULL, 0, regs, ret, __builtin_frame_address(0));
	preempt_enable_notrace();
	a = READ_ONCE(a->next);
	if (a)
		fire_all(a, regs, ret);
}

/* One that is wanted, and those behind it: mostly its front is all there is to do. */
static __always_inline void fire_front(struct kp_attached *a, struct pt_regs *regs, long ret)
{
	bool done;

	pin();
	done = kp_fire_front(a, NULL, 0, regs, ret);
	unpin();
	if (unlikely(!done)) {
		fire_whole(a, regs, ret);
		return;
	}
	a = READ_ONCE(a->next);
	if (unlikely(a))
		fire_all(a, regs, ret);
}

static noinline void fire_enter(struct kp_attached *a, struct pt_regs *regs)
{
	fire_front(a, regs, 0);
}

static noinline void fire_exit(struct kp_attached *a, struct pt_regs *regs, long ret)
{
	fire_front(a, regs, ret);
}

/*
 * The handlers of a call, NULL if there are none or their conditions left none. With
 * nothing to save on the stack, since every call of every process comes here. *is_wanted:
 * the first is, else nothing is known of it.
 */
static __always_inline struct kp_attached *look_up(struct kp_attached **table,
						   struct pt_regs *regs, long nr, bool *is_wanted)
{
	struct kp_attached *a;

	*is_wanted = false;
	if (unlikely((unsigned long)nr >= NR_syscalls))
		return NULL;
	a = READ_ONCE(table[array_index_nospec(nr, NR_syscalls)]);
	if (likely(!a) || is_foreign(regs))
		return NULL;
	if (unlikely(READ_ONCE(a->session->gate)))
		return a;
	*is_wanted = kp_fire_condition(a);
	if (*is_wanted || unlikely(READ_ONCE(a->next)))
		return a;
	kp_count(a, run);
	return NULL;
}

/* The probe of the tracepoint sys_enter. */
static void on_sys_enter(void *table, struct pt_regs *regs, long nr)
{
	bool is_wanted;
	struct kp_attached *a = look_up(table, regs, nr, &is_wanted);

	if (likely(is_wanted))
		fire_enter(a, regs);
	else if (unlikely(a))
		fire_all(a, regs, 0);
}

/* The probe of the tracepoint sys_exit. */
static void on_sys_exit(void *table, struct pt_regs *regs, long ret)
{
	bool is_wanted;
	struct kp_attached *a = look_up(table, regs, syscall_get_nr(current, regs), &is_wanted);

	if (likely(is_wanted))
		fire_exit(a, regs, ret);
	else if (unlikely(a))
		fire_all(a, regs, ret);
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
		return KP_NO_TRACEPOINT;
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
