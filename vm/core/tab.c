// SPDX-License-Identifier: GPL-2.0
/*
 * tab.c - the operations on tables; tab.h tells how they are built and why finding needs
 * no lock.
 */
#include "tab_part.h"
#include "agg.h"
#include "arith.h"
#include "bound.h"

#define LOCKLESS_TRIES	3

/* --- finding --- */

bool kp_key_equal(const struct kp_entry *e, const struct kp_value *key)
{
	struct kp_value k = { .tag = key->tag, .obj = e->kobj };

	return kp_value_equal(&k, key);
}

/* `last`: nobody looks again, so what is missed in an NMI counts as dropped. */
static struct kp_entry *find_slow(struct kp_tab *t, u32 hash, const struct kp_value *key,
				  bool last)
{
	struct kp_entry *e = NULL;
	unsigned long flags;

	if (!kp_lock(&t->lock, &flags)) {
		if (last)
			atomic64_inc(&t->vm->table_drops);
		return NULL;
	}
	e = kp_tab_find_locked(t, hash, key);
	kp_unlock(&t->lock, flags);
	return e;
}

static inline struct kp_entry *find(struct kp_tab *t, u32 hash, const struct kp_value *key,
				    bool last)
{
	struct kp_index *ix;
	struct kp_entry *e;
	u32 seq;
	int i;

	for (i = 0; i < LOCKLESS_TRIES; i++) {
		seq = smp_load_acquire(&t->seq);
		ix = smp_load_acquire(&t->index);
		if (!ix)
			return NULL;
		e = walk(head_of(ix, hash), hash, key);
		if (likely(e))
			return e;
		smp_rmb();
		if (likely(!(seq & 1) && READ_ONCE(t->seq) == seq))
			return NULL;
	}
	return find_slow(t, hash, key, last);
}

/* --- inserting --- */

/* Lock held. */
static void put_entry(struct kp_tab *t, struct kp_entry *e, u32 hash, u32 tag,
		      const struct kp_shared *key, const struct kp_shared *val)
{
	if (unlikely(!t->index->home))
		WRITE_ONCE(t->index->home, t->first);
	e->hash = hash;
	e->ki = key->obj < KP_SLOT_TAGS ? key->num : (s64)key->obj;
	atomic64_set(&e->val.num, val->num);
	WRITE_ONCE(e->val.obj, val->obj);
	smp_store_release(&e->ktag, tag | KP_ENTRY_LIVE);
	kp_chain_push(head_of(t->index, hash), e);
	WRITE_ONCE(t->count, t->count + 1);
	kp_tab_grow(t, t->count);
}

/*
 * The entry of a key, made with value `val` if there was none: *made tells. NULL
 * if there is no memory. Takes over the key's reference if it makes the entry.
 */
static struct kp_entry *find_or_make(struct kp_tab *t, u32 hash, const struct kp_value *key,
				     const struct kp_shared *skey,
				     const struct kp_shared *val, bool *made)
{
	struct kp_entry *e;
	unsigned long flags;
	bool dirty;

	*made = false;
	if (!kp_lock(&t->lock, &flags))
		return NULL;
	e = kp_tab_find_locked(t, hash, key);
	dirty = e && kp_tab_retire_vacant(t, e);
	if (!e || dirty) {
		e = kp_tab_spare_entry(t);
		*made = e != NULL;
	}
	if (*made)
		put_entry(t, e, hash, key->tag, skey, val);
	kp_unlock(&t->lock, flags);
	if (unlikely(dirty))
		kp_tab_queue_dirty(t);
	return e;
}

/* As find_or_make(), with the key shared; KP_DONE with *e set, or KP_DROPPED. */
static enum kp_update upsert(struct kp_tab *t, u32 hash, const struct kp_value *key,
			     const struct kp_shared *val, struct kp_entry **e, bool *made)
{
	struct kp_shared skey;

	if (!kp_share(t->vm, NULL, key, &skey))
		return kp_tab_dropped(t);
	if (key->tag >= KTAP_T_STR && skey.obj < KP_SLOT_TAGS)
		return kp_tab_dropped(t);	/* a key that is no more */
	*e = find_or_make(t, hash, key, &skey, val, made);
	if (!*made)
		kp_unshare(t->vm, skey.obj);
	return *e ? KP_DONE : kp_tab_dropped(t);
}

/* --- the operations --- */

struct kp_tab *kp_tab_new(struct kp_vm *vm)
{
	struct kp_tab *t = kp_obj_new(vm, KTAP_T_TABLE, sizeof(*t));

