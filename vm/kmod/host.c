// SPDX-License-Identifier: GPL-2.0
/*
 * host.c - what the core asks of its world (core/host.h), answered by the kernel.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/uidgid.h>
#include <asm/syscall.h>

#include "clock.h"
#include "context.h"
#include "function.h"
#include "session.h"
#include "../core/front.h"
#include "../core/host.h"

static struct kp_session *session_of(const struct kp_ctx *ctx)
{
	return ctx->vm->host;
}

/*
 * Small sizes are rounded up, since only kmalloc's power-of-two caches keep
 * alignment under every debug option. It rather fails than calls the OOM killer.
 */
void *kp_host_alloc(size_t bytes)
{
	if (bytes < 256)
		bytes = roundup_pow_of_two(max_t(size_t, bytes, 16));
	return kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
}

void kp_host_free(void *p)
{
	kvfree(p);
}

/* Handlers run with preemption off; invocations in process context under SRCU. */
void kp_host_synchronize(struct kp_vm *vm)
{
	struct kp_session *s = vm->host;

	synchronize_rcu();
	synchronize_srcu(&s->srcu);
}

/* The core may hold a lock: handlers of this context stay out meanwhile. */
void kp_host_kick(struct kp_vm *vm)
{
	struct kp_session *s = vm->host;
	u8 was;

	if (READ_ONCE(s->dead))
		return;
	was = kp_context_shut();
	irq_work_queue(&s->kick);
	kp_context_open(was);
}

void kp_host_quiesce(struct kp_ctx *ctx, bool wait)
{
	struct kp_session *s = session_of(ctx);

	srcu_read_unlock(&s->srcu, s->srcu_index);
	if (wait)
		kp_session_serve(s);
	cond_resched();
	s->srcu_index = srcu_read_lock(&s->srcu);
}

u32 kp_host_pin(void)
{
	preempt_disable_notrace();
	return raw_smp_processor_id();
}

void kp_host_unpin(void)
{
	preempt_enable_notrace();
}

u32 kp_host_here(void)
{
	return raw_smp_processor_id();
}

/* An object of the heap has room for this many pointers. */
u32 kp_host_cpu_limit(void)
{
	return min_t(u32, nr_cpu_ids, 1000);
}

void kp_host_settle(struct kp_ctx *ctx)
{
	struct kp_session *s = session_of(ctx);

	srcu_read_unlock(&s->srcu, s->srcu_index);
	synchronize_rcu();
	synchronize_srcu(&s->srcu);
	s->srcu_index = srcu_read_lock(&s->srcu);
}

int kp_host_interrupted(struct kp_ctx *ctx)
{
	cond_resched();
	if (kp_tick_is_here(session_of(ctx)))
		return kp_tick_is_late(session_of(ctx));
	return signal_pending(current) || READ_ONCE(session_of(ctx)->interrupt);
}

u64 kp_host_now(void)
{
	return kp_clock_now();
}

static s64 pid_of(const struct kp_session *s, struct task_struct *task, enum pid_type type)
{
	if (likely(s->init_pid_ns))
		return type == PIDTYPE_PID ? task->pid : task->tgid;
	return __task_pid_nr_ns(task, type, s->pid_ns);
}

static s64 ppid_of(const struct kp_session *s)
{
	s64 pid;

	rcu_read_lock();
	pid = pid_of(s, rcu_dereference(current->real_parent), PIDTYPE_TGID);
	rcu_read_unlock();
	return pid;
}

static s64 cgroup_of_current(void)
{
#ifdef CONFIG_CGROUPS
	s64 id;

	rcu_read_lock();
	id = cgroup_id(task_dfl_cgroup(current));
	rcu_read_unlock();
	return id;
#else
	return -1;
#endif
}

s64 kp_host_ctxvar(struct kp_ctx *ctx, u32 var)
{
	const struct kp_session *s = session_of(ctx);

	switch (var) {
	case KTAP_CTX_PID:
		return pid_of(s, current, PIDTYPE_TGID);
	case KTAP_CTX_TID:
		return pid_of(s, current, PIDTYPE_PID);
	case KTAP_CTX_PPID:
		return ppid_of(s);
	case KTAP_CTX_UID:
		return from_kuid_munged(s->user_ns, current_uid());
	case KTAP_CTX_GID:
		return from_kgid_munged(s->user_ns, current_gid());
	case KTAP_CTX_CPU:
		return raw_smp_processor_id();
	case KTAP_CTX_CGROUP:
		return cgroup_of_current();
	}
	return -1;
}

static s64 quick_pid(const struct kp_vm *vm)
{
	return current->tgid;
}

static s64 quick_tid(const struct kp_vm *vm)
{
	return current->pid;
}

static s64 quick_cpu(const struct kp_vm *vm)
{
	return raw_smp_processor_id();
}

static s64 quick_nsecs(const struct kp_vm *vm)
{
	return (s64)kp_host_now();
}

/*
 * What asks has no guard against itself: where the kernel's clock can be traced, its
 * handler would call the clock without end. The guarded handler may.
 */
static bool clock_is_traceable(void)
{
	return kp_ftrace_location((unsigned long)ktime_get_mono_fast_ns);
}

