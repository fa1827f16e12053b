// SPDX-License-Identifier: GPL-2.0
#include "output/merge.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"

void merge_init(struct merge *m, const struct ring *rings, unsigned int n)
{
	*m = (struct merge){ .n = n };
	m->ring = xmalloc((n + 1) * sizeof(*m->ring));
	m->heap = xmalloc((n + 1) * sizeof(*m->heap));
	if (n)
		memcpy(m->ring, rings, n * sizeof(*rings));
}

void merge_exit(struct merge *m)
{
	free(m->ring);
	free(m->heap);
	*m = (struct merge){ 0 };
}

/* Bytes from a position to the end of the memory or of what is published. */
static size_t contiguous(const struct ring *r, uint64_t at, uint64_t end)
{
	uint64_t to_wrap = r->size - (at & (r->size - 1));

	return end - at < to_wrap ? end - at : to_wrap;
}

static const uint8_t *bytes_at(const struct ring *r, uint64_t at)
{
	return r->data + (at & (r->size - 1));
}

static void broken(struct ring *r, const char *error, const struct merge_sink *sink)
{
	r->broken = true;
	sink->damage(sink->arg, error, r->cpu);
}

/* Steps over the headers of what was not looked at yet. */
static void look_at(struct ring *r, const struct merge_sink *sink)
{
	const char *error;
	struct rec rec;

	if (r->seen < r->tail)
		r->seen = r->tail;
	while (r->seen < r->end && !r->broken) {
		if (rec_peek(bytes_at(r, r->seen), contiguous(r, r->seen, r->end), &rec, &error)) {
			r->end = r->seen;
			broken(r, error, sink);
			return;
		}
		r->seen += rec.len;
		if (rec.kind != KTAP_REC_PAD)
			r->last_ns = rec.time_ns;
	}
}

static void take_head(struct ring *r, uint64_t head, const struct merge_sink *sink)
{
	if (head - r->tail > r->size || head < r->end)
		broken(r, "more is published than fits the ring", sink);
	else
		r->end = head;
}

/*
 * The time before which this ring has nothing more to say. What it has said is looked at
 * ahead only where a writer is at work; else when it is handed over.
 */
static uint64_t observe(struct ring *r, uint64_t now_ns, const struct merge_sink *sink)
{
	bool busy;

	if (r->broken)
		return UINT64_MAX;
	busy = __atomic_load_n(&r->page->busy, __ATOMIC_ACQUIRE);
	take_head(r, __atomic_load_n(&r->page->head, __ATOMIC_ACQUIRE), sink);
	if (busy) {
		look_at(r, sink);
		return r->last_ns;
	}
	return now_ns > MERGE_SLACK_NS ? now_ns - MERGE_SLACK_NS : 0;
}

static uint64_t horizon_of(struct merge *m, uint64_t now_ns, const struct merge_sink *sink)
{
	uint64_t horizon = UINT64_MAX;

	for (unsigned int i = 0; i < m->n; i++) {
		uint64_t ns = observe(&m->ring[i], now_ns, sink);

		if (ns < horizon)
			horizon = ns;
	}
	return horizon;
}

static void tell_tail(struct ring *r)
{
	if (r->told != r->tail)
		__atomic_store_n(&r->page->tail, r->tail, __ATOMIC_RELEASE);
	r->told = r->tail;
}

/* Takes records off; writers learn of it in steps, not to share the line each time. */
static void consume(struct ring *r, size_t len)
{
	r->tail += len;
	if (r->tail - r->told >= r->size / 8)
		tell_tail(r);
}

/* Skips filler and reads the next record's header. False: there is none. */
static bool has_next(struct ring *r, const struct merge_sink *sink)
{
	const char *error;

	while (r->tail < r->end) {
		if (rec_peek(bytes_at(r, r->tail), contiguous(r, r->tail, r->end), &r->next, &error)) {
			r->end = r->tail;
			broken(r, error, sink);
			return false;
		}
		if (r->next.kind != KTAP_REC_PAD)
			return true;
		consume(r, r->next.len);
	}
	return false;
}