	if (!t)
		return NULL;
	memset((u8 *)t + sizeof(t->o), 0, sizeof(*t) - sizeof(t->o));
	kp_lock_init(&t->lock);
	t->vm = vm;
	return t;
}

enum kp_update kp_slot_arith(struct kp_slot *s, u32 op, s64 n, struct kp_value *was)
{
	s64 old, now;

	do {
		if (READ_ONCE(s->obj) != KTAP_T_INT) {
			*was = kp_slot_load(s);
			return KP_BADTYPE;
		}
		old = atomic64_read(&s->num);
		if (!kp_arith(op, old, n, &now))
			return KP_BADDIV;
	} while (atomic64_cmpxchg(&s->num, old, now) != old);
	return KP_DONE;
}

/* --- tables of bounded size --- */

/* Without the lock: kp_tab_move() may put another bound of the same kind there. */
static inline bool is_bounded(const struct kp_tab *t)
{
	return READ_ONCE(t->bound);
}

static u32 bound_kind(const struct kp_tab *t)
{
	return smp_load_acquire(&t->bound)->kind;
}

/*
 * Lock held. The entry of a new key: in a full table it takes the place of the least,
 * which goes only once there is memory for the other. NULL: there is none.
 */
static struct kp_entry *make_bounded(struct kp_tab *t, u32 hash, u32 tag,
				     const struct kp_shared *key, const struct kp_shared *val)
{
	struct kp_bound *b = t->bound;
	struct kp_entry *e;

	if (b->n < b->cap && !kp_bound_room(t->vm, b))
		return NULL;
	e = kp_tab_spare_entry(t);
	if (!e)
		return NULL;
	if (b->n == b->cap)
		kp_tab_unlink(t, kp_bound_least(b)->e);
	put_entry(t, e, hash, tag, key, val);
	kp_bound_add(b, e);
	return e;
}

/* What an update does with the entry it found, or with the value of a new one. */
struct bounded_update {
	u32 op;			/* enum ktap_arith, SET or AGG */
	s64 n;
	struct kp_value *was;
	struct kp_shared val;
};

#define SET	(~0u)
#define AGG	(~1u)	/* nothing, but to tell in *was what is there: an aggregate, if it is new */

/* Lock held. */
static enum kp_update update_old(struct kp_tab *t, struct kp_entry *e, struct bounded_update *u)
{
	enum kp_update done = KP_DONE;

	if (u->op == SET) {
		kp_slot_put(t->vm, &e->val, &u->val);
		u->val.obj = KTAP_T_NIL;
	} else if (u->op == AGG) {
		*u->was = kp_entry_value(e);
	} else {
		done = kp_slot_arith(&e->val, u->op, u->n, u->was);
	}
	kp_bound_used(t->bound, e);
	return done;
}

/* Lock held. *key and u->val are taken over, and nil then, if an entry is made. */
static enum kp_update update_new(struct kp_tab *t, u32 hash, u32 tag, struct kp_shared *key,
				 struct bounded_update *u)
{
	struct kp_bound *b = t->bound;
	bool full = b->kind == KP_BOUND_TOP && b->n == b->cap;

	if (u->op == SET && full && u->val.num <= kp_bound_least(b)->rank)
		return KP_DONE;	/* it is the least itself */
	if (u->op == AGG && u->val.obj == KTAP_T_NIL)
		return KP_DROPPED;	/* it was given up after it was found */
	if (u->op < AGG)
		kp_arith(u->op, full ? kp_bound_least(b)->rank : 0, u->n, &u->val.num);
	if (!make_bounded(t, hash, tag, key, &u->val))
		return KP_DROPPED;
	key->obj = u->val.obj = KTAP_T_NIL;
	return KP_DONE;
}

static enum kp_update update_bounded(struct kp_tab *t, u32 hash, const struct kp_value *key,
				     struct bounded_update *u)
{
	enum kp_update done = KP_DROPPED;
	struct kp_shared skey;
	struct kp_entry *e;
	unsigned long flags;
	bool dirty;

	if (!kp_share(t->vm, NULL, key, &skey))
		return kp_tab_dropped(t);
	if ((key->tag < KTAP_T_STR || skey.obj >= KP_SLOT_TAGS) && kp_lock(&t->lock, &flags)) {
		e = kp_tab_find_locked(t, hash, key);
		done = e ? update_old(t, e, u) : update_new(t, hash, key->tag, &skey, u);
		dirty = t->removed;
		kp_unlock(&t->lock, flags);
		if (dirty)
			kp_tab_queue_dirty(t);
	}
	kp_unshare(t->vm, skey.obj);
	return done == KP_DROPPED ? kp_tab_dropped(t) : done;
}

