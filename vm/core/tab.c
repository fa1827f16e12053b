// SPDX-License-Identifier: GPL-2.0
/*
 * tab.c - tables; tab.h tells how they are built and why finding needs no lock.
 */
#include "tab.h"
#include "agg.h"
#include "arith.h"
#include "bound.h"
#include "tab_find.h"

#define FIRST_BUCKETS	8u
#define MAX_SEGMENTS	1024u
#define FIRST_ENTRIES	8u
#define MAX_ENTRIES	128u		/* of a chunk */
#define LOCKLESS_TRIES	3

/* --- finding --- */

bool kp_key_equal(const struct kp_entry *e, const struct kp_value *key)
{
	struct kp_value k = { .tag = key->tag, .obj = e->kobj };

	return kp_value_equal(&k, key);
}

/* Lock held: no split is under way. */
static struct kp_entry *find_locked(struct kp_tab *t, u32 hash, const struct kp_value *key)
{
	return t->index ? walk(head_of(t->index, hash), hash, key) : NULL;
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
	e = find_locked(t, hash, key);
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

/* --- growing; the lock is held in all of it --- */

static struct kp_index *index_new(struct kp_tab *t, u32 n)
{
	struct kp_index *ix;
	size_t bytes = n * sizeof(ix->slot[0]);

	ix = kp_obj_new(t->vm, KTAP_T_NIL, sizeof(*ix) + bytes);
	if (!ix)
		return NULL;
	ix->o.flags = KP_OBJ_SHARED;
	ix->n = n;
	ix->big = 0;
	memset(ix->slot, 0, bytes);
	return ix;
}

static void seq_begin(struct kp_tab *t)
{
	WRITE_ONCE(t->seq, t->seq + 1);
	smp_wmb();
}

static void seq_end(struct kp_tab *t)
{
	smp_store_release(&t->seq, t->seq + 1);
}

static void push(struct kp_entry **head, struct kp_entry *e)
{
	WRITE_ONCE(e->next, *head);
	smp_store_release(head, e);
}

/* Moves every entry of one chain to where `ix` wants it. */
static void rehash_chain(struct kp_index *ix, struct kp_entry *e)
{
	while (e) {
		struct kp_entry *next = e->next;

		push(head_of(ix, e->hash), e);
		e = next;
	}
}

/* A new array eight times as large: at most 512 entries are relinked. */
static void grow_small(struct kp_tab *t)
{
	struct kp_index *old = t->index, *ix = index_new(t, old->n * 8);
	u32 i;

	if (!ix)
		return;
	seq_begin(t);
	for (i = 0; i < old->n; i++)
		rehash_chain(ix, *small_head(old, i));
	smp_store_release(&t->index, ix);
	seq_end(t);
	kp_obj_put(t->vm, &old->o);
}

/* From one array to a directory whose first segment is that array; it stays. */
static void grow_big(struct kp_tab *t)
{
	struct kp_index *old = t->index, *ix = index_new(t, MAX_SEGMENTS);

	if (!ix)
		return;
	ix->slot[0] = old->slot;
	ix->n = old->n;
	ix->big = 1;
	smp_store_release(&t->index, ix);
}

static bool have_segment(struct kp_tab *t, u32 s)
{
	struct kp_index *seg;

	if (s >= MAX_SEGMENTS)
		return false;
	if (t->index->slot[s])
		return true;
	seg = index_new(t, SMALL_BUCKETS);
	if (!seg)
		return false;
	smp_store_release(&t->index->slot[s], (void *)seg->slot);
	return true;
}

/*
 * Entries of the buckets whose turn comes soon, one further along each chain the nearer the
 * turn: a large table's entries are in no cache, and one after the other they would be waited for.
 */
static void fetch_ahead(struct kp_index *ix, u32 from, u32 end)
{
	struct kp_entry *e;

	if (end - from <= 9)
		return;
	__builtin_prefetch(*big_head(ix, from + 9));
	e = *big_head(ix, from + 6);
	if (e)
		__builtin_prefetch(e->next);
	e = *big_head(ix, from + 3);
	if (e && e->next)
		__builtin_prefetch(e->next->next);
}

/* Splits the next bucket in two. */
static void split(struct kp_tab *t)
{
	struct kp_index *ix = t->index;
	u32 n = ix->n, low = 1u << (31 - __builtin_clz(n)), from = n - low;
	struct kp_entry **head, *chain;

	if (!have_segment(t, n / SMALL_BUCKETS))
		return;
	fetch_ahead(ix, from, low);
	head = big_head(ix, from);
	chain = *head;
	seq_begin(t);
	smp_store_release(&ix->n, n + 1);
	WRITE_ONCE(*head, NULL);
	rehash_chain(ix, chain);
	seq_end(t);
}

/* Toward as many buckets as entries. A table that cannot grow works: its chains are longer. */
static void grow(struct kp_tab *t, u32 entries)
{
	struct kp_index *ix = t->index;

	if (entries <= ix->n)
		return;
	if (ix->big)
		split(t);
	else if (ix->n < SMALL_BUCKETS)
		grow_small(t);
	else
		grow_big(t);
}

static struct kp_chunk *add_chunk(struct kp_tab *t)
{
	u32 room = t->last ? t->last->room * 2 : FIRST_ENTRIES;
	struct kp_chunk *c;
	u8 cls;

