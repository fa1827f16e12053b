// SPDX-License-Identifier: GPL-2.0
/*
 * ring.c - reserving and publishing records. ring.h has the rules.
 *
 * The time is read before the space is taken: if an interrupt took space in
 * between, the exchange fails and both are done anew, so the order of records is
 * the order of their times. `busy` goes up before the time is read and down after
 * the head is published: a reader that finds it 0 knows that nothing older than
 * its own reading of the clock can still come.
 */
#include <ktap/ioctl.h>

#include "ring.h"
#include "host.h"

#define LOST_BYTES	(sizeof(struct ktap_rec) + sizeof(u64))

void kp_ring_init(struct kp_ring *r, void *mem, u64 size)
{
	memset(r, 0, sizeof(*r));
	r->page = mem;
	r->data = (u8 *)mem + KTAP_RING_CTL;
	r->size = size;
	r->page->size = (u32)size;
}

/* `tail` is the reader's word: nonsense only makes the ring look full or empty. */
static u64 used(const struct kp_ring *r, u64 end)
{
	u64 n = end - READ_ONCE(r->page->tail);

	return n <= r->size ? n : r->size;
}

u64 kp_ring_used(const struct kp_ring *r)
{
	return used(r, READ_ONCE(r->reserved));
}

/* Bytes before the ring's end that a record of `len` would not fit into. */
static u64 pad_for(const struct kp_ring *r, u64 at, u32 len)
{
	u64 room = r->size - (at & (r->size - 1));

	return room < len ? room : 0;
}

bool kp_ring_fits(const struct kp_ring *r, u32 len)
{
	u64 at = READ_ONCE(r->reserved);

	return used(r, at) + pad_for(r, at, len + LOST_BYTES) + len + LOST_BYTES <= r->size;
}

static void enter(struct kp_ring *r)
{
	r->nest++;
	WRITE_ONCE(r->page->busy, r->nest);
	smp_wmb();
}

/* The outermost writer publishes for all that nested in it, until none is left. */
static void leave(struct kp_ring *r)
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
		end = READ_ONCE(r->reserved);
		smp_store_release(&r->page->head, end);
		smp_store_release(&r->page->busy, 0);
		WRITE_ONCE(r->nest, 0);
		barrier();
	} while (READ_ONCE(r->reserved) != end);
}

static struct ktap_rec *put_header(struct kp_ring *r, u64 at, u32 kind, u32 probe,
				   u32 len, u64 now)
{
	struct ktap_rec *rec = (void *)(r->data + (at & (r->size - 1)));

	rec->len = len;
	rec->kind = kind;
	rec->probe = probe;
	rec->time_ns = now;
	return rec;
}

/* Filler of 8 bytes has no room for a time: readers take `len` and `kind` only. */
static void put_pad(struct kp_ring *r, u64 at, u32 len)
{
	struct ktap_rec *rec = (void *)(r->data + (at & (r->size - 1)));

	rec->len = len;
	rec->kind = KTAP_REC_PAD;
	rec->probe = KTAP_PROBE_NONE;
}

static void put_lost(struct kp_ring *r, u64 at, u64 now)
{
	struct ktap_rec *rec = put_header(r, at, KTAP_REC_LOST, KTAP_PROBE_NONE,
					  LOST_BYTES, now);

	*(u64 *)(rec + 1) = xchg(&r->lost, 0);
}

static struct ktap_rec *drop(struct kp_ring *r)
{
	kp_local_inc64(&r->lost);
	kp_local_inc64(&r->dropped);
	leave(r);
	return NULL;
}

struct ktap_rec *kp_ring_reserve(struct kp_ring *r, u32 kind, u32 probe, u32 len)
{
	u64 at, pad, now, lost;

	kp_local_inc64(&r->emitted);
	enter(r);
	do {
		at = READ_ONCE(r->reserved);
		now = kp_host_now();
		lost = READ_ONCE(r->lost) ? LOST_BYTES : 0;
		pad = pad_for(r, at, lost + len);
		if (unlikely(used(r, at) + pad + lost + len > r->size))
			return drop(r);
	} while (kp_local_cmpxchg64(&r->reserved, at, at + pad + lost + len) != at);
	kp_local_inc64(&r->delivered);
	if (pad)
		put_pad(r, at, (u32)pad);
	at += pad;
	if (unlikely(lost))
		put_lost(r, at, now);
	return put_header(r, at + lost, kind, probe, len, now);
}

void kp_ring_commit(struct kp_ring *r)
{
	leave(r);
}
