// SPDX-License-Identifier: GPL-2.0
/*
 * session.c - a session's life, and what it tells of itself.
 */
#include <linux/cred.h>
#include <linux/mm.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "clock.h"
#include "context.h"
#include "session.h"
#include "../core/error.h"
#include "../jit/jit.h"

#define TICK_GRACE_MS	2000	/* for a body at work when the user ends tracing */

/* Services may wait for grace periods, so they get a queue of their own. */
static struct workqueue_struct *services;

int kp_sessions_init(void)
{
	services = alloc_workqueue("ktap", WQ_UNBOUND, 0);
	return services ? 0 : -ENOMEM;
}

void kp_sessions_exit(void)
{
	destroy_workqueue(services);
	kp_contexts_exit();
}

static void service(struct work_struct *work)
{
	struct kp_session *s = container_of(work, struct kp_session, service);

	if (kp_vm_serve(&s->vm) && !READ_ONCE(s->dead))
		queue_work(services, &s->service);
}

/* Memory cannot wait for the grace periods that freeing waits for. */
static void refill(struct work_struct *work)
{
	struct kp_session *s = container_of(work, struct kp_session, refill);

	kp_heap_refill(&s->vm.heap);
}

void kp_session_serve(struct kp_session *s)
{
	queue_work(services, &s->service);
	flush_work(&s->service);
}

static void kick(struct irq_work *work)
{
	struct kp_session *s = container_of(work, struct kp_session, kick);

	if (READ_ONCE(s->dead))
		return;
	queue_work(services, &s->refill);
	queue_work(services, &s->service);
	if (!llist_empty(&s->spaces.pending))
		queue_work(services, &s->spaces.work);
}

struct kp_session *kp_session_new(void)
{
	struct kp_session *s = kvzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return ERR_PTR(-ENOMEM);
	if (init_srcu_struct(&s->srcu)) {
		kvfree(s);
		return ERR_PTR(-ENOMEM);
	}
	mutex_init(&s->lock);
	init_irq_work(&s->kick, kick);
	INIT_WORK(&s->refill, refill);
	INIT_WORK(&s->service, service);
	kp_spaces_prepare(&s->spaces);
	kp_unwind_init(&s->unwind);
	kp_relay_init(&s->relay);
	kp_changes_begin(&s->changes);
	s->pid_ns = get_pid_ns(task_active_pid_ns(current));
	s->init_pid_ns = s->pid_ns == &init_pid_ns;
	s->user_ns = get_user_ns(current_user_ns());
	kp_clock_follow();
	return s;
}

/*
 * The end of everything that could still queue or run the service.
 *   Handlers are over (kp_detach_all) and no RUN is under way: the service alone
 *   may kick, and queue itself. Once it is cancelled with `dead` set, only the kick's irq work is
 *   left, which may have looked at `dead` too early and queue the works again.
 *   Refilling and the listing of mappings kick nobody.
 */
static void end_services(struct kp_session *s)
{
	WRITE_ONCE(s->dead, true);
	cancel_work_sync(&s->service);
	irq_work_sync(&s->kick);
	cancel_work_sync(&s->service);
	cancel_work_sync(&s->refill);
	cancel_work_sync(&s->spaces.work);
}

/*
 * Nothing writes any more. The tracer compares more than this, but it may have been
 * killed. That `fired` is the sum of what became of it needs no check: it is made of that.
 */
static void check_books(const struct kp_session *s)
{
	struct kp_relay_totals t;

	kp_relay_totals(&s->relay, &t);
	if (t.delivered + t.dropped != t.emitted)
		pr_err("ktapvm: BUG: %llu records delivered and dropped, but %llu emitted\n",
		       t.delivered + t.dropped, t.emitted);
}

/*
 * The file's last reference is gone: no call is under way, none will come, and
 * nothing is mapped. What may still run, and what ends it:
 *   a tick's body           kp_ticks_stop(), which waits for its thread; it may
 *                           hold SRCU's read side while it waits for room, and
 *                           gives up at once, so the service gets on as well
 *   handlers                kp_detach_all(), which waits for them
 *   the governor's timer    kp_detach_all(), behind them
 *   the service and kick    end_services()
 *   the relay's wake        kp_relay_exit(), as its writers are gone
 *   SRCU readers            none: they are calls
 */
