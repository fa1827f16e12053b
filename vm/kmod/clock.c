// SPDX-License-Identifier: GPL-2.0
/*
 * clock.c - what the kernel tells of its timekeeping is kept for clock.h.
 *
 * The kernel calls its chain of notifiers, made for the clocks of virtual machines, at each update of
 * its timekeeping: at ticks, and when the clock's source, rate or state changes. It does so with
 * interrupts off and within its own update, ahead of that of its clock for NMIs; so nothing
 * is asked of the kernel there, and what a reader computes is what that clock gives
 * before or after the same update.
 *
 * Readers are not waited for, and none waits: who reads during an update, an NMI on this
 * very CPU included, takes the half that is not being written, and whoever was overtaken by one
 * reads anew. A base holds as many cycles as the kernel's own multiplication would, but no more
 * than can pass between updates of a machine that is not asleep; a counter that is behind `last`
 * is beyond that, too. Around a suspension, where the counter may stand still or
 * begin again, it holds none.
 */
#include <linux/clocksource.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/pvclock_gtod.h>
#include <linux/spinlock.h>
#include <linux/suspend.h>
#include <linux/timekeeper_internal.h>

#include "clock.h"

#ifdef CONFIG_X86_64

#define MOST_CYCLES	(1ull << 34)	/* some seconds: without any CPU's tick all are idle */

struct kp_clock kp_clock ____cacheline_aligned_in_smp;

static DEFINE_RAW_SPINLOCK(writing);
static bool asleep;
static DEFINE_MUTEX(following);
static unsigned int followers;

/* `writing` is held. */
static void write(const struct kp_clock_base *base)
{
	WRITE_ONCE(kp_clock.seq, kp_clock.seq + 1);
	smp_wmb();
	kp_clock.base[0] = *base;
	smp_wmb();
	WRITE_ONCE(kp_clock.seq, kp_clock.seq + 1);
	smp_wmb();
	kp_clock.base[1] = *base;
}

/* Nothing but the kernel's own answer, until the next update. */
static void forget(void)
{
	static const struct kp_clock_base none;
	unsigned long flags;

	raw_spin_lock_irqsave(&writing, flags);
	write(&none);
	raw_spin_unlock_irqrestore(&writing, flags);
}

static struct kp_clock_base base_of(const struct tk_read_base *t)
{
	return (struct kp_clock_base){
		.last = t->cycle_last,
		.valid = min_t(u64, t->clock->max_cycles, MOST_CYCLES),
		.part = t->xtime_nsec,
		.ns = ktime_to_ns(t->base),
		.mult = t->mult,
		.shift = t->shift,
	};
}

static int updated(struct notifier_block *nb, unsigned long was_set, void *timekeeper)
{
	const struct tk_read_base *t = &((struct timekeeper *)timekeeper)->tkr_mono;
	struct kp_clock_base base = { 0 };
	unsigned long flags;

	raw_spin_lock_irqsave(&writing, flags);
	if (!READ_ONCE(asleep) && t->clock->vdso_clock_mode == VDSO_CLOCKMODE_TSC)
		base = base_of(t);
	write(&base);
	raw_spin_unlock_irqrestore(&writing, flags);
	return NOTIFY_OK;
}

static struct notifier_block updates = { .notifier_call = updated };

static int suspends(struct notifier_block *nb, unsigned long what, void *unused)
{
	switch (what) {
	case PM_SUSPEND_PREPARE:
	case PM_HIBERNATION_PREPARE:
	case PM_RESTORE_PREPARE:
		WRITE_ONCE(asleep, true);
		forget();
		break;
	case PM_POST_SUSPEND:
	case PM_POST_HIBERNATION:
	case PM_POST_RESTORE:
		WRITE_ONCE(asleep, false);
		break;
	}
	return NOTIFY_OK;
}

static struct notifier_block suspensions = { .notifier_call = suspends };

int kp_clock_init(void)
{
	return register_pm_notifier(&suspensions);
}

void kp_clock_exit(void)
{
	unregister_pm_notifier(&suspensions);
}

/* Registering calls updated() at once. */
void kp_clock_follow(void)
{
	mutex_lock(&following);
	if (!followers++)
		pvclock_gtod_register_notifier(&updates);
	mutex_unlock(&following);
}

/* No update is under way behind it, and no later one tells of a change of the source. */
void kp_clock_leave(void)
{
	mutex_lock(&following);
	if (!--followers) {
		pvclock_gtod_unregister_notifier(&updates);
		forget();
	}
	mutex_unlock(&following);
}

#endif
