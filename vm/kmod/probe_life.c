// SPDX-License-Identifier: GPL-2.0
/*
 * probe_life.c - begin, tick, signal, exit.
 *
 * One thread runs all ticks of a session, so that they never overlap. A tick
 * whose time came while another body was at work is late, but fires; further
 * periods that passed meanwhile are counted as missed: fired + missed is the
 * number of periods since the main chunk ended.
 *
 * The same thread runs what the tracer tells. What was told and finds the session
 * at its end is counted as missed too: fired + missed is how often it was told.
 */
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/signal.h>
#include <linux/srcu.h>

#include "life.h"
#include "session.h"
#include "../core/host.h"

#define count(a, what)	this_cpu_inc((a)->stats->what)

/* Sleeping longer at a time would need larger numbers than timers take. */
#define MAX_SLEEP_NS	(3600ull * NSEC_PER_SEC)

/* Under SRCU's read side. False: the body was interrupted, by exit() or from outside. */
static bool fire(struct kp_attached *a)
{
	struct kp_session *s = a->session;
	struct kp_event ev = { .probe = &a->probe };

	if (kp_session_over(s)) {
		count(a, skipped_stopped);
		s->main.err.code = KTAP_E_R_INTR;
		return false;
	}
	count(a, run);
	s->main.err.code = KTAP_E_OK;
	if (!kp_vm_handle(&s->main, &s->vm, a->fn, &ev))
		count(a, errors);
	return s->main.err.code != KTAP_E_R_INTR;
}

/* --- begin --- */

bool kp_begin_run(struct kp_session *s)
{
	struct kp_attached *a;
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes); i++) {
		a = kp_probe_at(&s->probes, i);
		if (a->probe.kind == KTAP_EV_BEGIN && !fire(a))
			return false;
	}
	return true;
}

static int check_begin(const struct ktap_event *ev)
{
	return ev->rec_size || ev->nargs ? -EINVAL : 0;
}

static int attach_begin(struct kp_attached *a, const struct ktap_event *ev)
{
	a->path = KTAP_PATH_BEGIN;
	return 0;
}

static void detach_nothing(struct kp_attached *a)
{
}

const struct kp_probe_ops kp_ops_BEGIN = {
	.check	= check_begin,
	.attach	= attach_begin,
	.detach	= detach_nothing,
};

/* --- ticks --- */

static bool is_tick(const struct kp_attached *a)
{
	return a->probe.kind == KTAP_EV_TICK;
}

/* The clock starts for all when the main chunk is over. */
static void set_out(struct kp_session *s)
{
	u64 now = kp_host_now();
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes); i++)
		kp_probe_at(&s->probes, i)->due_ns = now + kp_probe_at(&s->probes, i)->period_ns;
}

/* The tick whose time comes first. What is attached once the main chunk is over is none. */
static struct kp_attached *next_tick(struct kp_session *s)
{
	struct kp_attached *a, *first = NULL;
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes); i++) {
		a = kp_probe_at(&s->probes, i);
		if (is_tick(a) && (!first || a->due_ns < first->due_ns))
			first = a;
	}
	return first;
}

static void run_tick(struct kp_attached *a, u64 now)
{
	struct kp_session *s = a->session;
	u64 late = div64_u64(now - a->due_ns, a->period_ns);

	this_cpu_add(a->stats->missed, late);
	a->due_ns += (late + 1) * a->period_ns;
	s->srcu_index = srcu_read_lock(&s->srcu);
	fire(a);
	srcu_read_unlock(&s->srcu, s->srcu_index);
}

static bool none_is_waiting(struct kp_session *s);

/* Woken early by kp_ticks_stop() and kp_life_tell(), which set `closing` and `told` first. */
static void sleep_until(struct kp_session *s, u64 due, u64 now)
{
	ktime_t time = ns_to_ktime(min(due - now, MAX_SLEEP_NS));

	set_current_state(TASK_IDLE);
	if (!READ_ONCE(s->ticks.closing) && none_is_waiting(s))
		schedule_hrtimeout(&time, HRTIMER_MODE_REL);
	__set_current_state(TASK_RUNNING);
}

static void tick(struct kp_session *s)
{
	struct kp_attached *a = next_tick(s);
	u64 now = kp_host_now();

	if (a && now >= a->due_ns)
		run_tick(a, now);
	else
		sleep_until(s, a ? a->due_ns : now + MAX_SLEEP_NS, now);
	cond_resched();
}

/* --- what is told --- */

static bool is_waiting(const struct kp_attached *a)
{
	return READ_ONCE(a->told) != READ_ONCE(a->begun);
}

static bool none_is_waiting(struct kp_session *s)
{
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes); i++)
		if (is_waiting(kp_probe_at(&s->probes, i)))
			return false;
	return true;
}

static void run_body(struct kp_attached *a)
{
	struct kp_session *s = a->session;

	s->srcu_index = srcu_read_lock(&s->srcu);
	fire(a);
	srcu_read_unlock(&s->srcu, s->srcu_index);
	WRITE_ONCE(a->begun, a->begun + 1);
}

