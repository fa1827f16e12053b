// SPDX-License-Identifier: GPL-2.0
/*
 * front_tab.c - what the front of a handler does with tables, shared variables and
 * aggregates: where what it needs is there, and no object goes. Any context.
 */
#include "agg.h"
#include "front.h"
#include "tab_glance.h"

static __always_inline bool is_plain(const struct kp_value *v)
{
	return v->tag == KTAP_T_INT || v->tag <= KTAP_T_TRUE;
}

_Static_assert(KTAP_T_NIL == 0 && KTAP_T_FALSE == 1 && KTAP_T_TRUE == 2, "plain values come first");

/* Whether it is a table that is to be looked into. */
static __always_inline bool is_open(const struct kp_value *t)
{
	return likely(t->tag == KTAP_T_TABLE) && !kp_refused(FRONT);
}

struct kp_tuple *kp_front_tuple(void *mem, const struct kp_value *v, u64 n, u64 seed)
{
	u32 hash = kp_parts_hash(v, (u32)n, (u32)seed);
	struct kp_tuple *t = mem;

	if (!hash || kp_refused(FRONT))
		return NULL;
	t->o = (struct kp_obj){ .type = KTAP_T_TUPLE, .flags = KP_OBJ_TEMP };
	t->n = (u32)n;
	t->hash = hash;
	memcpy(t->v, v, n * sizeof(*v));
	return t;
}

/* --- reading --- */

static noinline bool get_other(struct kp_entry *e, struct kp_value *out)
{
	*out = kp_entry_value(e);
	return true;
}

static __always_inline bool put_found(struct kp_value *out, s64 n, u32 tag)
{
	out->tag = tag;
	out->aux = 0;
	out->i = n;
	return true;
}

/* Nearly all that is looked for is a number, which needs no memory on its way. */
static __always_inline bool get_entry(struct kp_entry *e, struct kp_value *out)
{
	s64 n;

	if (unlikely(!kp_slot_int(&e->val, &n)))
		return get_other(e, out);
	return put_found(out, n, KTAP_T_INT);
}

static __always_inline bool get(struct kp_spot l, struct kp_value *out)
{
	if (likely(l.e))
		return get_entry(l.e, out);
	return kp_look_is_sure(&l) && put_found(out, 0, KTAP_T_NIL);
}

u64 kp_front_get(struct kp_value *out, const struct kp_value *t, const struct kp_value *key)
{
	struct kp_spot l;

	return is_open(t) && kp_look_key(&l, t->tab, key) && get(l, out);
}

u64 kp_front_get_int(struct kp_value *out, const struct kp_value *t, s64 key)
{
	struct kp_spot l;

	return is_open(t) && kp_look_int(&l, t->tab, key) && get(l, out);
}

u64 kp_front_find_int(struct kp_value *out, const struct kp_value *t, s64 key, struct kp_seen *seen)
{
	struct kp_spot l;

	if (!is_open(t) || !kp_look_int(&l, t->tab, key))
		return false;
	if (unlikely(!l.e))
		return get(l, out);
	*seen = (struct kp_seen){ t->tab, key, l.e, l.ix };
	return get_entry(l.e, out);
}

u64 kp_front_get_parts(struct kp_value *out, const struct kp_value *t, const struct kp_value *v, u64 nv)
{
	struct kp_spot l;

	return is_open(t) && kp_look_parts(&l, t->tab, v, (u32)nv) && get(l, out);
}

/* --- storing, removing --- */

static __always_inline bool look_again(struct kp_spot *l, struct kp_tab *t, s64 key, const struct kp_seen *seen)
{
	if (unlikely(seen->tab != t || seen->key != key))
		return kp_look_int(l, t, key);
	*l = (struct kp_spot){ .t = t, .ix = seen->index, .e = seen->entry };
	return true;
}

u64 kp_front_set(const struct kp_value *t, const struct kp_value *key, const struct kp_value *val)
{
	struct kp_spot l;

	return is_open(t) && is_plain(val) && kp_look_key(&l, t->tab, key) &&
	       kp_look_set(&l, val);
}