/* Numbers in another namespace, and ids as another user sees them, take searches. */
kp_host_var_fn *kp_host_quick_var(const struct kp_vm *vm, u32 var)
{
	const struct kp_session *s = vm->host;

	switch (var) {
	case KTAP_CTX_PID:
		return s->init_pid_ns ? quick_pid : NULL;
	case KTAP_CTX_TID:
		return s->init_pid_ns ? quick_tid : NULL;
	case KTAP_CTX_CPU:
		return quick_cpu;
	case KTAP_CTX_NSECS:
		return clock_is_traceable() ? NULL : quick_nsecs;
	default:
		return NULL;
	}
}

bool kp_host_word(const struct kp_firing *f, u32 n, u64 *word)
{
	struct pt_regs *regs = (struct pt_regs *)f->regs;
	unsigned long args[6];

	if (n == 0) {
		*word = syscall_get_nr(current, regs);
		return true;
	}
	if (f->probe->kind == KTAP_EV_SYS_EXIT) {
		*word = f->ret;
		return n == 1;
	}
	if (n > ARRAY_SIZE(args))
		return false;
	syscall_get_arguments(current, regs, args);
	*word = args[n - 1];
	return true;
}

void kp_host_event_words(struct kp_event *ev)
{
	struct pt_regs *regs = (struct pt_regs *)ev->regs;
	unsigned long args[6];
	int i;

	ev->word[0] = syscall_get_nr(current, regs);
	if (ev->probe->kind == KTAP_EV_SYS_EXIT) {
		ev->word[1] = ev->ret;
		ev->nwords = 2;
		return;
	}
	syscall_get_arguments(current, regs, args);
	for (i = 0; i < 6; i++)
		ev->word[i + 1] = args[i];
	ev->nwords = KP_EVENT_WORDS;
}

/* Every event of this host is that of a probe which is attached. */
static const struct kp_attached *attached_of(const struct kp_event *ev)
{
	return container_of(ev->probe, struct kp_attached, probe);
}

/* From here to the commit preemption is off: the record lies in this CPU's ring. */
struct ktap_rec *kp_host_reserve(struct kp_ctx *ctx, u32 kind, u32 len)
{
	struct kp_relay *relay = &session_of(ctx)->relay;
	u32 probe = ctx->ev ? ctx->ev->probe->id : KTAP_PROBE_NONE;
	bool patient = ctx->level == KP_LEVEL_PROCESS;
	struct ktap_rec *rec;
	struct kp_ring *ring;

	preempt_disable_notrace();
	ring = raw_cpu_ptr(relay->ring);
	while (patient && !kp_ring_fits(ring, len)) {
		preempt_enable_notrace();
		patient = !kp_tick_is_late(session_of(ctx)) && kp_relay_wait(relay, len);
		preempt_disable_notrace();
		ring = raw_cpu_ptr(relay->ring);
	}
	rec = kp_ring_reserve(ring, kind, probe, len);
	if (unlikely(!rec)) {
		if (ctx->ev)
			this_cpu_inc(attached_of(ctx->ev)->stats->dropped);
		preempt_enable_notrace();
	}
	return rec;
}

void kp_host_count(const struct kp_event *ev, enum kp_host_count what)
{
	if (!ev)
		return;
	switch (what) {
#define _(name, member) case KP_COUNT_##name: this_cpu_inc(attached_of(ev)->stats->member); break;
	KP_HOST_COUNTS(_)
#undef _
	}
}

static bool is_called(const struct kp_str *a, const struct kp_str *b)
{
	return a->len == b->len && !memcmp(a->data, b->data, a->len);
}

/*
 * No lock, which STOP may hold while it waits for the very body that asks: the list of
 * probes may grow meanwhile, and what it was stays.
 */
bool kp_host_stats(struct kp_vm *vm, const struct kp_str *name, struct kp_stats *s)
{
	const struct kp_session *session = vm->host;
	struct kp_relay_totals t;
	struct ktap_probe_stats one;
	bool found = !name;
	u32 i, n = kp_probes_count(&session->probes);

	for (i = 0; i < n; i++) {
		if (name && !is_called(name, kp_probe_at(&session->probes, i)->probe.name))
			continue;
		kp_session_probe(session, i, &one);
		ktap_probe_stats_add(&s->probe, &one);
		found = true;
	}
	kp_relay_totals(&session->relay, &t);
	s->emitted = t.emitted;
	s->delivered = t.delivered;
	s->dropped = t.dropped;
	return found;
}

void kp_host_commit(struct kp_ctx *ctx)
{
	struct kp_relay *relay = &session_of(ctx)->relay;
	struct kp_ring *ring = raw_cpu_ptr(relay->ring);

	kp_ring_commit(ring);
	if (unlikely(kp_ring_used(ring) >= READ_ONCE(ring->tell_at)))
		kp_relay_wake(relay);
	preempt_enable_notrace();
}

struct kp_ring *kp_host_ring(const struct kp_vm *vm)
{
	return raw_cpu_ptr(((const struct kp_session *)vm->host)->relay.ring);
}

void kp_host_exit(struct kp_vm *vm, int code)
{
	kp_session_exit(vm->host, code);
}