void kp_session_free(struct kp_session *s)
{
	kp_ticks_stop(s, 0);
	kp_detach_all(s);
	end_services(s);
	kp_clock_leave();
	check_books(s);
	kp_probes_free(s);
	kp_governor_exit(s);
	kp_spaces_exit(&s->spaces);
	kp_unwind_exit(&s->unwind);
	kp_ledger_exit(&s->ledger);
	if (s->main_ready)
		kp_ctx_exit(&s->main);
	if (s->vm_ready) {
		kp_jit_free(&s->vm);	/* no handler runs any more, and no phase */
		kp_vm_exit(&s->vm);
	}
	if (s->prog)
		kp_prog_free(s->prog);
	kp_relay_exit(&s->relay);
	kp_scope_exit(&s->scope);
	cleanup_srcu_struct(&s->srcu);
	put_user_ns(s->user_ns);
	put_pid_ns(s->pid_ns);
	kvfree(s);
}

void kp_session_exit(struct kp_session *s, int code)
{
	if (atomic_inc_return(&s->exits) == 1)
		WRITE_ONCE(s->exit_code, code);
	WRITE_ONCE(s->interrupt, true);
	kp_session_shut(s);
	kp_relay_wake(&s->relay);
}

int kp_session_stop(struct kp_session *s)
{
	mutex_lock(&s->lock);
	s->stopped = true;
	kp_ticks_stop(s, TICK_GRACE_MS);
	kp_session_shut(s);
	WRITE_ONCE(s->interrupt, true);
	kp_detach_all(s);
	mutex_unlock(&s->lock);
	kp_relay_wake(&s->relay);
	return 0;
}

int kp_session_stats(struct kp_session *s, struct ktap_ioc_stats *io)
{
	struct kp_relay_totals t;
	struct kp_vm *vm = &s->vm;

	mutex_lock(&s->lock);
	kp_relay_totals(&s->relay, &t);
	io->nprobes = s->probes.n;
	io->emitted = t.emitted;
	io->delivered = t.delivered;
	io->dropped = t.dropped;
	io->table_drops = atomic64_read(&vm->table_drops);
	io->faults = atomic64_read(&vm->faults);
	io->truncated = atomic64_read(&vm->truncated);
	io->mem_used = atomic64_read(&vm->heap.used);
	io->mem_peak = READ_ONCE(vm->heap.peak);
	io->mem_limit = vm->heap.limit;
	io->errors = atomic64_read(&vm->errors);
	mutex_unlock(&s->lock);
	return 0;
}

void kp_session_probe(const struct kp_session *s, u32 id, struct ktap_probe_stats *sum)
{
	const struct kp_attached *a = kp_probe_at(&s->probes, id);

	kp_ledger_read(&s->ledger, id, sum);
	if (a->ops->missed)
		sum->missed += a->ops->missed(a);
}

/* To a caller that knows `each` bytes of it, more or fewer than there are. */
static int copy_probe_stats(struct kp_session *s, const struct ktap_ioc_probe_stats *io, u32 n)
{
	u32 i, each = io->each ?: KTAP_PROBE_STATS_V1;
	size_t known = min_t(size_t, each, sizeof(struct ktap_probe_stats));
	struct ktap_probe_stats sum;

	if (each < KTAP_PROBE_STATS_V1 || each % 8 || each > PAGE_SIZE)
		return -EINVAL;
	for (i = 0; i < n; i++) {
		char __user *to = u64_to_user_ptr(io->stats + (u64)i * each);

		kp_session_probe(s, io->first + i, &sum);
		if (copy_to_user(to, &sum, known) || clear_user(to + known, each - known))
			return -EFAULT;
	}
	return 0;
}

int kp_session_probes(struct kp_session *s, struct ktap_ioc_probe_stats *io)
{
	u32 total, n;
	int err;

	if (io->reserved)
		return -EINVAL;
	mutex_lock(&s->lock);
	total = s->probes.n;
	n = io->first < total ? min(io->count, total - io->first) : 0;
	err = copy_probe_stats(s, io, n);
	mutex_unlock(&s->lock);
	io->count = n;
	io->total = total;
	return err;
}

int kp_session_errors(struct kp_session *s, struct ktap_ioc_errors *io)
{
	struct ktap_error_count __user *to = u64_to_user_ptr(io->errors);
	struct ktap_error_count e;
	u32 i, n = 0;

	for (i = 0; i < KP_ERROR_PLACES && n < io->count; i++) {
		if (!kp_error_read(&s->vm.place[i], &e))
			continue;
		if (copy_to_user(&to[n++], &e, sizeof(e)))
			return -EFAULT;
	}
	io->count = n;
	io->unplaced = atomic64_read(&s->vm.errors_unplaced);
	return 0;
}
