// SPDX-License-Identifier: GPL-2.0
/*
 * governor.c - what handlers take is measured, and thinned out.
 */
#include <linux/cpumask.h>
#include <linux/log2.h>
#include <linux/math64.h>
#include <linux/module.h>

#include "context.h"
#include "governor.h"
#include "session.h"
#include "../core/host.h"

#define SECOND		1000000000ull	/* over which the share holds */
#define REST_NS		100000000u	/* between two moments that are measured .. */
#define GLANCE_NS	250000u		/* .. of this length */
#define MAX_EVERY	(1u << 24)

static unsigned int max_cpu = 5;
module_param(max_cpu, uint, 0644);
MODULE_PARM_DESC(max_cpu, "percent of each CPU that handlers of a session may take if it does not say; 0: all");

/* --- any context, preemption off --- */

/* In order with the output, but for what is in the rings of other CPUs. */
static void tell(struct kp_session *s, unsigned int cpu, u32 was, u32 every)
{
	u8 busy = kp_context_shut();
	struct kp_ring *ring = raw_cpu_ptr(s->relay.ring);
	struct ktap_rec *rec;

	rec = kp_ring_reserve(ring, KTAP_REC_THROTTLE, KTAP_PROBE_NONE,
			      sizeof(*rec) + sizeof(struct ktap_rec_throttle));
	if (rec) {
		*(struct ktap_rec_throttle *)(rec + 1) = (struct ktap_rec_throttle){
			.cpu = cpu, .percent = s->governor.percent, .was = was, .every = every,
		};
		kp_ring_commit(ring);
	}
	kp_relay_wake(&s->relay);
	kp_context_open(busy);
}

/* False: another was faster. Once `thinned` is above zero, ticks keep the gate on watch. */
static bool change(struct kp_session *s, unsigned int cpu, u32 was, u32 every)
{
	struct kp_governor *g = &s->governor;

	if (cmpxchg(&per_cpu_ptr(g->share, cpu)->every, was, every) != was)
		return false;
	if (was == 1)
		atomic_inc(&g->thinned);
	else if (every == 1)
		atomic_dec(&g->thinned);
	tell(s, cpu, was, every);
	return true;
}

static void thin(struct kp_session *s, struct kp_share *sh, u32 was)
{
	u32 every = min(2 * was, MAX_EVERY);

	if (every != was && change(s, raw_smp_processor_id(), was, every))
		sh->left = every - 1;
	set_bit(KP_GATE_WATCH, &s->gate);
}

static bool in_debt(const struct kp_share *sh, u64 now)
{
	return (s64)(READ_ONCE(sh->paid) - now) > 0;
}

static void note_tick(struct kp_governor *g, struct kp_share *sh, u64 ns)
{
	u64 tick = READ_ONCE(g->tick);

	if (sh->tick != tick) {
		sh->tick = tick;
		sh->in_tick = 0;
	}
	sh->in_tick += ns;
	if (sh->in_tick * 100 > READ_ONCE(g->tick_ns) * g->percent && !READ_ONCE(g->hot))
		WRITE_ONCE(g->hot, 1);
}

static void charge(struct kp_session *s, u64 ns, u64 now)
{
	struct kp_governor *g = &s->governor;
	struct kp_share *sh = raw_cpu_ptr(g->share);

	if ((s64)(now - SECOND - sh->paid) > 0)
		sh->paid = now - SECOND;
	this_cpu_add(g->share->paid, div_u64(ns * 100, g->percent));
	this_cpu_add(g->share->spent, ns);
	note_tick(g, sh, ns);
	if (unlikely(in_debt(sh, now)) && READ_ONCE(sh->every) == 1)
		thin(s, sh, 1);
}

/* Of a rate that does not do, the next event's turn is later still. */
bool kp_governor_admits(struct kp_session *s)
{
	struct kp_governor *g = &s->governor;
	struct kp_share *sh;
	u32 every;

	if (!g->share)
		return true;
	sh = raw_cpu_ptr(g->share);
	every = READ_ONCE(sh->every);
	if (likely(every == 1))
		return true;
	sh->left = every - 1;
	if (!in_debt(sh, kp_host_now()))
		return true;
	thin(s, sh, every);
	return false;
}

void kp_governor_begin(struct kp_session *s, struct kp_measure *m)
{
	m->spent = this_cpu_read(s->governor.share->spent);
	m->begun = kp_host_now();
}

/* What was charged meanwhile is not charged again: handlers that interrupted this one. */
void kp_governor_end(struct kp_session *s, const struct kp_measure *m)
{
	struct kp_governor *g = &s->governor;
	u64 now = kp_host_now();
	u64 charged = this_cpu_read(g->share->spent) - m->spent + g->clock_ns;

	if (now - m->begun > charged)
		charge(s, now - m->begun - charged, now);
}

