/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock.h - the time of records and handlers: CLOCK_MONOTONIC as the kernel's reading for NMIs
 * has it (ktime_get_mono_fast_ns), by the same multiplication of the same numbers.
 *
 * Where the kernel keeps time by the processor's counter, it is computed here, from what the
 * kernel tells of its timekeeping at each of its updates: without the call, the pointer to
 * the clock's function and the thunk before that. Anything else is asked of the kernel.
 */
#ifndef KP_CLOCK_H
#define KP_CLOCK_H

#include <linux/timekeeping.h>
#include <linux/types.h>

#ifdef CONFIG_X86_64
#include <asm/msr.h>
#include <asm/tsc.h>

/* From `last` on, for fewer than `valid` cycles: ns + (cycles * mult + part) >> shift. */
struct kp_clock_base {
	u64 last, valid, part, ns;
	u32 mult, shift;
} __aligned(64);

/* Two of them, so that one can always be read (see clock.c): even: the first one. */
struct kp_clock {
	u32 seq;
	struct kp_clock_base base[2];
};
extern struct kp_clock kp_clock;

/* Any context, NMIs too. */
static __always_inline u64 kp_clock_now(void)
{
	const struct kp_clock_base *b;
	u64 cycles, ns;
	u32 seq;

	do {
		seq = READ_ONCE(kp_clock.seq);
		smp_rmb();
		b = &kp_clock.base[seq & 1];
		cycles = rdtsc_ordered() - b->last;
		if (unlikely(cycles >= b->valid))
			return ktime_get_mono_fast_ns();
		ns = b->ns + ((cycles * b->mult + b->part) >> b->shift);
		smp_rmb();
	} while (unlikely(READ_ONCE(kp_clock.seq) != seq));
	return ns;
}

int kp_clock_init(void);
void kp_clock_exit(void);

/* Process context. A session begins, and ends: while there is one, the kernel's updates are followed. */
void kp_clock_follow(void);
void kp_clock_leave(void);

#else

static inline u64 kp_clock_now(void) { return ktime_get_mono_fast_ns(); }
static inline int kp_clock_init(void) { return 0; }
static inline void kp_clock_exit(void) { }
static inline void kp_clock_follow(void) { }
static inline void kp_clock_leave(void) { }

#endif
#endif
