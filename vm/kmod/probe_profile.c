// SPDX-License-Identifier: GPL-2.0
/*
 * probe_profile.c - once per period on every CPU: a timer that stays on its CPU
 * and expires in hard interrupt context, with the registers of what it interrupted.
 *
 * The next expiry is set when the handler is done: periods that passed meanwhile,
 * or while interrupts were off, are counted as missed, and whatever the handler
 * takes, the CPU has some time in between for what it is there for. On each CPU
 * fired + missed is the number of periods since it began there.
 */
#include <linux/hrtimer.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <asm/irq_regs.h>

#include "cpus.h"
#include "fire.h"

struct kp_timer {
	struct hrtimer timer;
	struct kp_attached *a;
};

/*
 * Sets the next expiry; how many periods are over. hrtimer_forward() would make them as long
 * as a tick where the kernel has no finer timers, and not count those in between.
 */
static u64 forward(struct hrtimer *timer, u64 period_ns)
{
	s64 late = ktime_to_ns(ktime_sub(ktime_get(), hrtimer_get_expires(timer)));
	u64 periods = 1;

	if (late < 0)
		return 0;
	if (unlikely(late >= period_ns))
		periods += div64_u64(late, period_ns);
	hrtimer_add_expires_ns(timer, periods * period_ns);
	return periods;
}

static enum hrtimer_restart on_period(struct hrtimer *timer)
{
	struct kp_attached *a = container_of(timer, struct kp_timer, timer)->a;
	u64 periods;

	kp_fire(a, NULL, 0, get_irq_regs(), 0);
	periods = forward(timer, a->period_ns);
	if (unlikely(periods > 1))
		this_cpu_add(a->stats->missed, periods - 1);
	return HRTIMER_RESTART;
}

static int online(struct kp_attached *a, unsigned int cpu)
{
	struct kp_timer *t = per_cpu_ptr(a->timer, cpu);

	t->a = a;
	hrtimer_setup(&t->timer, on_period, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	hrtimer_start(&t->timer, ns_to_ktime(a->period_ns), HRTIMER_MODE_REL_PINNED_HARD);
	return 0;
}

/* Periods that are over, but whose firing was still to come. */
static void offline(struct kp_attached *a, unsigned int cpu)
{
	struct hrtimer *timer = &per_cpu_ptr(a->timer, cpu)->timer;

	hrtimer_cancel(timer);
	this_cpu_add(a->stats->missed, forward(timer, a->period_ns));
}

static int check(const struct ktap_event *ev)
{
	if (ev->period_ns < KTAP_MIN_TICK_NS || ev->period_ns > KTAP_MAX_TICK_NS)
		return -EINVAL;
	return ev->rec_size || ev->nargs ? -EINVAL : 0;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	int err;

	a->timer = alloc_percpu(struct kp_timer);
	if (!a->timer)
		return -ENOMEM;
	a->period_ns = ev->period_ns;
	a->path = KTAP_PATH_TIMER;
	err = kp_cpus_add(a);
	if (err)
		free_percpu(a->timer);
	return err;
}

/*
 * What may still run: timers, on CPUs that are at work. kp_cpus_remove() has each
 * of these cancel its own, which waits for a handler that runs and lets none begin;
 * a CPU that went has done so when it went, and none comes to begin anew.
 */
static void detach(struct kp_attached *a)
{
	kp_cpus_remove(a);
	free_percpu(a->timer);
}

const struct kp_probe_ops kp_ops_PROFILE = {
	.check		= check,
	.attach		= attach,
	.detach		= detach,
	.online		= online,
	.offline	= offline,
};