static enum kp_update set_bounded(struct kp_tab *t, struct kp_event *ev, u32 hash,
				  const struct kp_value *key, const struct kp_value *val)
{
	struct bounded_update u = { .op = SET };
	enum kp_update done;

	if (bound_kind(t) == KP_BOUND_TOP && val->tag != KTAP_T_INT)
		return KP_BADTYPE;
	if (!kp_share(t->vm, ev, val, &u.val))
		return kp_tab_dropped(t);
	done = update_bounded(t, hash, key, &u);
	kp_unshare(t->vm, u.val.obj);
	return done;
}

static enum kp_update arith_bounded(struct kp_tab *t, u32 hash, const struct kp_value *key,
				    u32 op, s64 n, struct kp_value *was)
{
	struct bounded_update u = { op, n, was, { .obj = KTAP_T_INT } };

	*was = kp_nil();
	if (op > KTAP_ARITH_SUB && !find(t, hash, key, true))
		return KP_BADTYPE;
	return update_bounded(t, hash, key, &u);
}

/* --- reading, writing --- */

/* In NMI, where the lock may be taken, a read may not count as a use. */
static struct kp_value get_used(struct kp_tab *t, u32 hash, const struct kp_value *key)
{
	struct kp_value v = kp_nil();
	struct kp_entry *e;
	unsigned long flags;

	if (!kp_lock(&t->lock, &flags)) {
		e = find(t, hash, key, true);
		return e ? kp_entry_value(e) : v;
	}
	e = kp_tab_find_locked(t, hash, key);
	if (e) {
		v = kp_entry_value(e);
		kp_bound_used(t->bound, e);
	}
	kp_unlock(&t->lock, flags);
	return v;
}

struct kp_value kp_tab_get(struct kp_tab *t, const struct kp_value *key)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e;

	if (unlikely(is_bounded(t)) && bound_kind(t) == KP_BOUND_LRU)
		return get_used(t, hash, key);
	e = find(t, hash, key, true);
	return e ? kp_entry_value(e) : kp_nil();
}

/* False: the entry has no value, and another has to be made. */
static bool put_value(struct kp_tab *t, struct kp_entry *e, const struct kp_shared *v)
{
	uintptr_t old;

	do {
		old = READ_ONCE(e->val.obj);
		if (unlikely(kp_is_vacant(old)))
			return false;
		if (v->obj < KP_SLOT_TAGS && !kp_shared_plain(v->obj))
			atomic64_set(&e->val.num, v->num);
	} while (cmpxchg(&e->val.obj, old, v->obj) != old);
	kp_unshare(t->vm, old);
	return true;
}

enum kp_update kp_tab_set(struct kp_tab *t, struct kp_event *ev,
			  const struct kp_value *key, const struct kp_value *val)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, val->tag == KTAP_T_NIL);
	struct kp_shared v;
	bool made = false;

	if (val->tag == KTAP_T_NIL)
		return e ? kp_tab_delete(t, key) : KP_DONE;
	if (unlikely(is_bounded(t)))
		return set_bounded(t, ev, hash, key, val);
	if (!kp_share(t->vm, ev, val, &v))
		return kp_tab_dropped(t);
	if (e && put_value(t, e, &v))
		return KP_DONE;
	if (upsert(t, hash, key, &v, &e, &made) != KP_DONE) {
		kp_unshare(t->vm, v.obj);
		return KP_DROPPED;
	}
	if (!made && !put_value(t, e, &v))
		kp_unshare(t->vm, v.obj);	/* removed since: as if after this */
	return KP_DONE;
}

enum kp_update kp_tab_put_new(struct kp_tab *t, struct kp_event *ev, const struct kp_value *key,
			      const struct kp_value *val, bool *made)
{
	struct kp_entry *e;
	struct kp_shared v;
	enum kp_update u;

	*made = is_bounded(t);
	if (*made)
		return kp_tab_set(t, ev, key, val);
	if (!kp_share(t->vm, ev, val, &v))
		return kp_tab_dropped(t);
	u = upsert(t, kp_value_hash(key, seed_of(t)), key, &v, &e, made);
	if (!*made)
		kp_unshare(t->vm, v.obj);
	return u;
}