void kp_governor_long(struct kp_session *s, struct kp_ctx *ctx)
{
	u64 now = kp_host_now();

	if (s->governor.share)
		charge(s, now - ctx->start_ns, now);
	ctx->start_ns = 0;
}

/* --- the timer --- */

static void mark(struct kp_share *sh, u32 every, u64 now)
{
	sh->mark_ns = now;
	sh->mark_spent = READ_ONCE(sh->spent);
	sh->mark_every = every;
	sh->mark_left = READ_ONCE(sh->left);
}

/* The rate at which what was spent would be within the share. No turn came: half of them, or no event. */
static u32 rate_for(const struct kp_share *sh, u32 every, u64 allowed)
{
	u64 spent = READ_ONCE(sh->spent) - sh->mark_spent;

	if (!spent)
		return READ_ONCE(sh->left) == sh->mark_left ? 1 : every / 2;
	if (2 * spent > allowed)
		return every;
	return every >> min_t(u32, ilog2(div64_u64(allowed, spent)), 24) ?: 1;
}

/* A rate that was more than enough for a second is followed by one that would have been enough. */
static void relax(struct kp_session *s, unsigned int cpu, u64 now)
{
	struct kp_share *sh = per_cpu_ptr(s->governor.share, cpu);
	u32 every = READ_ONCE(sh->every), better;

	if (every == 1)
		return;
	if (every != sh->mark_every || in_debt(sh, now)) {
		mark(sh, every, now);
		return;
	}
	if (now - sh->mark_ns < SECOND)
		return;
	better = rate_for(sh, every, div_u64((now - sh->mark_ns) * s->governor.percent, 100));
	mark(sh, every, now);
	if (better != every)
		change(s, cpu, every, better);
}

static u64 choose_tick(struct kp_session *s)
{
	struct kp_governor *g = &s->governor;
	bool hot = xchg(&g->hot, 0);

	if (!hot && !atomic_read(&g->thinned) && test_bit(KP_GATE_WATCH, &s->gate)) {
		clear_bit(KP_GATE_WATCH, &s->gate);
		return REST_NS;
	}
	set_bit(KP_GATE_WATCH, &s->gate);
	return hot || atomic_read(&g->thinned) ? REST_NS : GLANCE_NS;
}

static enum hrtimer_restart on_tick(struct hrtimer *timer)
{
	struct kp_governor *g = container_of(timer, struct kp_governor, timer);
	struct kp_session *s = container_of(g, struct kp_session, governor);
	u64 now = kp_host_now();
	unsigned int cpu;

	if (atomic_read(&g->thinned))
		for_each_possible_cpu(cpu)
			relax(s, cpu, now);
	WRITE_ONCE(g->tick_ns, choose_tick(s));
	WRITE_ONCE(g->tick, now);
	hrtimer_forward_now(timer, ns_to_ktime(g->tick_ns));
	return HRTIMER_RESTART;
}

/* --- process context --- */

static u32 clock_takes(void)
{
	u64 least = SECOND, at;
	int i;

	for (i = 0; i < 16; i++) {
		at = kp_host_now();
		least = min(least, kp_host_now() - at);
	}
	return least;
}

int kp_governor_init(struct kp_session *s, u32 percent)
{
	struct kp_governor *g = &s->governor;
	unsigned int cpu;

	percent = percent ?: READ_ONCE(max_cpu);
	g->percent = percent && percent < 100 ? percent : 100;
	if (g->percent == 100)
		return 0;
	g->share = alloc_percpu(struct kp_share);
	if (!g->share)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		per_cpu_ptr(g->share, cpu)->every = 1;
	g->clock_ns = clock_takes();
	hrtimer_setup(&g->timer, on_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	return 0;
}

void kp_governor_exit(struct kp_session *s)
{
	free_percpu(s->governor.share);
	s->governor.share = NULL;
}

void kp_governor_start(struct kp_session *s)
{
	struct kp_governor *g = &s->governor;

	lockdep_assert_held(&s->lock);
	if (!g->share || g->started)
		return;
	g->started = true;
	g->tick_ns = REST_NS;
	hrtimer_start(&g->timer, ns_to_ktime(REST_NS), HRTIMER_MODE_REL_HARD);
}

/* No handler runs any more. The timer is the only one to start itself again: cancelled, it is gone. */
void kp_governor_stop(struct kp_session *s)
{
	struct kp_governor *g = &s->governor;

	if (g->started)
		hrtimer_cancel(&g->timer);
	g->started = false;
}
