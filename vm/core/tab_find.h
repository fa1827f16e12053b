/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tab_find.h - one look for an entry of a table, without its lock: tab.h tells why that
 * is safe and what it may miss. Any context.
 */
#ifndef KP_TAB_FIND_H
#define KP_TAB_FIND_H

#include "str.h"
#include "tab.h"

#define SMALL_BUCKETS	512u		/* one array up to here, and a segment's size */

static inline u32 seed_of(const struct kp_tab *t)
{
	return t->vm->opts.seed;
}

/*
 * The bucket of a hash among n buckets, where n need not be a power of two: those
 * below the last doubling that have not been split yet serve two.
 */
static inline u32 bucket_of(u32 hash, u32 n)
{
	u32 low = 1u << (31 - __builtin_clz(n));
	u32 b = hash & (2 * low - 1);

	return b < n ? b : hash & (low - 1);
}

static inline struct kp_entry **small_head(struct kp_index *ix, u32 b)
{
	return (struct kp_entry **)&ix->slot[b];
}

static inline struct kp_entry **big_head(struct kp_index *ix, u32 b)
{
	struct kp_entry **seg = READ_ONCE(ix->slot[b / SMALL_BUCKETS]);

	return &seg[b % SMALL_BUCKETS];
}

static inline struct kp_entry **head_of(struct kp_index *ix, u32 hash)
{
	u32 n = smp_load_acquire(&ix->n);

	if (likely(!ix->big))
		return small_head(ix, hash & (n - 1));
	return big_head(ix, bucket_of(hash, n));
}

/* What an entry holds; one that is vacant or has gone: nil. */
static __always_inline struct kp_value kp_entry_value(struct kp_entry *e)
{
	struct kp_value v = kp_slot_load(&e->val);

	return likely(v.tag != KTAP_T_NIL && v.tag != KP_SLOT_GONE) ? v : kp_nil();
}

static __always_inline bool kp_is_vacant(uintptr_t obj)
{
	return obj == KTAP_T_NIL || obj == KP_SLOT_GONE;
}

/* How many vacant entries a table keeps before it has them removed. */
#define KP_MAX_VACANT	512

static __always_inline bool kp_is_crowded(const struct kp_chunk *home)
{
	return atomic_read(&home->vacant) >= KP_MAX_VACANT;
}

/* Integers and strings first: they are nearly all keys. */
static __always_inline bool same_key(const struct kp_entry *e, const struct kp_value *key)
{
	if (e->ki == key->i)
		return true;
	if (key->tag < KTAP_T_STR)
		return false;
	if (likely(key->tag == KTAP_T_STR || key->tag == KTAP_T_STACK))
		return kp_str_equal((struct kp_str *)e->kobj, key->str);
	if (likely(key->tag == KTAP_T_TUPLE))
		return kp_tuple_equal((struct kp_tuple *)e->kobj, key->tuple);
	return kp_key_equal(e, key);
}

static __always_inline struct kp_entry *walk(struct kp_entry **head, u32 hash,
					     const struct kp_value *key)
{
	struct kp_entry *e = smp_load_acquire(head);

	for (; e; e = smp_load_acquire(&e->next))
		if (e->hash == hash &&
		    smp_load_acquire(&e->ktag) == (key->tag | KP_ENTRY_LIVE) &&
		    same_key(e, key))
			return e;
	return NULL;
}

static __always_inline u32 hash_of(const struct kp_tab *t, const struct kp_value *key)
{
	if (key->tag == KTAP_T_INT)
		return kp_word_hash((u64)key->i, seed_of(t));
	if (key->tag == KTAP_T_STR)
		return kp_str_hash(key->str, seed_of(t));
	if (key->tag == KTAP_T_TUPLE)
		return kp_tuple_hash(key->tuple, seed_of(t));
	return kp_value_hash(key, seed_of(t));
}

#endif
