/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bound.h - which entry a table of bounded size gives up next: a heap, smallest rank
 * first, beside the table's own index. Any context; the table's lock is held.
 *
 * LRU   the rank is the time of the last use.
 * TOP   the rank is the value. A new key takes the place of the smallest entry and
 *       goes on from its value (Space-Saving, Metwally et al. 2005). So values are
 *       exact as long as the keys fit; after that none is less than the truth, nor
 *       more by more than the smallest value kept, which is at most the sum of all
 *       additions divided by the number of entries.
 */
#ifndef KP_BOUND_H
#define KP_BOUND_H

#include "tab.h"

#define KP_MAX_BOUND	(256u << 10)	/* entries */

enum kp_bound_kind { KP_BOUND_LRU, KP_BOUND_TOP };

struct kp_bound_node {
	s64 rank;
	struct kp_entry *e;	/* whose `idle` is the node's number meanwhile */
};

#define KP_BOUND_SEGMENT	512u

struct kp_bound_segment {
	struct kp_obj o;
	struct kp_bound_node node[KP_BOUND_SEGMENT];
};

struct kp_bound {
	struct kp_obj o;
	u32 kind;		/* enum kp_bound_kind */
	u32 cap, n;
	u32 nseg;		/* segments so far: they are made as the table fills */
	s64 clock;		/* LRU: uses so far */
	struct kp_bound_segment *seg[];
};

/* Bounds a new table. False: no memory. */
bool kp_bound_new(struct kp_tab *t, enum kp_bound_kind kind, u32 cap);
void kp_bound_destroy(struct kp_vm *vm, struct kp_bound *b);

/* Room for one more node; false if there is no memory. */
bool kp_bound_room(struct kp_vm *vm, struct kp_bound *b);

/* The entry to give up next; there is one. */
struct kp_bound_node *kp_bound_least(struct kp_bound *b);

void kp_bound_add(struct kp_bound *b, struct kp_entry *e);
void kp_bound_remove(struct kp_bound *b, struct kp_entry *e);

/* The entry was used, or its value has changed. */
void kp_bound_used(struct kp_bound *b, struct kp_entry *e);

#endif
