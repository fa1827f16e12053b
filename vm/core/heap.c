// SPDX-License-Identifier: GPL-2.0
/*
 * heap.c - size classes over chunks. One lock, held for a few instructions with
 * interrupts off; in NMI it is tried, and a failure is an allocation that failed.
 */
#include "heap.h"
#include "host.h"

#define CHUNK_BYTES	(64u << 10)
#define SPARE_MIN	(128u << 10)	/* and a 64th of the limit, which is enough for thousands */
#define SPARE_START	(2u << 20)	/* of new entries before the first refill, up to this */
#define SPARE_MAX	(4u << 20)

/* Powers of two and half steps; the larger ones have room for a header. */
static const u16 class_bytes[KP_HEAP_CLASSES] = {
	32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536,
	2112, 3136, 4160, 6208, 8256,
};

static int class_of(size_t bytes)
{
	int c = 0;

	while (c < KP_HEAP_CLASSES && class_bytes[c] < bytes)
		c++;
	return c;
}

static u64 spare_least(const struct kp_heap *h)
{
	u64 least = h->limit / 64;

	if (least < SPARE_MIN)
		return SPARE_MIN;
	return least > SPARE_START ? SPARE_START : least;
}

/* Bytes to hold ready: a quarter of what is in use, within bounds. */
static u64 spare_wanted(const struct kp_heap *h)
{
	u64 want = (u64)atomic64_read(&h->used) / 4, least = spare_least(h);

	if (want < least)
		return least;
	return want > SPARE_MAX ? SPARE_MAX : want;
}

bool kp_heap_low(const struct kp_heap *h)
{
	return READ_ONCE(h->spare) < spare_wanted(h) / 2 &&
	       READ_ONCE(h->total) + CHUNK_BYTES <= h->limit;
}

bool kp_heap_should_wait(const struct kp_heap *h)
{
	u64 used = (u64)atomic64_read(&h->used);

	return used > h->limit / 2 && used > h->settled + h->limit / 16;
}

static bool add_chunk(struct kp_heap *h)
{
	struct kp_heap_chunk *c = kp_host_alloc(CHUNK_BYTES);
	unsigned long flags;
	bool within;

	if (!c)
		return false;
	c->bytes = CHUNK_BYTES;
	c->used = (sizeof(*c) + 15) & ~15u;
	kp_lock(&h->lock, &flags);
	within = h->total + CHUNK_BYTES <= h->limit;
	if (within) {
		kp_hide((u8 *)c + c->used, c->bytes - c->used);
		c->next = h->fresh;
		h->fresh = c;
		WRITE_ONCE(h->total, h->total + CHUNK_BYTES);
		WRITE_ONCE(h->spare, h->spare + CHUNK_BYTES - c->used);
	}
	kp_unlock(&h->lock, flags);
	if (!within)	/* somebody else refilled meanwhile */
		kp_host_free(c);
	return within;
}

int kp_heap_init(struct kp_heap *h, u64 limit)
{
	memset(h, 0, sizeof(*h));
	kp_lock_init(&h->lock);
	h->limit = limit;
	kp_heap_refill(h);
	return h->fresh ? 0 : -1;
}

static void free_chunks(struct kp_heap_chunk *c)
{
	while (c) {
		struct kp_heap_chunk *next = c->next;

		kp_host_free(c);
		c = next;
	}
}

void kp_heap_exit(struct kp_heap *h)
{
	free_chunks(h->fresh);
	free_chunks(h->full);
	h->fresh = h->full = NULL;
}

/* Lock held. Cuts from the first fresh chunk that has room; others are done with. */
static void *carve(struct kp_heap *h, u32 bytes)
{
	struct kp_heap_chunk *c;

	while ((c = h->fresh)) {
		if (c->bytes - c->used >= bytes) {
			void *p = (u8 *)c + c->used;

			c->used += bytes;
			WRITE_ONCE(h->spare, h->spare - bytes);
			return p;
		}
		WRITE_ONCE(h->spare, h->spare - (c->bytes - c->used));
		h->fresh = c->next;
		c->next = h->full;
		h->full = c;
	}
	return NULL;
}

/* Lock held. */
static void *take(struct kp_heap *h, int cls)
{
	struct kp_heap_free *f = h->free[cls];
	u64 used;

	if (f) {
		kp_show(f, sizeof(*f));
		h->free[cls] = f->next;
	} else {
		f = carve(h, class_bytes[cls]);
	}
	if (!f)
		return NULL;
	used = atomic64_read(&h->used) + class_bytes[cls];
	atomic64_set(&h->used, used);
	if (used > h->peak)
		h->peak = used;
	return f;
}

void *kp_heap_alloc(struct kp_heap *h, size_t bytes, u8 *cls)
{
	int c = class_of(bytes);
	unsigned long flags;
	void *p;

	if (c >= KP_HEAP_CLASSES || kp_refused(HEAP) || !kp_lock(&h->lock, &flags))
		return NULL;
	p = take(h, c);
	kp_unlock(&h->lock, flags);
	if (p)
		kp_show(p, bytes);
	*cls = c;
	return p;
}

/* In NMI the lock may be taken: the block then waits until memory is looked after. */
static void free_later(struct kp_heap *h, struct kp_heap_free *f, u8 cls)
{
	struct kp_heap_free *head;

	f->cls = cls;
	do {
		head = READ_ONCE(h->late);
		f->next = head;
	} while (cmpxchg(&h->late, head, f) != head);
}

static void free_late(struct kp_heap *h)
{
	struct kp_heap_free *f = READ_ONCE(h->late) ? xchg(&h->late, NULL) : NULL, *next;

	for (; f; f = next) {
		next = f->next;
		kp_heap_free(h, f, f->cls);
	}
}

void kp_heap_free(struct kp_heap *h, void *p, u8 cls)
{
	struct kp_heap_free *f = p;
	unsigned long flags;

	if (!kp_lock(&h->lock, &flags)) {
		free_later(h, f, cls);
		return;
	}
	f->next = h->free[cls];
	h->free[cls] = f;
	kp_hide(f, class_bytes[cls]);
	atomic64_set(&h->used, atomic64_read(&h->used) - class_bytes[cls]);
	kp_unlock(&h->lock, flags);
}

void kp_heap_refill(struct kp_heap *h)
{
	u64 want = spare_wanted(h);

	free_late(h);
	while (READ_ONCE(h->spare) < want && READ_ONCE(h->total) + CHUNK_BYTES <= h->limit)
		if (!add_chunk(h))
			break;
}

void kp_heap_retire(struct kp_heap *h, struct kp_obj *o)
{
	struct kp_obj *head;

	do {
		head = READ_ONCE(h->retired);
		o->link = head;
	} while (cmpxchg(&h->retired, head, o) != head);
}
