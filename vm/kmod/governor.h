/* SPDX-License-Identifier: GPL-2.0 */
/*
 * governor.h - how much of each CPU the handlers of a session may take. A session that
 * takes more is thinned out there: of so many events one is handled, the others are
 * skipped and counted, until it takes less.
 *
 * An event of a session at rest pays nothing for this. Ten times a second all events
 * are measured for a moment (KP_GATE_WATCH, the gate that each event looks at anyway).
 * Where that shows too much, or an invocation lasted so long that it had to look at the
 * clock, all are measured until it is over: nobody is skipped for a guess.
 *
 * What was spent is a debt that the CPU's clock pays off: a nanosecond of a handler
 * takes 100 / percent nanoseconds, of which those of the last second may be paid ahead.
 * Who is in debt when an event's turn comes has half as many turns from there on.
 */
#ifndef KP_GOVERNOR_H
#define KP_GOVERNOR_H

#include <linux/hrtimer.h>
#include <linux/percpu.h>

struct kp_ctx;
struct kp_session;

/* Of one CPU: written there, with preemption off; what is torn by an interrupt is a guess less exact. */
struct kp_share {
	u64 spent;		/* ns, as far as they were measured */
	u64 paid;		/* the moment up to which that is the share */
	u64 tick, in_tick;	/* spent since the tick that began then */
	u32 every;		/* 1: all events are handled, n: one of n */
	u32 left;		/* events to be skipped before the next is handled */
	u64 mark_ns, mark_spent;	/* on_tick()'s own: since when it looks at what is spent .. */
	u32 mark_every, mark_left;	/* .. at this rate */
};

struct kp_governor {
	u32 percent;		/* of each CPU; 100: all of it, nothing is measured */
	u32 clock_ns;		/* what looking at the clock takes */
	struct kp_share __percpu *share;	/* NULL: nothing is measured */
	atomic_t thinned;	/* CPUs on which events are skipped */
	int hot;		/* more than the share was spent since the last tick */
	u64 tick, tick_ns;	/* when that was, and how long it lasts */
	struct hrtimer timer;
	bool started;
};

/* Process context. LOAD: percent as asked for, 0 for the module's default. 0 or a negative errno. */
int kp_governor_init(struct kp_session *s, u32 percent);
void kp_governor_exit(struct kp_session *s);

/* Process context, under the session's lock. From the first event to the last. */
void kp_governor_start(struct kp_session *s);
void kp_governor_stop(struct kp_session *s);

/*
 * Any context, preemption off. True: this event is one of those between two turns, of which
 * there may be millions. A rate that has become less lets go of what was to be skipped beyond it.
 */
static __always_inline bool kp_governor_skips(struct kp_governor *g)
{
	struct kp_share *sh;
	u32 every, left;

	if (!g->share)
		return false;
	sh = raw_cpu_ptr(g->share);
	every = READ_ONCE(sh->every);
	left = READ_ONCE(sh->left);
	if (every == 1 || !left)
		return false;
	sh->left = min(left, every) - 1;
	return true;
}

/* The same. False: it would be this event's turn, but the rate does not do. */
bool kp_governor_admits(struct kp_session *s);

/* Around a handler that is measured: preemption is off. */
struct kp_measure {
	u64 begun, spent;
};

void kp_governor_begin(struct kp_session *s, struct kp_measure *m);
void kp_governor_end(struct kp_session *s, const struct kp_measure *m);

/* Preemption is off. An invocation that looked at the clock (ctx->start_ns) is over. */
void kp_governor_long(struct kp_session *s, struct kp_ctx *ctx);

#endif
