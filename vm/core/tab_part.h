/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tab_part.h - what the parts of tables' implementation have of each other. The lock is
 * held wherever it does not say otherwise. Any context.
 *
 *   tab.c          the operations
 *   tab_grow.c     the index, and where entries come from
 *   tab_remove.c   what leaves a table
 *   tab_iter.c     one entry after the other
 */
#ifndef KP_TAB_PART_H
#define KP_TAB_PART_H

#include "tab_find.h"

#define KP_CHUNK_ENTRIES	128u	/* at most */

/* While entries change their places: whoever looks without the lock looks again. */
static inline void kp_tab_seq_begin(struct kp_tab *t)
{
	WRITE_ONCE(t->seq, t->seq + 1);
	smp_wmb();
}

static inline void kp_tab_seq_end(struct kp_tab *t)
{
	smp_store_release(&t->seq, t->seq + 1);
}

static inline void kp_chain_push(struct kp_entry **head, struct kp_entry *e)
{
	WRITE_ONCE(e->next, *head);
	smp_store_release(head, e);
}

/* No split is under way. */
static inline struct kp_entry *kp_tab_find_locked(struct kp_tab *t, u32 hash,
						  const struct kp_value *key)
{
	return t->index ? walk(head_of(t->index, hash), hash, key) : NULL;
}

/* Without the lock too: an update is lost. */
enum kp_update kp_tab_dropped(struct kp_tab *t);

/* An entry to fill and a place for it; NULL: no memory. */
struct kp_entry *kp_tab_spare_entry(struct kp_tab *t);

/* One step toward as many buckets as entries. */
void kp_tab_grow(struct kp_tab *t, u32 entries);

/* Nothing can see it any more. */
void kp_tab_drop_index(struct kp_vm *vm, struct kp_index *ix);

/* False: the entry has moved to another table meanwhile. */
bool kp_tab_unlink(struct kp_tab *t, struct kp_entry *e);

/* Removes an entry that is still vacant: false if it is not. */
bool kp_tab_retire_vacant(struct kp_tab *t, struct kp_entry *e);

/* Without the lock, behind each removal. */
void kp_tab_queue_dirty(struct kp_tab *t);

#endif
