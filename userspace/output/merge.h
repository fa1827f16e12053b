/* SPDX-License-Identifier: GPL-2.0 */
/*
 * merge.h - the rings of all CPUs → one stream of records in order of time.
 *
 * When is a record certain to be the oldest that is still to come? Read the
 * clock, then of each ring `busy`, then `head`. A ring whose writers were idle
 * can no longer publish anything older than that clock, but for a little: the
 * store to `busy` may still have been on its way. A ring at work may publish
 * anything not older than its last record. The least of these times is the
 * horizon: what is not younger goes out, in order; the rest stays in its ring.
 * Nothing is held back longer than a writer is at work.
 */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ktap/record.h>
#include "output/decode.h"
#include "output/stretch.h"

#define MERGE_SLACK_NS	10000u

struct ring {
	struct ktap_ring_page *page;
	const uint8_t *data;
	uint64_t size;		/* a power of two, not the page's word for it */
	int cpu;
	/* the merge's own */
	uint64_t tail;		/* consumed */
	uint64_t told;		/* of which `page->tail` knows */
	uint64_t end;		/* published */
	uint64_t seen;		/* looked at: whole records lie up to here, or to `tail` */
	uint64_t last_ns;	/* time of the last of these */
	struct rec next;	/* the one at `tail`, while there is one */
	bool broken;		/* damaged: nothing more is read from it */
};

struct merge {
	struct ring *ring;
	unsigned int n;
	unsigned int *heap;	/* rings that have records, the oldest first */
	unsigned int nheap;
};

/*
 * What is done with records; `damage` with what cannot be read. `stretch` is asked first, and
 * takes off as many as it likes; NULL: it likes none.
 */
struct merge_sink {
	void *arg;
	void (*stretch)(void *arg, struct stretch *s);
	void (*record)(void *arg, const struct rec *rec, int cpu);
	void (*damage)(void *arg, const char *error, int cpu);
};

/* Takes over `n` rings, whose page, data, size and cpu are filled in. */
void merge_init(struct merge *m, const struct ring *rings, unsigned int n);
void merge_exit(struct merge *m);

/*
 * Hands over the records up to the horizon, `now_ns` having been read before the
 * call; all of them if `final`: nothing writes any more. Returns how many.
 */
size_t merge_drain(struct merge *m, uint64_t now_ns, bool final, const struct merge_sink *sink);

#endif