static bool is_older(const struct merge *m, unsigned int a, unsigned int b)
{
	const struct ring *ra = &m->ring[m->heap[a]], *rb = &m->ring[m->heap[b]];

	return ra->next.time_ns < rb->next.time_ns ||
	       (ra->next.time_ns == rb->next.time_ns && ra->cpu < rb->cpu);
}

static void swap(struct merge *m, unsigned int a, unsigned int b)
{
	unsigned int t = m->heap[a];

	m->heap[a] = m->heap[b];
	m->heap[b] = t;
}

static void sift_down(struct merge *m, unsigned int at)
{
	for (;;) {
		unsigned int least = at, left = 2 * at + 1, right = left + 1;

		if (left < m->nheap && is_older(m, left, least))
			least = left;
		if (right < m->nheap && is_older(m, right, least))
			least = right;
		if (least == at)
			return;
		swap(m, at, least);
		at = least;
	}
}

static void build_heap(struct merge *m, const struct merge_sink *sink)
{
	m->nheap = 0;
	for (unsigned int i = 0; i < m->n; i++)
		if (has_next(&m->ring[i], sink))
			m->heap[m->nheap++] = i;
	for (unsigned int i = m->nheap; i-- > 0; )
		sift_down(m, i);
}

/* Hands over the record at a ring's tail; it lies there until it was used. */
static void hand_over(struct ring *r, const struct merge_sink *sink)
{
	const char *error;

	if (rec_check(&r->next, &error) == DECODE_OK)
		sink->record(sink->arg, &r->next, r->cpu);
	else
		sink->damage(sink->arg, error, r->cpu);
	if (r->seen <= r->tail)
		r->last_ns = r->next.time_ns;
	consume(r, r->next.len);
}

/* Hands over what the sink takes by itself, from the tail on: no more than writers are told of at once. */
static size_t run_ahead(struct ring *r, uint64_t until, const struct merge_sink *sink)
{
	const uint8_t *at = bytes_at(r, r->tail);
	size_t len = contiguous(r, r->tail, r->end);
	struct stretch s = { .at = at, .end = at + len, .until_ns = until };

	if (len > r->size / 8)
		s.end = at + r->size / 8;
	if (sink->stretch)
		sink->stretch(sink->arg, &s);
	if (s.count && r->seen < r->tail + (s.at - at))
		r->last_ns = s.last_ns;
	consume(r, s.at - at);
	return s.count;
}

/* Up to when the oldest ring's records go before all others'. */
static uint64_t turn_of(const struct merge *m)
{
	const struct ring *r = &m->ring[m->heap[0]], *next;
	unsigned int rival = m->nheap > 2 && is_older(m, 2, 1) ? 2 : 1;

	if (m->nheap < 2)
		return UINT64_MAX;
	next = &m->ring[m->heap[rival]];
	return next->next.time_ns - (next->cpu < r->cpu);	/* which is younger then */
}

/* The oldest ring's records, as long as none is older. How many. */
static size_t take_turn(struct merge *m, uint64_t horizon, const struct merge_sink *sink)
{
	struct ring *r = &m->ring[m->heap[0]];
	uint64_t until = turn_of(m);
	size_t count = 0;
	bool more;

	if (until > horizon)
		until = horizon;
	do {
		size_t taken = run_ahead(r, until, sink);

		if (!taken)
			hand_over(r, sink);
		count += taken + !taken;
		more = has_next(r, sink);
	} while (more && r->next.time_ns <= until);
	if (!more)
		m->heap[0] = m->heap[--m->nheap];
	sift_down(m, 0);
	return count;
}

size_t merge_drain(struct merge *m, uint64_t now_ns, bool final, const struct merge_sink *sink)
{
	uint64_t horizon = horizon_of(m, now_ns, sink);
	size_t count = 0;

	if (final)
		horizon = UINT64_MAX;
	build_heap(m, sink);
	while (m->nheap && m->ring[m->heap[0]].next.time_ns <= horizon)
		count += take_turn(m, horizon, sink);
	for (unsigned int i = 0; i < m->n; i++)
		tell_tail(&m->ring[i]);
	return count;
}
