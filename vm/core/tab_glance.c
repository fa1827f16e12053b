// SPDX-License-Identifier: GPL-2.0
/*
 * tab_glance.c - what one look without the lock is enough for. An entry that a split is
 * moving, and a table that ranks its entries, are left to those who take it.
 */
#include "tab_find.h"

bool kp_tab_bump(struct kp_tab *t, const struct kp_value *key, s64 n)
{
	struct kp_index *ix = smp_load_acquire(&t->index);
	u32 hash = hash_of(t, key);
	struct kp_entry *e;

	if (unlikely(!ix || READ_ONCE(t->bound)))
		return false;
	e = walk(head_of(ix, hash), hash, key);
	return e && kp_slot_add(&e->val, n);
}

bool kp_tab_glance(struct kp_tab *t, const struct kp_value *key, struct kp_value *out)
{
	u32 seq = smp_load_acquire(&t->seq), hash = hash_of(t, key);
	struct kp_index *ix = smp_load_acquire(&t->index);
	struct kp_entry *e;

	if (unlikely(READ_ONCE(t->bound)))
		return false;
	e = ix ? walk(head_of(ix, hash), hash, key) : NULL;
	*out = e ? kp_slot_load(&e->val) : kp_nil();
	smp_rmb();
	return e || (!(seq & 1) && READ_ONCE(t->seq) == seq);
}
