// SPDX-License-Identifier: GPL-2.0
/*
 * tab_remove.c - what leaves a table: entries one by one, everything to another table, the
 * table itself. A removed entry waits for a grace period.
 */
#include "tab_part.h"
#include "agg.h"
#include "bound.h"

/* --- entries --- */

/* Lock held. Its place in its chain; NULL: it has moved to another table meanwhile. */
static struct kp_entry **place_of(struct kp_tab *t, struct kp_entry *e)
{
	struct kp_entry **p = t->index ? head_of(t->index, e->hash) : NULL;

	while (p && *p && *p != e)
		p = &(*p)->next;
	return p && *p ? p : NULL;
}

/*
 * Lock held. The entry, whose slot says that it has gone, keeps its key and its next for
 * those who are looking at it.
 */
static void unlink_at(struct kp_tab *t, struct kp_entry **p, struct kp_entry *e)
{
	smp_store_release(p, e->next);
	WRITE_ONCE(e->ktag, e->ktag & ~KP_ENTRY_LIVE);
	WRITE_ONCE(t->count, t->count - 1);
	if (unlikely(t->bound))
		kp_bound_remove(t->bound, e);
	e->idle = t->removed;
	t->removed = e;
}

bool kp_tab_unlink(struct kp_tab *t, struct kp_entry *e)
{
	struct kp_entry **p = place_of(t, e);
	uintptr_t was;

	if (!p)
		return false;
	was = xchg(&e->val.obj, KP_SLOT_GONE);
	if (was == KTAP_T_NIL)
		atomic_dec(&t->index->home->vacant);
	unlink_at(t, p, e);
	kp_unshare(t->vm, was);
	return true;
}

bool kp_tab_retire_vacant(struct kp_tab *t, struct kp_entry *e)
{
	struct kp_entry **p;

	if (likely(READ_ONCE(e->val.obj) != KTAP_T_NIL))
		return false;
	p = place_of(t, e);
	if (!p || cmpxchg(&e->val.obj, (uintptr_t)KTAP_T_NIL, KP_SLOT_GONE) != KTAP_T_NIL)
		return false;
	atomic_dec(&t->index->home->vacant);
	unlink_at(t, p, e);
	return true;
}

/*
 * Puts the table on the heap's list of those to be looked after, once; it lives until
 * that is done, though its last reference may be gone already.
 */
void kp_tab_queue_dirty(struct kp_tab *t)
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

static s32 vacant(const struct kp_tab *t)
{
	const struct kp_chunk *home = READ_ONCE(t->first);

	return home ? atomic_read(&home->vacant) : 0;
}

/* Vacant entries have memory that somebody wants. */
static void crowded(struct kp_tab *t)
{
	if (vacant(t) <= 0)
		return;
	WRITE_ONCE(t->crowded, 1);
	kp_tab_queue_dirty(t);
}

enum kp_update kp_tab_dropped(struct kp_tab *t)
{
	atomic64_inc(&t->vm->table_drops);
	crowded(t);
	return KP_DROPPED;
}

enum kp_update kp_tab_delete(struct kp_tab *t, const struct kp_value *key)
{
	u32 hash = hash_of(t, key);
	struct kp_entry *e;
	unsigned long flags;

	if (!kp_lock(&t->lock, &flags))
		return kp_tab_dropped(t);
	e = kp_tab_find_locked(t, hash, key);
	if (e)
		kp_tab_unlink(t, e);
	kp_unlock(&t->lock, flags);
	if (e && vacant(t) >= KP_MAX_VACANT)
		WRITE_ONCE(t->crowded, 1);
	if (e)
		kp_tab_queue_dirty(t);
	return KP_DONE;
}

static enum kp_update clear_place(struct kp_tab *t, struct kp_entry *e, u32 *removed)
{
	unsigned long flags;

	if (!(READ_ONCE(e->ktag) & KP_ENTRY_LIVE))
		return KP_DONE;
	if (!kp_lock(&t->lock, &flags))
		return kp_tab_dropped(t);
	*removed += e->ktag & KP_ENTRY_LIVE && !kp_is_vacant(READ_ONCE(e->val.obj)) && kp_tab_unlink(t, e);
	kp_unlock(&t->lock, flags);
	return KP_DONE;
}

/* To the next place; the last chunk's end is the end. */
static void advance(struct kp_clearing *at)
{
	while (at->chunk && at->place >= smp_load_acquire(&at->chunk->used)) {
		at->chunk = smp_load_acquire(&at->chunk->next);
		at->place = 0;
	}
}

enum kp_update kp_tab_clear(struct kp_tab *t, struct kp_clearing *at, u32 places)
{
	enum kp_update done = KP_DONE;

	at->removed = 0;
	if (!at->chunk)
		at->chunk = smp_load_acquire(&t->first);
	advance(at);
	for (; at->chunk && places && done == KP_DONE; places--) {
		done = clear_place(t, &at->chunk->e[at->place++], &at->removed);
		advance(at);
	}
	if (!kp_tab_len(t))
		at->chunk = NULL;
	if (at->removed)
		kp_tab_queue_dirty(t);
	return done;
}

static void sweep_chunk(struct kp_tab *t, struct kp_chunk *c)
{
	unsigned long flags;
	u32 i;

	kp_lock(&t->lock, &flags);
	for (i = 0; i < c->used; i++)
		if (c->e[i].ktag & KP_ENTRY_LIVE)
			kp_tab_retire_vacant(t, &c->e[i]);
	kp_unlock(&t->lock, flags);
}

static void sweep(struct kp_tab *t)
{
	struct kp_chunk *c = smp_load_acquire(&t->first);

	WRITE_ONCE(t->crowded, 0);
	for (; c; c = smp_load_acquire(&c->next))
		sweep_chunk(t, c);
}

struct kp_entry *kp_tab_take_removed(struct kp_tab *t, u32 *moved)
{
	struct kp_entry *e;
	unsigned long flags;

	smp_store_release(&t->queued, 0);	/* its place in the list has been read */
	if (READ_ONCE(t->crowded))
		sweep(t);
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
	kp_tab_seq_begin(from);
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
	kp_tab_seq_end(from);
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
		kp_tab_queue_dirty(to);
	return true;
}

/* --- the end --- */

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
	kp_tab_drop_index(vm, t->index);
	kp_bound_destroy(vm, t->bound);
	if (t->of)
		kp_obj_put(vm, &t->of->o);
}