/* KP_DROPPED: the entry has no value, and another has to be made. */
static enum kp_update arith_entry(struct kp_entry *e, u32 op, s64 n, struct kp_value *was)
{
	enum kp_update u = kp_slot_arith(&e->val, op, n, was);

	if (unlikely(u == KP_BADTYPE && kp_is_vacant(was->tag))) {
		*was = kp_nil();
		return KP_DROPPED;
	}
	return u;
}

static enum kp_update add_to(struct kp_entry *e, s64 n)
{
	struct kp_value was;

	return likely(kp_slot_add(&e->val, n)) ? KP_DONE : arith_entry(e, KTAP_ARITH_ADD, n, &was);
}

/* What found its entry under the lock, and lost the value since: it came just before. */
static enum kp_update came_before(enum kp_update u)
{
	return u == KP_DROPPED ? KP_DONE : u;
}

enum kp_update kp_tab_add(struct kp_tab *t, const struct kp_value *key, s64 n)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, false);
	struct kp_value was;
	struct kp_shared v = { .num = n, .obj = KTAP_T_INT };
	enum kp_update u;
	bool made;

	if (unlikely(is_bounded(t)))
		return arith_bounded(t, hash, key, KTAP_ARITH_ADD, n, &was);
	u = likely(e) ? add_to(e, n) : KP_DROPPED;
	if (likely(u != KP_DROPPED))
		return u;
	if (upsert(t, hash, key, &v, &e, &made) != KP_DONE)
		return KP_DROPPED;
	return made ? KP_DONE : came_before(add_to(e, n));
}

/* An absent element counts as 0 for addition and subtraction only. */
enum kp_update kp_tab_arith(struct kp_tab *t, const struct kp_value *key,
			    u32 op, s64 n, struct kp_value *was)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, op > KTAP_ARITH_SUB);
	struct kp_shared v = { .obj = KTAP_T_INT };
	enum kp_update u;
	bool made;

	if (unlikely(is_bounded(t)))
		return arith_bounded(t, hash, key, op, n, was);
	u = e ? arith_entry(e, op, n, was) : KP_DROPPED;
	if (u != KP_DROPPED)
		return u;
	*was = kp_nil();
	if (op > KTAP_ARITH_SUB)
		return KP_BADTYPE;
	kp_arith(op, 0, n, &v.num);
	if (upsert(t, hash, key, &v, &e, &made) != KP_DONE)
		return KP_DROPPED;
	return made ? KP_DONE : came_before(arith_entry(e, op, n, was));
}

static struct kp_agg *new_agg(const struct kp_tab *t)
{
	struct kp_agg *a = t->of ? kp_agg_new(t->vm, &t->of->shape) : kp_agg_plain(t->vm);

	if (a)
		a->o.flags |= KP_OBJ_SHARED;
	return a;
}

/* top() keeps numbers: whoever finds one there says that it is no aggregate. */
static enum kp_update agg_bounded(struct kp_tab *t, u32 hash, const struct kp_value *key,
				  struct kp_value *out)
{
	struct bounded_update u = { .op = AGG, .was = out };
	enum kp_update done;
	struct kp_agg *a;

	*out = kp_int(0);
	if (bound_kind(t) == KP_BOUND_TOP)
		return KP_DONE;
	if (!find(t, hash, key, false)) {
		a = new_agg(t);
		if (!a)
			return kp_tab_dropped(t);
		u.val.obj = (uintptr_t)a;
		*out = kp_objval(a);
	}
	done = update_bounded(t, hash, key, &u);
	kp_unshare(t->vm, u.val.obj);
	return done;
}

enum kp_update kp_tab_agg(struct kp_tab *t, const struct kp_value *key, struct kp_value *out)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, false);
	struct kp_shared v;
	struct kp_agg *a;
	bool made = false;

	if (unlikely(is_bounded(t)))
		return agg_bounded(t, hash, key, out);
	if (unlikely(!e || kp_is_vacant(READ_ONCE(e->val.obj)))) {
		a = new_agg(t);
		if (!a)
			return kp_tab_dropped(t);
		v = (struct kp_shared){ .obj = (uintptr_t)a };
		upsert(t, hash, key, &v, &e, &made);
		if (!made)
			kp_obj_kill(t->vm, &a->o);	/* nobody has seen it */
		if (!e)
			return KP_DROPPED;
	}
	*out = kp_entry_value(e);
	return KP_DONE;
}