	if (room > MAX_ENTRIES)
		room = MAX_ENTRIES;
	c = kp_heap_alloc(&t->vm->heap, sizeof(*c) + room * sizeof(c->e[0]), &cls);
	if (kp_heap_low(&t->vm->heap))
		kp_vm_kick(t->vm);
	if (!c)
		return NULL;
	memset(c, 0, sizeof(*c) + room * sizeof(c->e[0]));
	c->tab = t;
	c->nr = t->last ? t->last->nr + 1 : 0;
	c->room = room;
	c->cls = cls;
	t->room += room;
	if (t->last)
		smp_store_release(&t->last->next, c);
	else
		smp_store_release(&t->first, c);
	t->last = c;
	return c;
}

/* The chunk that has an unused entry, NULL if there is no memory. */
static struct kp_chunk *fillable(struct kp_tab *t)
{
	struct kp_chunk *c = t->fill;

	if (c && c->used < c->room)
		return c;
	c = c ? c->next : t->first;
	if (!c)
		c = add_chunk(t);
	if (c)
		smp_store_release(&t->fill, c);	/* kp_tab_iter() looks into it */
	return c;
}

static struct kp_entry *take_entry(struct kp_tab *t)
{
	struct kp_entry *e = t->free;
	struct kp_chunk *c;

