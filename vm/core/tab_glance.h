/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tab_glance.h - what one look into a table is enough for, without the lock and without
 * a call: for the front of a handler. An entry that a split is moving, and a table that
 * ranks its entries, are left to those who take the lock: false, and nothing has been
 * done. Any context.
 */
#ifndef KP_TAB_GLANCE_H
#define KP_TAB_GLANCE_H

#include "tab_find.h"

static __always_inline struct kp_entry *kp_glance(struct kp_tab *t, u32 hash)
{
	struct kp_index *ix = smp_load_acquire(&t->index);

	return likely(ix && !READ_ONCE(t->bound)) ? smp_load_acquire(head_of(ix, hash)) : NULL;
}

static __always_inline bool kp_entry_is(const struct kp_entry *e, u32 hash, u32 tag)
{
	return e->hash == hash && smp_load_acquire(&e->ktag) == (tag | KP_ENTRY_LIVE);
}

/* The entry of an integer; of a string whose hash is known. */
static __always_inline struct kp_entry *kp_glance_int(struct kp_tab *t, s64 key)
{
	u32 hash = kp_word_hash((u64)key, seed_of(t));
	struct kp_entry *e = kp_glance(t, hash);

	while (e && !(kp_entry_is(e, hash, KTAP_T_INT) && e->ki == key))
		e = smp_load_acquire(&e->next);
	return e;
}

static __always_inline struct kp_entry *kp_glance_str(struct kp_tab *t, const struct kp_str *key)
{
	u32 hash = READ_ONCE(key->hash);
	struct kp_entry *e = hash ? kp_glance(t, hash) : NULL;

	while (e && !(kp_entry_is(e, hash, KTAP_T_STR) && kp_str_equal((struct kp_str *)e->kobj, key)))
		e = smp_load_acquire(&e->next);
	return e;
}

/* t[key] += n, where a number is there. */
static inline bool kp_tab_bump_int(struct kp_tab *t, s64 key, s64 n)
{
	struct kp_entry *e = kp_glance_int(t, key);

	return e && kp_slot_add(&e->val, n);
}

static inline bool kp_tab_bump_str(struct kp_tab *t, const struct kp_str *key, s64 n)
{
	struct kp_entry *e = kp_glance_str(t, key);

	return e && kp_slot_add(&e->val, n);
}

/* t[key], where something is there. */
static inline bool kp_tab_peek_int(struct kp_tab *t, s64 key, struct kp_value *out)
{
	struct kp_entry *e = kp_glance_int(t, key);

	if (e)
		*out = kp_slot_load(&e->val);
	return e;
}

static inline bool kp_tab_peek_str(struct kp_tab *t, const struct kp_str *key, struct kp_value *out)
{
	struct kp_entry *e = kp_glance_str(t, key);

	if (e)
		*out = kp_slot_load(&e->val);
	return e;
}

/* 0: a part is neither a number nor a string whose hash is known. */
static __always_inline u32 kp_parts_hash(const struct kp_value *v, u32 n, u32 seed)
{
	const struct kp_value *end = v + n;
	u64 h = kp_tuple_hash_begin(n, seed);
	u32 part;

	for (; v < end; v++) {
		if (v->tag == KTAP_T_STR)
			part = READ_ONCE(v->str->hash);
		else
			part = v->tag == KTAP_T_INT ? kp_word_hash((u64)v->i, seed) : 0;
		if (unlikely(!part))
			return 0;
		h = kp_hash_mix(h, part);
	}
	return kp_hash_finish(h);
}

static __always_inline bool kp_has_parts(const struct kp_tuple *t, const struct kp_value *v, u32 n)
{
	const struct kp_value *to = t->v, *end = v + n;

	if (t->n != n)
		return false;
	for (; v < end; v++, to++) {
		if (v->tag != to->tag)
			return false;
		if (v->i != to->i && (v->tag != KTAP_T_STR || !kp_str_equal(v->str, to->str)))
			return false;
	}
	return true;
}

/* By the parts of a composite key. */
static inline bool kp_tab_bump_parts(struct kp_tab *t, const struct kp_value *v, u32 nv, s64 n)
{
	u32 hash = kp_parts_hash(v, nv, seed_of(t));
	struct kp_entry *e = hash ? kp_glance(t, hash) : NULL;

	for (; e; e = smp_load_acquire(&e->next))
		if (kp_entry_is(e, hash, KTAP_T_TUPLE) && kp_has_parts((struct kp_tuple *)e->kobj, v, nv))
			return kp_slot_add(&e->val, n);
	return false;
}

/* t[key] */
static inline bool kp_tab_glance(struct kp_tab *t, const struct kp_value *key, struct kp_value *out)
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

#endif