/* Each once, in order of their attachment: what was told twice begins again then. */
static void run_told(struct kp_session *s)
{
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes) && !READ_ONCE(s->ticks.closing); i++)
		if (is_waiting(kp_probe_at(&s->probes, i)))
			run_body(kp_probe_at(&s->probes, i));
	wake_up(&s->ticks.idle);
}

static void count_missed(struct kp_session *s)
{
	struct kp_attached *a;
	u32 i;

	for (i = 0; i < kp_probes_count(&s->probes); i++) {
		a = kp_probe_at(&s->probes, i);
		this_cpu_add(a->stats->missed, a->told - a->begun);
		WRITE_ONCE(a->begun, a->told);
	}
	wake_up(&s->ticks.idle);
}

u32 kp_life_tell(struct kp_session *s, u32 kind, s32 nr)
{
	struct kp_attached *a;
	u32 i, n = 0;

	lockdep_assert_held(&s->lock);
	if (!s->ticks.thread || !s->ticks.go)
		return 0;
	for (i = 0; i < kp_probes_count(&s->probes); i++) {
		a = kp_probe_at(&s->probes, i);
		if (a->probe.kind != kind || a->nr != nr)
			continue;
		WRITE_ONCE(a->told, a->told + 1);
		n++;
	}
	if (n)
		wake_up_process(s->ticks.thread);
	return n;
}

/* The list of probes does not change: the main chunk is over. */
int kp_life_wait(struct kp_session *s)
{
	return wait_event_interruptible(s->ticks.idle, none_is_waiting(s)) ? -EINTR : 0;
}

static void wait_for(const bool *what)
{
	for (;;) {
		set_current_state(TASK_IDLE);
		if (smp_load_acquire(what) || kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

static int run_ticks(void *arg)
{
	static const bool never;
	struct kp_session *s = arg;

	wait_for(&s->ticks.go);
	while (!READ_ONCE(s->ticks.closing) && !kthread_should_stop()) {
		run_told(s);
		tick(s);
	}
	complete(&s->ticks.over);
	wait_for(&never);
	return 0;
}

static int check_tick(const struct ktap_event *ev)
{
	if (ev->period_ns < KTAP_MIN_TICK_NS || ev->period_ns > KTAP_MAX_TICK_NS)
		return -EINVAL;
	return check_begin(ev);
}

/* The first of its events makes the thread, which sleeps until kp_ticks_start(). */
static int attach_thread(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_ticks *t = &a->session->ticks;
	struct task_struct *thread;

	if (!t->thread) {
		init_completion(&t->over);
		init_waitqueue_head(&t->idle);
		thread = kthread_run(run_ticks, a->session, "ktap-tick");
		if (IS_ERR(thread))
			return PTR_ERR(thread);
		t->thread = thread;
	}
	a->period_ns = ev->period_ns;
	a->nr = a->probe.kind == KTAP_EV_SIGNAL ? ev->nr : 0;
	a->path = KTAP_PATH_THREAD;
	return 0;
}

static int check_signal(const struct ktap_event *ev)
{
	return ev->nr < 1 || ev->nr > _NSIG ? -EINVAL : check_begin(ev);
}

void kp_ticks_start(struct kp_session *s)
{
	lockdep_assert_held(&s->lock);
	if (!s->ticks.thread)
		return;
	set_out(s);
	smp_store_release(&s->ticks.go, true);
	wake_up_process(s->ticks.thread);
}

/*
 * What may still run: one body, or a sleep. `closing` keeps the thread from
 * beginning another; the body ends by itself within the grace, or because `hurry`
 * makes the interpreter and the wait for room in a ring give up. kthread_stop()
 * returns when the thread is gone, so nothing of it uses the session then.
 */
void kp_ticks_stop(struct kp_session *s, unsigned int grace_ms)
{
	struct kp_ticks *t = &s->ticks;

	if (!t->thread)
		return;
	WRITE_ONCE(t->closing, true);
	wake_up_process(t->thread);
	if (t->go && grace_ms)
		wait_for_completion_timeout(&t->over, msecs_to_jiffies(grace_ms));
	WRITE_ONCE(t->hurry, true);
	kthread_stop(t->thread);
	t->thread = NULL;
	count_missed(s);
}

bool kp_tick_is_here(const struct kp_session *s)
{
	return current == READ_ONCE(s->ticks.thread);
}

bool kp_tick_is_late(const struct kp_session *s)
{
	return READ_ONCE(s->ticks.hurry) && kp_tick_is_here(s);
}

const struct kp_probe_ops kp_ops_TICK = {
	.check	= check_tick,
	.attach	= attach_thread,
	.detach	= detach_nothing,
};

const struct kp_probe_ops kp_ops_SIGNAL = {
	.check	= check_signal,
	.attach	= attach_thread,
	.detach	= detach_nothing,
};

const struct kp_probe_ops kp_ops_EXIT = {
	.check	= check_begin,
	.attach	= attach_thread,
	.detach	= detach_nothing,
};
