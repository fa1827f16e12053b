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

#include <ktap/limits.h>
#include <ktap/record.h>

#include "host.h"
#include "port.h"

struct kp_ring {
	struct ktap_ring_page *page;	/* shared with the reader: never believed */
	u8 *data;
	u64 size;		/* a power of two */
	u64 reserved;		/* end of the space given out */
	u64 lost;		/* dropped since the last record */
	u64 easy;		/* records that end here at most need no look at anything else */
	u32 nest;		/* writers at work */
	u64 tell_at;		/* bytes in use from which on the reader is told */
	const int *told;	/* it has been, and has not looked yet; NULL: nobody is told */
	u64 emitted, delivered, dropped;
};

/* `mem` is KTAP_RING_CTL + size zeroed bytes that outlive the ring. */
void kp_ring_init(struct kp_ring *r, void *mem, u64 size);

/*
 * Room for `len` bytes (a multiple of 8), header filled in, or NULL: dropped and
 * counted. `full` of kp_ring_fits() tells whether it is worth waiting first.
 * Each reserve that succeeds is followed by one kp_ring_commit().
 */
struct ktap_rec *kp_ring_reserve(struct kp_ring *r, u32 kind, u32 probe, u32 len);
bool kp_ring_fits(const struct kp_ring *r, u32 len);

/* Bytes that the reader has not taken yet. */
u64 kp_ring_used(const struct kp_ring *r);

/*
 * Whether a record at `at` needs no more than its space: no gap is to be told of, no filler put,
 * there is room, and no reader waits to be told. For how many bytes that holds is kept in
 * `easy`: an eighth of the ring at most, since what it depends on changes.
 */
bool kp_ring_is_easy(struct kp_ring *r, u64 at, u32 len);

/* Any CPU, behind a change of `tell_at` or `told`, ahead of a full barrier: the next record looks. */
static inline void kp_ring_look_again(struct kp_ring *r)
{
	kp_write64(&r->easy, 0);
}

/* --- inline: every printed line comes here --- */

/* `tail` is the reader's word: nonsense only makes the ring look full or empty. */
static inline u64 kp_ring_used_at(const struct kp_ring *r, u64 end)
{
	u64 n = end - kp_read64(&r->page->tail);

	return n <= r->size ? n : r->size;
}

/* Bytes before the ring's end that a record of `len` would not fit into. */
static inline u64 kp_ring_pad_for(const struct kp_ring *r, u64 at, u32 len)
{
	u64 room = r->size - (at & (r->size - 1));

	return room < len ? room : 0;
}

static inline void kp_ring_enter(struct kp_ring *r)
{
	r->nest++;
	WRITE_ONCE(r->page->busy, r->nest);
	smp_wmb();
}

/* The outermost writer publishes for all that nested in it, until none is left. */
static inline void kp_ring_commit(struct kp_ring *r)
{
	u64 end;

	barrier();
	if (r->nest > 1) {
		r->nest--;
		WRITE_ONCE(r->page->busy, r->nest);
		return;
	}
	do {
		WRITE_ONCE(r->nest, 1);
		barrier();
		end = kp_read64(&r->reserved);
		kp_publish64(&r->page->head, end);
		smp_store_release(&r->page->busy, 0);
		WRITE_ONCE(r->nest, 0);
		barrier();
	} while (kp_read64(&r->reserved) != end);
}

static inline struct ktap_rec *kp_ring_put_header(struct kp_ring *r, u64 at, u32 kind,
						   u32 probe, u32 len, u64 now)
{
	struct ktap_rec *rec = (void *)(r->data + (at & (r->size - 1)));

	rec->len = len;
	rec->kind = kind;
	rec->probe = probe;
	rec->time_ns = now;
	return rec;
}

/*
 * kp_ring_reserve() where there is nothing else to do. NULL: nothing was done. A reader that
 * has been told needs no second word: if it looks before the record is there, and sleeps,
 * the next record tells it, for which there is room, or it looks again by itself.
 */
static inline struct ktap_rec *kp_ring_try(struct kp_ring *r, u32 kind, u32 probe, u32 len)
{
	u64 at, now;

	kp_ring_enter(r);
	do {
		at = kp_read64(&r->reserved);
		now = kp_host_now();
		if (unlikely(at + len > kp_read64(&r->easy)) && !kp_ring_is_easy(r, at, len)) {
			kp_ring_commit(r);
			return NULL;
		}
	} while (kp_local_cmpxchg64(&r->reserved, at, at + len) != at);
	kp_local_inc64(&r->emitted);
	kp_local_inc64(&r->delivered);
	return kp_ring_put_header(r, at, kind, probe, len, now);
}

#endif
