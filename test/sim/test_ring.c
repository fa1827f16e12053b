// SPDX-License-Identifier: GPL-2.0
/*
 * test_ring.c - the relay ring: whole records in order, exact counts of what was
 * dropped, nested writers, a reader that lies.
 */
#include <stdlib.h>
#include <string.h>

#include <ktap/ioctl.h>

#include "../../vm/core/ring.h"
#include "../tool/tap.h"

#define SIZE	4096u

static struct kp_ring ring;
static u8 *mem;

static void setup(void)
{
	free(mem);
	mem = calloc(1, KTAP_RING_CTL + SIZE);
	kp_ring_init(&ring, mem, SIZE);
}

static bool put(u64 word, u32 len)
{
	struct ktap_rec *rec = kp_ring_reserve(&ring, KTAP_REC_PRINT, 3, len);

	if (!rec)
		return false;
	*(u64 *)(rec + 1) = word;
	kp_ring_commit(&ring);
	return true;
}

/* What a reader found in a pass over all that was published. */
struct seen {
	u64 records, lost, pads, last_word, last_time;
	bool in_order;
};

static void take(struct seen *s, const struct ktap_rec *rec)
{
	const u64 *word = (const u64 *)(rec + 1);

	if (rec->kind == KTAP_REC_PAD) {
		s->pads++;
		return;
	}
	if (rec->time_ns < s->last_time)
		s->in_order = false;
	s->last_time = rec->time_ns;
	if (rec->kind == KTAP_REC_LOST) {
		s->lost += *word;
		return;
	}
	s->records++;
	s->last_word = *word;
}

static void read_all(struct seen *s)
{
	struct ktap_ring_page *page = ring.page;

	while (page->tail != page->head) {
		const struct ktap_rec *rec = (void *)(ring.data + (page->tail & (SIZE - 1)));

		take(s, rec);
		page->tail += rec->len;
	}
}

static void test_wrap(void)
{
	struct seen s = { .in_order = true };
	u64 i;

	setup();
	for (i = 0; i < 10000; i++) {
		put(i, 24 + 8 * (i % 9));
		read_all(&s);
	}
	is(s.records, 10000, "10,000 records of nine sizes pass a ring of 4 KiB");
	is(s.last_word, 9999, "and are themselves");
	ok(s.pads > 10, "records do not wrap: the end is filled");
	ok(s.in_order, "times never go back");
	is(ring.emitted, ring.delivered, "all were delivered");
}

static void test_full(void)
{
	struct seen s = { .in_order = true };
	u64 i, stored = 0;

	setup();
	for (i = 0; i < 1000; i++)
		stored += put(i, 32);
	ok(stored > 100 && stored < 129, "a full ring takes no more (%llu records)", stored);
	is(ring.dropped, 1000 - stored, "what it does not take is counted");
	is(ring.emitted, ring.delivered + ring.dropped, "emitted = delivered + dropped");
	read_all(&s);
	is(s.records, stored, "the reader gets what was taken");
	put(7, 32);
	read_all(&s);
	is(s.lost, 1000 - stored, "the next record is preceded by the number lost");
	is(s.records, stored + 1, "and follows it");
}

/* An interrupt's writer between reserve and commit of another. */
static void test_nested(void)
{
	struct seen s = { .in_order = true };
	struct ktap_rec *outer;

	setup();
	outer = kp_ring_reserve(&ring, KTAP_REC_PRINT, 1, 24);
	put(2, 24);
	read_all(&s);
	is(s.records, 0, "nothing is published while the outer writer is at work");
	is(ring.page->busy, 1, "and the reader can see that it is");
	*(u64 *)(outer + 1) = 1;
	kp_ring_commit(&ring);
	read_all(&s);
	is(s.records, 2, "then both are");
	is(s.last_word, 2, "in the order of their space");
	is(ring.page->busy, 0, "and nobody is at work");
}

static bool try(u64 word, u32 len)
{
	struct ktap_rec *rec = kp_ring_try(&ring, KTAP_REC_PRINT, 3, len);

	if (!rec)
		return false;
	*(u64 *)(rec + 1) = word;
	kp_ring_commit(&ring);
	return true;
}

/* As many as go the short way, of 32 bytes. */
static u64 try_all(void)
{
	u64 n = 0;

	while (n < 1000 && try(n, 32))
		n++;
	return n;
}

static void test_short_way(void)
{
	struct seen s = { .in_order = true };
	int told = 0;

	setup();
	ring.told = &told;
	is(try_all(), SIZE / 2 / 32 - 1, "the short way is open until half of the ring is full and the reader is to be told");
	ring.tell_at = 1;
	kp_ring_look_again(&ring);
	is(try_all(), 0, "shut to one that is to be told of any record");
	told = 1;
	is(try_all(), SIZE / 2 / 32 + 1, "to a reader that has been told until all of it is");
	is(ring.emitted, ring.delivered, "what it does not take is not counted");
	is(ring.dropped + ring.lost + ring.page->busy, 0, "nor lost, and nobody is at work");
	read_all(&s);
	is(s.records, SIZE / 32, "all that was taken is there");
	ok(s.in_order, "in order");
}

static void test_short_way_shut(void)
{
	struct seen s = { .in_order = true };

	setup();
	while (put(1, 32))
		;
	read_all(&s);
	ok(!try(2, 32), "a gap is to be told of: not by the short way");
	ok(put(2, 32) && try(3, 32), "which is open behind it");
	ring.reserved = ring.page->head = ring.page->tail = SIZE - 24;
	kp_ring_look_again(&ring);
	ok(!try(4, 32), "nor is filler put");
	ok(try(4, 24), "what ends with the ring needs none");
	read_all(&s);
	is(s.last_word, 4, "and is read");
}

/* An interrupt's writer inside one of the short way, and the other way round. */
static void test_short_way_nested(void)
{
	struct seen s = { .in_order = true };
	struct ktap_rec *outer;

	setup();
	outer = kp_ring_try(&ring, KTAP_REC_PRINT, 1, 24);
	ok(try(2, 24) && put(3, 24), "others nest in it");
	read_all(&s);
	is(s.records, 0, "and are published with it");
	*(u64 *)(outer + 1) = 1;
	kp_ring_commit(&ring);
	read_all(&s);
	is(s.records, 3, "together");
	is(s.last_word, 3, "in the order of their space");
}

static void test_lies(void)
{
	struct seen s = { .in_order = true };
	u64 i;

	setup();
	for (i = 0; i < 64; i++) {
		ring.page->tail = i * 0x123456789abcdefull;
		put(i, 40);
	}
	ok(true, "a reader that writes nonsense into `tail` harms only itself");
	is(ring.emitted, ring.delivered + ring.dropped, "the counts hold");
	ring.page->size = 1;
	ring.page->head = ~0ull;
	ring.page->busy = 77;
	ring.page->tail = ring.reserved;
	ok(put(1, 40), "nor do `size`, `head` and `busy`");
	ring.page->tail = ring.page->head - 40;
	read_all(&s);
	is(s.last_word, 1, "which the writer only writes");
}

int main(void)
{
	test_wrap();
	test_full();
	test_nested();
	test_short_way();
	test_short_way_shut();
	test_short_way_nested();
	test_lies();
	free(mem);
	return tap_done();
}