	if (e) {
		t->free = e->idle;
		return e;
	}
	c = fillable(t);
	if (!c)
		return NULL;
	e = &c->e[c->used];
	smp_store_release(&c->used, c->used + 1);
	return e;
}

static bool have_index(struct kp_tab *t)
{
	struct kp_index *ix;

	if (t->index)
		return true;
	ix = index_new(t, FIRST_BUCKETS);
	if (!ix)
		return false;
	smp_store_release(&t->index, ix);
	return true;
}

/* --- inserting --- */

/* Lock held. An entry to fill and a place for it; NULL: no memory. */
static struct kp_entry *spare_entry(struct kp_tab *t)
{
	return have_index(t) ? take_entry(t) : NULL;
}

/* Lock held. */
static void put_entry(struct kp_tab *t, struct kp_entry *e, u32 hash, u32 tag,
		      const struct kp_shared *key, const struct kp_shared *val)
{
	e->hash = hash;
	e->ki = key->obj < KP_SLOT_TAGS ? key->num : (s64)key->obj;
	atomic64_set(&e->val.num, val->num);
	WRITE_ONCE(e->val.obj, val->obj);
	smp_store_release(&e->ktag, tag | KP_ENTRY_LIVE);
	push(head_of(t->index, hash), e);
	WRITE_ONCE(t->count, t->count + 1);
	grow(t, t->count);
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

	*made = false;
	if (!kp_lock(&t->lock, &flags))
		return NULL;
	e = find_locked(t, hash, key);
	if (!e) {
		e = spare_entry(t);
		*made = e != NULL;
	}
	if (*made)
		put_entry(t, e, hash, key->tag, skey, val);
	kp_unlock(&t->lock, flags);
	return e;
}

static enum kp_update dropped(struct kp_tab *t)
{
	atomic64_inc(&t->vm->table_drops);
	return KP_DROPPED;
}

/* As find_or_make(), with the key shared; KP_DONE with *e set, or KP_DROPPED. */
static enum kp_update upsert(struct kp_tab *t, u32 hash, const struct kp_value *key,
			     const struct kp_shared *val, struct kp_entry **e, bool *made)
{
	struct kp_shared skey;

	if (!kp_share(t->vm, NULL, key, &skey))
		return dropped(t);
	if (key->tag >= KTAP_T_STR && skey.obj < KP_SLOT_TAGS)
		return dropped(t);	/* a key that is no more */
	*e = find_or_make(t, hash, key, &skey, val, made);
	if (!*made)
		kp_unshare(t->vm, skey.obj);
	return *e ? KP_DONE : dropped(t);
}

/*
 * Lock held. The entry keeps its key and its next, for those who are looking at it.
 * False: it has moved to another table meanwhile.
 */
static bool unlink_entry(struct kp_tab *t, struct kp_entry *e)
{
	struct kp_entry **p = t->index ? head_of(t->index, e->hash) : NULL;

	while (p && *p && *p != e)
		p = &(*p)->next;
	if (!p || !*p)
		return false;
	smp_store_release(p, e->next);
	WRITE_ONCE(e->ktag, e->ktag & ~KP_ENTRY_LIVE);
	WRITE_ONCE(t->count, t->count - 1);
	if (unlikely(t->bound))
		kp_bound_remove(t->bound, e);
	e->idle = t->removed;
	t->removed = e;
	return true;
}

/*
 * Puts the table on the heap's list of those to be looked after, once; it lives until
 * that is done, though its last reference may be gone already.
 */
static void queue_dirty(struct kp_tab *t)
{
	struct kp_heap *h = &t->vm->heap;
	struct kp_tab *head;

	if (xchg(&t->queued, 1u))
		return;
	kp_obj_get(&t->o);
	do {
		head = READ_ONCE(h->dirty);
		t->dirty_next = head;
	} while (cmpxchg(&h->dirty, head, t) != head);
	kp_vm_kick(t->vm);
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
	e = spare_entry(t);
	if (!e)
		return NULL;
	if (b->n == b->cap)
		unlink_entry(t, kp_bound_least(b)->e);
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
		*u->was = kp_slot_load(&e->val);
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
		return dropped(t);
	if ((key->tag < KTAP_T_STR || skey.obj >= KP_SLOT_TAGS) && kp_lock(&t->lock, &flags)) {
		e = find_locked(t, hash, key);
		done = e ? update_old(t, e, u) : update_new(t, hash, key->tag, &skey, u);
		dirty = t->removed;
		kp_unlock(&t->lock, flags);
		if (dirty)
			queue_dirty(t);
	}
	kp_unshare(t->vm, skey.obj);
	return done == KP_DROPPED ? dropped(t) : done;
}

static enum kp_update set_bounded(struct kp_tab *t, struct kp_event *ev, u32 hash,
				  const struct kp_value *key, const struct kp_value *val)
{
	struct bounded_update u = { .op = SET };
	enum kp_update done;

	if (bound_kind(t) == KP_BOUND_TOP && val->tag != KTAP_T_INT)
		return KP_BADTYPE;
	if (!kp_share(t->vm, ev, val, &u.val))
		return dropped(t);
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
		return e ? kp_slot_load(&e->val) : v;
	}
	e = find_locked(t, hash, key);
	if (e) {
		v = kp_slot_load(&e->val);
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
	return e ? kp_slot_load(&e->val) : kp_nil();
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
		return dropped(t);
	if (!e && upsert(t, hash, key, &v, &e, &made) != KP_DONE) {
		kp_unshare(t->vm, v.obj);
		return KP_DROPPED;
	}
	if (!made)
		kp_slot_put(t->vm, &e->val, &v);
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
		return dropped(t);
	u = upsert(t, kp_value_hash(key, seed_of(t)), key, &v, &e, made);
	if (!*made)
		kp_unshare(t->vm, v.obj);
	return u;
}

/* Lock held. Whether anything was added. */
static bool reserve_step(struct kp_tab *t, u32 n)
{
	u32 buckets, room = t->room;
	struct kp_index *ix;

	if (!have_index(t))
		return false;
	ix = t->index;
	buckets = ix->n;
	grow(t, n);
	if (room < n)
		add_chunk(t);
	return t->room != room || t->index != ix || ix->n != buckets;
}

bool kp_tab_reserve(struct kp_tab *t, u32 n)
{
	unsigned long flags;
	bool more;

	if (!kp_lock(&t->lock, &flags))
		return false;
	more = reserve_step(t, n);
	kp_unlock(&t->lock, flags);
	return more;
}

static enum kp_update add_to(struct kp_entry *e, s64 n)
{
	return kp_slot_add(&e->val, n) ? KP_DONE : KP_BADTYPE;
}

enum kp_update kp_tab_add(struct kp_tab *t, const struct kp_value *key, s64 n)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, false);
	struct kp_value was;
	struct kp_shared v = { .num = n, .obj = KTAP_T_INT };
	bool made;

	if (unlikely(is_bounded(t)))
		return arith_bounded(t, hash, key, KTAP_ARITH_ADD, n, &was);
	if (likely(e))
		return add_to(e, n);
	if (upsert(t, hash, key, &v, &e, &made) != KP_DONE)
		return KP_DROPPED;
	return made ? KP_DONE : add_to(e, n);
}

