// SPDX-License-Identifier: GPL-2.0
/*
 * tab_grow.c - where a table's entries come from, and the index that finds them. The lock
 * is held in all of it but kp_tab_reserve().
 */
#include "tab_part.h"

#define FIRST_BUCKETS	8u
#define MAX_SEGMENTS	1024u
#define FIRST_ENTRIES	8u

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
	ix->home = t->index ? t->index->home : NULL;
	memset(ix->slot, 0, bytes);
	return ix;
}

/* Moves every entry of one chain to where `ix` wants it. */
static void rehash_chain(struct kp_index *ix, struct kp_entry *e)
{
	while (e) {
		struct kp_entry *next = e->next;

		kp_chain_push(head_of(ix, e->hash), e);
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
	kp_tab_seq_begin(t);
	for (i = 0; i < old->n; i++)
		rehash_chain(ix, *small_head(old, i));
	smp_store_release(&t->index, ix);
	kp_tab_seq_end(t);
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
	kp_tab_seq_begin(t);
	smp_store_release(&ix->n, n + 1);
	WRITE_ONCE(*head, NULL);
	rehash_chain(ix, chain);
	kp_tab_seq_end(t);
}

/* Toward as many buckets as entries. A table that cannot grow works: its chains are longer. */
void kp_tab_grow(struct kp_tab *t, u32 entries)
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

	if (room > KP_CHUNK_ENTRIES)
		room = KP_CHUNK_ENTRIES;
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

struct kp_entry *kp_tab_spare_entry(struct kp_tab *t)
{
	return have_index(t) ? take_entry(t) : NULL;
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
	kp_tab_grow(t, n);
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

void kp_tab_drop_index(struct kp_vm *vm, struct kp_index *ix)
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
