/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ring.h - the writer's side of one CPU's relay ring (record.h has the format).
 *
 * Any context of the ring's own CPU, with preemption off: writers nest as
 * interrupts do, the inner ends before the outer. Space is reserved by a local
 * compare-and-exchange, and published when the outermost writer commits, so the
 * reader never sees a record that is not whole, and records stand in the order
 * of their times.
 */
#ifndef KP_RING_H
#define KP_RING_H

#include "port.h"
#include <ktap/record.h>
#include <ktap/limits.h>

struct kp_ring {
	struct ktap_ring_page *page;	/* shared with the reader: never believed */
	u8 *data;
	u64 size;		/* a power of two */
	u64 reserved;		/* end of the space given out */
	u64 lost;		/* dropped since the last record */
	u32 nest;		/* writers at work */
	u64 emitted, delivered, dropped;
};

/* `mem` is KTAP_RING_CTL + size zeroed bytes that outlive the ring. */
void kp_ring_init(struct kp_ring *r, void *mem, u64 size);

/*
 * Room for `len` bytes (a multiple of 8), header filled in, or NULL: dropped and
 * counted. `full` of kp_ring_fits() tells whether it is worth waiting first.
 * Each reserve that succeeds is followed by one commit.
 */
struct ktap_rec *kp_ring_reserve(struct kp_ring *r, u32 kind, u32 probe, u32 len);
void kp_ring_commit(struct kp_ring *r);
bool kp_ring_fits(const struct kp_ring *r, u32 len);

/* Bytes that the reader has not taken yet. */
u64 kp_ring_used(const struct kp_ring *r);

#endif