/* An absent element counts as 0 for addition and subtraction only. */
enum kp_update kp_tab_arith(struct kp_tab *t, const struct kp_value *key,
			    u32 op, s64 n, struct kp_value *was)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e = find(t, hash, key, op > KTAP_ARITH_SUB);
	struct kp_shared v = { .obj = KTAP_T_INT };
	bool made;

	if (unlikely(is_bounded(t)))
		return arith_bounded(t, hash, key, op, n, was);
	if (e)
		return kp_slot_arith(&e->val, op, n, was);
	*was = kp_nil();
	if (op > KTAP_ARITH_SUB)
		return KP_BADTYPE;
	kp_arith(op, 0, n, &v.num);
	if (upsert(t, hash, key, &v, &e, &made) != KP_DONE)
		return KP_DROPPED;
	return made ? KP_DONE : kp_slot_arith(&e->val, op, n, was);
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
			return dropped(t);
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
	if (unlikely(!e)) {
		a = new_agg(t);
		if (!a)
			return dropped(t);
		v = (struct kp_shared){ .obj = (uintptr_t)a };
		upsert(t, hash, key, &v, &e, &made);
		if (!made)
			kp_obj_kill(t->vm, &a->o);	/* nobody has seen it */
		if (!e)
			return KP_DROPPED;
	}
	*out = kp_slot_load(&e->val);
	return KP_DONE;
}

/* --- removing --- */

enum kp_update kp_tab_delete(struct kp_tab *t, const struct kp_value *key)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e;
	unsigned long flags;

	if (!kp_lock(&t->lock, &flags))
		return dropped(t);
	e = find_locked(t, hash, key);
	if (e)
		unlink_entry(t, e);
	kp_unlock(&t->lock, flags);
	if (e)
		queue_dirty(t);
	return KP_DONE;
}

