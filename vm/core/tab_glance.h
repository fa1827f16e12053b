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

static __always_inline struct kp_entry *kp_glance_bytes(struct kp_tab *t, u32 tag, u32 hash,
							const struct kp_str *key)
{
	struct kp_entry *e = kp_glance(t, hash);

	while (e && !(kp_entry_is(e, hash, tag) && kp_str_equal((struct kp_str *)e->kobj, key)))
		e = smp_load_acquire(&e->next);
	return e;
}

static __always_inline struct kp_entry *kp_glance_str(struct kp_tab *t, const struct kp_str *key)
{
	u32 hash = READ_ONCE(key->hash);

	return hash ? kp_glance_bytes(t, KTAP_T_STR, hash, key) : NULL;
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

/* The same by a string or a stack, which may have been made just now: its hash is then. */
static inline bool kp_tab_bump_made(struct kp_tab *t, const struct kp_value *key, s64 n)
{
	struct kp_entry *e = kp_glance_bytes(t, key->tag, kp_str_hash(key->str, seed_of(t)), key->str);

	return e && kp_slot_add(&e->val, n);
}

/* What is in an entry; false, and *out as it was, if that is nothing: it may be the key's place. */
static __always_inline bool kp_peek(struct kp_entry *e, struct kp_value *out)
{
	struct kp_value v;

	if (!e)
		return false;
	v = kp_slot_load(&e->val);
	if (unlikely(kp_is_vacant(v.tag)))
		return false;
	*out = v;
	return true;
}

/* t[key], where something is there. */
static inline bool kp_tab_peek_int(struct kp_tab *t, s64 key, struct kp_value *out)
{
	return kp_peek(kp_glance_int(t, key), out);
}

static inline bool kp_tab_peek_str(struct kp_tab *t, const struct kp_str *key, struct kp_value *out)
{
	return kp_peek(kp_glance_str(t, key), out);
}

/* 0: it is neither a number nor a string whose hash is known. */
static __always_inline u32 kp_quick_hash(const struct kp_value *v, u32 seed)
{
	if (v->tag == KTAP_T_STR)
		return READ_ONCE(v->str->hash);
	return v->tag == KTAP_T_INT ? kp_word_hash((u64)v->i, seed) : 0;
}

/* Two parts are most, and are looked at without a loop where `n` is a constant. */
static __always_inline u32 kp_parts_hash(const struct kp_value *v, u32 n, u32 seed)
{
	u64 h = kp_tuple_hash_begin(n, seed);
	const struct kp_value *end = v + n;
	u32 part, next;

	if (__builtin_constant_p(n) && n == 2) {
		part = kp_quick_hash(v, seed);
		next = kp_quick_hash(v + 1, seed);
		return likely(part && next) ? kp_hash_finish(kp_hash_mix(kp_hash_mix(h, part), next)) : 0;
	}
	for (; v < end; v++) {
		part = kp_quick_hash(v, seed);
		if (unlikely(!part))
			return 0;
		h = kp_hash_mix(h, part);
	}
	return kp_hash_finish(h);
}

static __always_inline bool kp_is_part(const struct kp_value *v, const struct kp_value *to)
{
	return v->tag == to->tag &&
	       (v->i == to->i || (v->tag == KTAP_T_STR && kp_str_equal(v->str, to->str)));
}

static __always_inline bool kp_has_parts(const struct kp_tuple *t, const struct kp_value *v, u32 n)
{
	u32 i;

	if (t->n != n)
		return false;
	if (__builtin_constant_p(n) && n == 2)
		return kp_is_part(v, t->v) && kp_is_part(v + 1, t->v + 1);
	for (i = 0; i < n; i++)
		if (!kp_is_part(v + i, t->v + i))
			return false;
	return true;
}

/* By the parts of a composite key. */
static __always_inline bool kp_tab_bump_parts(struct kp_tab *t, const struct kp_value *v, u32 nv, s64 n)
{
	u32 hash = kp_parts_hash(v, nv, seed_of(t));
	struct kp_entry *e = hash ? kp_glance(t, hash) : NULL;

	for (; e; e = smp_load_acquire(&e->next))
		if (kp_entry_is(e, hash, KTAP_T_TUPLE) && kp_has_parts((struct kp_tuple *)e->kobj, v, nv))
			return kp_slot_add(&e->val, n);
	return false;
}

/* --- any of these keys, and then what is done --- */

struct kp_spot {
	struct kp_tab *t;
	struct kp_index *ix;
	struct kp_entry *e;		/* NULL: it was not seen */
	u32 hash, seq;
};

/* False: it is not for one look. */
static __always_inline bool kp_look_begin(struct kp_spot *l, struct kp_tab *t, u32 hash)
{
	l->t = t;
	l->hash = hash;
	l->seq = smp_load_acquire(&t->seq);
	l->ix = smp_load_acquire(&t->index);
	l->e = l->ix ? smp_load_acquire(head_of(l->ix, hash)) : NULL;
	return likely(hash && !READ_ONCE(t->bound));
}

static __always_inline void kp_look_on(struct kp_spot *l)
{
	l->e = smp_load_acquire(&l->e->next);
}

static __always_inline bool kp_look_int(struct kp_spot *l, struct kp_tab *t, s64 key)
{
	if (!kp_look_begin(l, t, kp_word_hash((u64)key, seed_of(t))))
		return false;
	while (l->e && !(kp_entry_is(l->e, l->hash, KTAP_T_INT) && l->e->ki == key))
		kp_look_on(l);
	return true;
}

/* A string whose hash is known. */
static __always_inline bool kp_look_str(struct kp_spot *l, struct kp_tab *t, const struct kp_str *key)
{
	if (!kp_look_begin(l, t, READ_ONCE(key->hash)))
		return false;
	while (l->e && !(kp_entry_is(l->e, l->hash, KTAP_T_STR) &&
			 kp_str_equal((struct kp_str *)l->e->kobj, key)))
		kp_look_on(l);
	return true;
}

static __always_inline bool kp_look_parts(struct kp_spot *l, struct kp_tab *t,
					  const struct kp_value *v, u32 n)
{
	if (!kp_look_begin(l, t, kp_parts_hash(v, n, seed_of(t))))
		return false;
	while (l->e && !(kp_entry_is(l->e, l->hash, KTAP_T_TUPLE) &&
			 kp_has_parts((struct kp_tuple *)l->e->kobj, v, n)))
		kp_look_on(l);
	return true;
}

static __always_inline bool kp_look_tuple(struct kp_spot *l, struct kp_tab *t, const struct kp_tuple *key)
{
	if (!kp_look_begin(l, t, READ_ONCE(key->hash)))
		return false;
	while (l->e && !(kp_entry_is(l->e, l->hash, KTAP_T_TUPLE) &&
			 kp_tuple_equal((struct kp_tuple *)l->e->kobj, key)))
		kp_look_on(l);
	return true;
}

static __always_inline bool kp_look_key(struct kp_spot *l, struct kp_tab *t, const struct kp_value *key)
{
	if (likely(key->tag == KTAP_T_INT))
		return kp_look_int(l, t, key->i);
	if (key->tag == KTAP_T_STR)
		return kp_look_str(l, t, key->str);
	return key->tag == KTAP_T_TUPLE && kp_look_tuple(l, t, key->tuple);
}

/* Whether what was not seen is not there. */
static __always_inline bool kp_look_is_sure(const struct kp_spot *l)
{
	smp_rmb();
	return !(l->seq & 1) && READ_ONCE(l->t->seq) == l->seq;
}

/* t[key] <<< v: the aggregate that is there, or NULL. */
static __always_inline struct kp_agg *kp_look_agg(struct kp_spot *l)
{
	struct kp_value v = l->e ? kp_slot_load(&l->e->val) : kp_nil();

	return v.tag == KTAP_T_AGG ? v.agg : NULL;
}

/*
 * t[key] = nil, where no object goes: the entry stays, vacant. The count is that of
 * the chunks which the entry is in, wherever these move.
 */
static __always_inline bool kp_look_vacate(struct kp_spot *l)
{
	struct kp_chunk *home;
	uintptr_t was;

	if (!l->e)
		return kp_look_is_sure(l);
	was = READ_ONCE(l->e->val.obj);
	home = READ_ONCE(l->ix->home);
	if (was == KTAP_T_NIL)
		return true;
	if (was >= KP_SLOT_GONE || kp_is_crowded(home) ||
	    cmpxchg(&l->e->val.obj, was, (uintptr_t)KTAP_T_NIL) != was)
		return false;
	atomic_inc(&home->vacant);
	return true;
}

/*
 * t[key] = v, which is no object, where no object goes. The number is there before the
 * kind is; where that is a number's already, whoever changes it meanwhile does so after this.
 */
static __always_inline bool kp_look_put(struct kp_spot *l, const struct kp_value *v)
{
	uintptr_t was;

	if (!l->e)
		return false;
	was = READ_ONCE(l->e->val.obj);
	if (was >= KP_SLOT_GONE)
		return false;
	if (!kp_shared_plain(v->tag))
		atomic64_set(&l->e->val.num, v->i);
	if (was == v->tag)
		return true;
	if (cmpxchg(&l->e->val.obj, was, (uintptr_t)v->tag) != was)
		return false;
	if (was == KTAP_T_NIL)
		atomic_dec(&READ_ONCE(l->ix->home)->vacant);
	return true;
}

static __always_inline bool kp_look_set(struct kp_spot *l, const struct kp_value *v)
{
	return v->tag == KTAP_T_NIL ? kp_look_vacate(l) : kp_look_put(l, v);
}

#endif