u64 kp_front_set_int(const struct kp_value *t, s64 key, const struct kp_value *val)
{
	struct kp_spot l;

	return is_open(t) && is_plain(val) && kp_look_int(&l, t->tab, key) && kp_look_set(&l, val);
}

u64 kp_front_set_seen(const struct kp_value *t, s64 key, const struct kp_value *val, const struct kp_seen *seen)
{
	struct kp_spot l;

	return is_open(t) && is_plain(val) && look_again(&l, t->tab, key, seen) && kp_look_set(&l, val);
}

u64 kp_front_remove_int(const struct kp_value *t, s64 key)
{
	struct kp_spot l;

	return is_open(t) && kp_look_int(&l, t->tab, key) && kp_look_vacate(&l);
}

u64 kp_front_remove_seen(const struct kp_value *t, s64 key, const struct kp_seen *seen)
{
	struct kp_spot l;

	return is_open(t) && look_again(&l, t->tab, key, seen) && kp_look_vacate(&l);
}

u64 kp_front_set_parts(const struct kp_value *t, const struct kp_value *v, u64 nv,
		       const struct kp_value *val)
{
	struct kp_spot l;

	return is_open(t) && is_plain(val) &&
	       kp_look_parts(&l, t->tab, v, (u32)nv) && kp_look_set(&l, val);
}

/* As kp_slot_put(). It may have put the number where it gives up: who goes on puts it again. */
u64 kp_front_put(struct kp_slot *slot, const struct kp_value *val)
{
	uintptr_t was = READ_ONCE(slot->obj);

	if (was >= KP_SLOT_TAGS || !is_plain(val) || kp_refused(FRONT))
		return false;
	if (!kp_shared_plain(val->tag))
		atomic64_set(&slot->num, val->tag == KTAP_T_NIL ? 0 : val->i);
	return was == val->tag || cmpxchg(&slot->obj, was, (uintptr_t)val->tag) == was;
}

/* --- adding --- */

u64 kp_front_add(const struct kp_value *t, const struct kp_value *key, s64 n)
{
	if (unlikely(!is_open(t)))
		return false;
	if (key->tag == KTAP_T_STR)
		return kp_tab_bump_str(t->tab, key->str, n);
	if (key->tag == KTAP_T_INT)
		return kp_tab_bump_int(t->tab, key->i, n);
	return key->tag == KTAP_T_TUPLE && kp_front_add_parts(t, key->tuple->v, key->tuple->n, n);
}

u64 kp_front_add_int(const struct kp_value *t, s64 key, s64 n)
{
	return is_open(t) && kp_tab_bump_int(t->tab, key, n);
}

u64 kp_front_add_parts(const struct kp_value *t, const struct kp_value *v, u64 nv, s64 n)
{
	if (unlikely(!is_open(t)))
		return false;
	return nv == 2 ? kp_tab_bump_parts(t->tab, v, 2, n) : kp_tab_bump_parts(t->tab, v, (u32)nv, n);
}

/* --- samples --- */

static __always_inline u64 sample(struct kp_spot *l, const struct kp_value *val)
{
	struct kp_agg *a = kp_look_agg(l);

	return a && kp_agg_add_quick(a, val->i);
}

u64 kp_front_agg(const struct kp_value *t, const struct kp_value *key, const struct kp_value *val)
{
	struct kp_spot l;

	return is_open(t) && val->tag == KTAP_T_INT &&
	       kp_look_key(&l, t->tab, key) && sample(&l, val);
}

u64 kp_front_agg_parts(const struct kp_value *t, const struct kp_value *v, u64 nv,
		       const struct kp_value *val)
{
	struct kp_spot l;

	return is_open(t) && val->tag == KTAP_T_INT &&
	       kp_look_parts(&l, t->tab, v, (u32)nv) && sample(&l, val);
}

u64 kp_front_agg_slot(struct kp_slot *slot, s64 n)
{
	struct kp_obj *o = (struct kp_obj *)smp_load_acquire(&slot->obj);

	return (uintptr_t)o >= KP_SLOT_TAGS && o->type == KTAP_T_AGG && !kp_refused(FRONT) &&
	       kp_agg_add_quick((struct kp_agg *)o, n);
}
