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
	r->tell_at = size / 2;
	r->page->size = (u32)size;
}

u64 kp_ring_used(const struct kp_ring *r)
{
	return kp_ring_used_at(r, kp_read64(&r->reserved));
}

bool kp_ring_fits(const struct kp_ring *r, u32 len)
{
	u64 at = kp_read64(&r->reserved);

	len += LOST_BYTES;
	return kp_ring_used_at(r, at) + kp_ring_pad_for(r, at, len) + len <= r->size;
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
	struct ktap_rec *rec = kp_ring_put_header(r, at, KTAP_REC_LOST, KTAP_PROBE_NONE, LOST_BYTES, now);

	*(u64 *)(rec + 1) = kp_take64(&r->lost);
}

static u64 least(u64 a, u64 b)
{
	return a < b ? a : b;
}

/* Bytes from `at` on of which kp_ring_is_easy() holds now. */
static u64 easy_bytes(const struct kp_ring *r, u64 at)
{
	u64 used = kp_ring_used_at(r, at), tell_at = READ_ONCE(r->tell_at);
	u64 n = least(r->size - used, least(r->size / 8, r->size - (at & (r->size - 1))));

	if (READ_ONCE(r->lost))
		return 0;
	if (r->told && !READ_ONCE(*r->told))
		n = least(n, used < tell_at ? tell_at - used - 1 : 0);
	return n;
}

/*
 * An interrupt that drops a record here leaves `easy` at 0, or is seen by the second look. So is a
 * reader that changes something: it writes that, then `easy`, and then looks at what there is, with
 * barriers between; if this finds nothing changed, the 0 comes behind what is written here.
 */
bool kp_ring_is_easy(struct kp_ring *r, u64 at, u32 len)
{
	u64 n = easy_bytes(r, at);

	if (n < len)
		return false;
	kp_write64(&r->easy, at + n);
	smp_mb();
	if (easy_bytes(r, at) < n)
		kp_ring_look_again(r);
	return true;
}

static struct ktap_rec *drop(struct kp_ring *r)
{
	kp_local_inc64(&r->lost);
	kp_ring_look_again(r);
	kp_local_inc64(&r->dropped);
	kp_ring_commit(r);
	return NULL;
}

struct ktap_rec *kp_ring_reserve(struct kp_ring *r, u32 kind, u32 probe, u32 len)
{
	u64 at, pad, now, lost;

	kp_local_inc64(&r->emitted);
	kp_ring_enter(r);
	do {
		at = kp_read64(&r->reserved);
		now = kp_host_now();
		lost = READ_ONCE(r->lost) ? LOST_BYTES : 0;
		pad = kp_ring_pad_for(r, at, lost + len);
		if (unlikely(kp_ring_used_at(r, at) + pad + lost + len > r->size))
			return drop(r);
	} while (kp_local_cmpxchg64(&r->reserved, at, at + pad + lost + len) != at);
	kp_local_inc64(&r->delivered);
	if (pad)
		put_pad(r, at, (u32)pad);
	at += pad;
	if (unlikely(lost))
		put_lost(r, at, now);
	return kp_ring_put_header(r, at + lost, kind, probe, len, now);
}