static enum kp_update delete_entry(struct kp_tab *t, struct kp_entry *e, u32 *n)
{
	unsigned long flags;

	if (!kp_lock(&t->lock, &flags))
		return dropped(t);
	*n += e->ktag & KP_ENTRY_LIVE && unlink_entry(t, e);
	kp_unlock(&t->lock, flags);
	return KP_DONE;
}

static enum kp_update clear_chunk(struct kp_tab *t, struct kp_chunk *c, u32 max, u32 *n)
{
	enum kp_update done = KP_DONE;
	u32 i;

	for (i = 0; done == KP_DONE && i < smp_load_acquire(&c->used) && *n < max; i++)
		if (READ_ONCE(c->e[i].ktag) & KP_ENTRY_LIVE)
			done = delete_entry(t, &c->e[i], n);
	return done;
}

enum kp_update kp_tab_clear(struct kp_tab *t, u32 max, u32 *n)
{
	struct kp_chunk *c = smp_load_acquire(&t->first);
	enum kp_update done = KP_DONE;

	*n = 0;
	for (; c && done == KP_DONE && *n < max && kp_tab_len(t); c = smp_load_acquire(&c->next))
		done = clear_chunk(t, c, max, n);
	if (*n)
		queue_dirty(t);
	return done;
}

struct kp_entry *kp_tab_take_removed(struct kp_tab *t, u32 *moved)
{
	struct kp_entry *e;
	unsigned long flags;

	smp_store_release(&t->queued, 0);	/* its place in the list has been read */
	kp_lock(&t->lock, &flags);
	e = t->removed;
	t->removed = NULL;
	*moved = t->moved;
	kp_unlock(&t->lock, flags);
	return e;
}

static void drop_entry(struct kp_vm *vm, struct kp_entry *e)
{
	u32 tag = e->ktag & ~KP_ENTRY_LIVE;

	if (tag >= KTAP_T_STR)
		kp_obj_put(vm, e->kobj);
	kp_unshare(vm, e->val.obj);
	WRITE_ONCE(e->ktag, 0);	/* an iterator may be passing */
	WRITE_ONCE(e->val.obj, KTAP_T_NIL);
}

/* Entries whose chunk has moved to another table meanwhile go with it, unused. */
void kp_tab_free_removed(struct kp_tab *t, struct kp_entry *e, u32 moved)
{
	struct kp_entry *next;
	unsigned long flags;

	for (; e; e = next) {
		next = e->idle;
		drop_entry(t->vm, e);
		kp_lock(&t->lock, &flags);
		if (t->moved == moved) {
			e->idle = t->free;
			t->free = e;
		}
		kp_unlock(&t->lock, flags);
	}
}

/* --- moving --- */

/* A bounded table's bound goes with its entries: it needs another, as `to` has here. */
static void swap_bounds(struct kp_tab *from, struct kp_tab *to)
{
	struct kp_bound *bound = from->bound;

	if (!bound)
		return;
	smp_store_release(&from->bound, to->bound);
	to->bound = bound;
}

/* Lock held, `to` unseen. A search that began before is repeated: seq has changed. */
static void move_all(struct kp_tab *from, struct kp_tab *to)
{
	seq_begin(from);
	to->index = from->index;
	to->first = from->first;
	to->last = from->last;
	to->fill = from->fill;
	to->room = from->room;
	to->free = from->free;
	to->removed = from->removed;
	WRITE_ONCE(to->count, from->count);
	WRITE_ONCE(from->index, NULL);
	WRITE_ONCE(from->first, NULL);
	WRITE_ONCE(from->fill, NULL);
	from->last = NULL;
	from->room = 0;
	from->free = from->removed = NULL;
	WRITE_ONCE(from->count, 0);
	from->moved++;
	swap_bounds(from, to);
	seq_end(from);
}

