/* SPDX-License-Identifier: GPL-2.0 */
/*
 * agg.h - aggregates: what `<<<` adds samples to. Any context.
 *
 *   aggregate → cell of each CPU → pages of buckets
 *
 * A CPU adds to its own cell, which is made when it first does, by operations that
 * are atomic against interrupts of that CPU and need no bus lock. Reading adds up
 * the cells: exact once the updates under way have ended; while they run, what is
 * read lies between what was and what will be, member by member. Cells and pages
 * stay until the aggregate goes, so finding them takes no lock.
 *
 * A sample that finds no memory for its cell or page is dropped and counted.
 */
#ifndef KP_AGG_H
#define KP_AGG_H

#include <ktap/agg.h>

#include "ctx.h"
#include "tab.h"
#include "wide.h"

struct kp_agg_page {
	u8 cls;
	u64 n[];
};

struct kp_agg_cell {
	u8 cls;
	u64 count;
	u64 sum;
	s64 min, max;
	u64 square_low, square_high;	/* sum of squares, 128 bits */
	struct kp_agg_page *page[];
};

#define KP_AGG_WORDS	1024u	/* of DISTINCT: registers, four to a word */

struct kp_agg {
	struct kp_obj o;
	struct ktap_agg_shape shape;
	u8 page_shift;			/* buckets of a page, as a power of two */
	u32 npages, ncells;
	struct kp_agg_cell *cell[];	/* by CPU; of DISTINCT its registers instead */
};

/* All cells together. */
struct kp_agg_total {
	u64 count, sum;
	s64 min, max;
	struct kp_wide square;
};

/* One reference; NULL: no memory. */
struct kp_agg *kp_agg_new(struct kp_vm *vm, const struct ktap_agg_shape *shape);

/* What `<<<` makes of nil: with a distribution if the program asks for one. */
struct kp_agg *kp_agg_plain(struct kp_vm *vm);

/* Nothing can see it any more: everything but the object itself. */
void kp_agg_destroy(struct kp_vm *vm, struct kp_agg *a);

/* Adds a sample. DISTINCT takes any value but nil, all others integers. False: failed. */
bool kp_agg_add(struct kp_ctx *ctx, struct kp_agg *a, struct kp_value *v);

/* The CPU stays. Adds a number where its cell and the bucket's page are there. False: nothing is done. */
bool kp_agg_add_quick(struct kp_agg *a, s64 v);

void kp_agg_total(const struct kp_agg *a, struct kp_agg_total *t);
s64 kp_agg_avg(const struct kp_agg_total *t);
s64 kp_agg_stddev(const struct kp_agg_total *t);
u64 kp_agg_distinct(const struct kp_agg *a);

/* The value below which p of 100 samples lie; there is a sample. False: failed. */
bool kp_agg_percentile(struct kp_ctx *ctx, const struct kp_agg *a, s64 p, s64 *out);

/* Samples in a bucket. */
u64 kp_agg_bucket(const struct kp_agg *a, u32 index);

/*
 * Its form in a record, `room` bytes at most; buckets only if asked for. Returns the
 * bytes written, *cut set if buckets were left out for want of room; 0: no room at all.
 */
u32 kp_agg_encode(const struct kp_agg *a, void *to, u32 room, bool buckets, bool *cut);

/* slot <<< v, and t[key] <<< v: nil becomes an aggregate. False: failed. */
bool kp_op_slot_agg(struct kp_ctx *ctx, struct kp_slot *s, struct kp_value *v);
bool kp_op_tab_agg(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		   struct kp_value *v);

#endif