bool kp_tab_move(struct kp_tab *from, struct kp_tab *to)
{
	struct kp_chunk *c;
	unsigned long flags;

	if (from->bound && !kp_bound_new(to, from->bound->kind, from->bound->cap))
		return false;
	kp_lock(&from->lock, &flags);
	move_all(from, to);
	kp_unlock(&from->lock, flags);
	to->o.flags |= KP_OBJ_SHARED;	/* others look at its entries */
	to->of = from->of;
	if (to->of)
		kp_obj_get(&to->of->o);
	for (c = to->first; c; c = c->next)
		WRITE_ONCE(c->tab, to);
	if (to->removed)
		queue_dirty(to);
	return true;
}

/* --- iterating --- */

/* An iterator's aux: the entry's place in its chunk, the number of the last chunk. */
#define ITER_PLACE(aux)	((aux) & 0xff)
#define ITER_LAST(aux)	((aux) >> 8)
#define ITER_ANY_LAST	0xffffffu

_Static_assert(MAX_ENTRIES <= 0xff, "an entry's place is eight bits of an iterator");

void kp_tab_iter(struct kp_tab *t, struct kp_value *it)
{
	struct kp_chunk *fill = smp_load_acquire(&t->fill);
	u32 last = fill && fill->nr < ITER_ANY_LAST ? fill->nr : ITER_ANY_LAST;

	it->tag = KTAP_T_ITER;
	it->aux = last << 8;
	it->obj = (void *)smp_load_acquire(&t->first);
}

struct kp_tab *kp_iter_tab(const struct kp_value *it)
{
	return it->obj ? READ_ONCE(((struct kp_chunk *)it->obj)->tab) : NULL;
}

static bool load_entry(struct kp_entry *e, struct kp_value *key, struct kp_value *val)
{
	u32 tag = smp_load_acquire(&e->ktag);

	if (!(tag & KP_ENTRY_LIVE))
		return false;
	*key = (struct kp_value){ .tag = tag & ~KP_ENTRY_LIVE };
	if (key->tag < KTAP_T_STR)
		key->i = e->ki;
	else
		key->obj = e->kobj;
	*val = kp_slot_load(&e->val);
	return val->tag != KTAP_T_NIL;
}

bool kp_tab_next(struct kp_value *it, struct kp_value *key, struct kp_value *val)
{
	struct kp_chunk *c = (void *)it->obj;

	while (c) {
		while (ITER_PLACE(it->aux) < smp_load_acquire(&c->used))
			if (load_entry(&c->e[ITER_PLACE(it->aux++)], key, val))
				return true;
		if (c->nr >= ITER_LAST(it->aux) || !smp_load_acquire(&c->next))
			return false;
		c = c->next;
		it->obj = (void *)c;
		it->aux &= ~0xffu;
	}
	return false;
}

/* --- the end --- */

static void destroy_index(struct kp_vm *vm, struct kp_index *ix)
{
	u32 i;

	if (!ix)
		return;
	for (i = 0; ix->big && i < MAX_SEGMENTS && ix->slot[i]; i++) {
		struct kp_index *seg = (void *)((u8 *)ix->slot[i] - offsetof(struct kp_index, slot));

		kp_heap_free(&vm->heap, seg, seg->o.cls);
	}
	kp_heap_free(&vm->heap, ix, ix->o.cls);
}

void kp_tab_destroy(struct kp_vm *vm, struct kp_tab *t)
{
	struct kp_chunk *c = t->first, *next;
	u32 i;

	for (; c; c = next) {
		next = c->next;
		for (i = 0; i < c->used; i++)
			if (c->e[i].ktag)
				drop_entry(vm, &c->e[i]);
		kp_heap_free(&vm->heap, c, c->cls);
	}
	destroy_index(vm, t->index);
	kp_bound_destroy(vm, t->bound);
	if (t->of)
		kp_obj_put(vm, &t->of->o);
}
