/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tab.h - tables: hash tables that all CPUs and contexts use at once. Any context.
 *
 *   table → index → bucket → entry → entry …      finding
 *   table → chunk → chunk …                        owning and iterating
 *
 * Entries live in chunks and never move, so iterating is walking chunks: in order
 * of insertion, each entry once. Buckets are chains of entries. Up to 512 buckets
 * the index is one array, replaced when it grows; beyond, it is a directory of
 * segments and one bucket is split per insertion (linear hashing), so growth needs
 * neither large memory nor long work and may happen in a handler.
 *
 * Finding takes no lock. It can miss an entry that a split is moving: `seq` is odd
 * then, or has changed, and the search is repeated under the lock. Inserting,
 * removing and splitting take the table's lock. Changing the value of an entry is
 * an operation on its slot and takes none. A removed entry stays where it is until
 * a grace period has passed, then returns to the table's free list; its slot says so
 * (KP_SLOT_GONE), and who wants to put a value there looks for another entry.
 *
 * An entry may also stay without a value: vacant, as if it were not there. So a key
 * that comes and goes, as a thread's does with each call, costs a store each time
 * and neither the lock nor memory (tab_glance.h). Storing fills it again; any other
 * update removes it and makes a new one. When there are many, the service removes them.
 *
 * A table of bounded size (bound.h) ranks its entries under the lock: all its
 * updates take that, and so do the reads of one that keeps what is used.
 */
#ifndef KP_TAB_H
#define KP_TAB_H

#include "obj.h"

struct kp_entry {
	struct kp_entry *next;		/* in the bucket */
	u32 hash;
	u32 ktag;			/* key's type, with KP_ENTRY_LIVE while it is in the table */
	union {
		s64 ki;
		struct kp_obj *kobj;
	};
	struct kp_slot val;		/* nil: vacant */
	struct kp_entry *idle;		/* in the list of removed or free entries */
};

#define KP_ENTRY_LIVE	0x100u

struct kp_chunk {
	struct kp_chunk *next;
	struct kp_tab *tab;
	u32 room, used;
	u32 nr;				/* its place among the table's chunks */
	atomic_t vacant;		/* of the first: vacant entries of all */
	u8 cls;
	struct kp_entry e[];
};

/* Retired as an object when it is replaced. */
struct kp_index {
	struct kp_obj o;
	u32 n;				/* buckets in use */
	u32 big;			/* slot[] are segments, not chains */
	struct kp_chunk *home;		/* the first chunk; NULL: there is no entry yet */
	void *slot[];			/* struct kp_entry *, or arrays of them */
};

struct kp_tab {
	struct kp_obj o;
	struct kp_index *index;		/* NULL: empty so far */
	u32 seq;
	u32 count;			/* with those that are vacant */
	u32 room;			/* entries in all chunks */
	kp_lock_t lock;
	u32 queued;			/* on the heap's list of dirty tables */
	u32 crowded;			/* the service is to remove vacant entries */
	struct kp_chunk *first, *last;
	struct kp_chunk *fill;		/* the one that new entries come from */
	struct kp_entry *free;		/* entries ready for use */
	struct kp_entry *removed;	/* entries waiting for a grace period */
	struct kp_bound *bound;		/* NULL: it grows as it needs; see bound.h */
	struct kp_tab *dirty_next;
	struct kp_vm *vm;
	struct kp_agg *of;		/* kind of aggregate that `<<<` makes, or NULL */
	u32 moved;			/* times that its chunks went to another table */
};

/* Whether the entry has the key, which is of its kind. */
bool kp_key_equal(const struct kp_entry *e, const struct kp_value *key);

/* What an update came to. */
enum kp_update {
	KP_DONE,
	KP_DROPPED,	/* no memory, or in NMI the lock was taken: counted */
	KP_BADTYPE,	/* the old value does not take the operation */
	KP_BADDIV,
};

struct kp_tab *kp_tab_new(struct kp_vm *vm);

/* Nothing can see it any more: everything but the object itself. */
void kp_tab_destroy(struct kp_vm *vm, struct kp_tab *t);

/* Keys are neither nil nor the current event's unmaterialised text. nil if absent. */
struct kp_value kp_tab_get(struct kp_tab *t, const struct kp_value *key);

/* t[key] = val; nil removes. `ev` is the current event, or NULL. */
enum kp_update kp_tab_set(struct kp_tab *t, struct kp_event *ev,
			  const struct kp_value *key, const struct kp_value *val);

/* t[key] += n; absent counts as 0. One hash, one probe. */
enum kp_update kp_tab_add(struct kp_tab *t, const struct kp_value *key, s64 n);

/* t[key] op= n for any operator on integers; *was is the old value if it does not take it. */
enum kp_update kp_tab_arith(struct kp_tab *t, const struct kp_value *key,
			    u32 op, s64 n, struct kp_value *was);
enum kp_update kp_slot_arith(struct kp_slot *s, u32 op, s64 n, struct kp_value *was);

/* Puts it there unless the key has a value: *made tells. */
enum kp_update kp_tab_put_new(struct kp_tab *t, struct kp_event *ev, const struct kp_value *key,
			      const struct kp_value *val, bool *made);

/* One step toward room for n entries; false when there is, or no memory for more. */
bool kp_tab_reserve(struct kp_tab *t, u32 n);

/* t[key] for `<<<`: an aggregate is made if there was nothing. KP_DONE: *out is what is there. */
enum kp_update kp_tab_agg(struct kp_tab *t, const struct kp_value *key, struct kp_value *out);

/*
 * Process context: everything in `from` moves to `to`, which is new and empty, in
 * one step. Who found an entry before still updates it until a grace period has
 * passed. False: no memory, and nothing has moved.
 */
bool kp_tab_move(struct kp_tab *from, struct kp_tab *to);

enum kp_update kp_tab_delete(struct kp_tab *t, const struct kp_value *key);

/*
 * Emptying a table, in steps of bounded work: at most `places` are looked at, those behind
 * `at` in their order. All zeros is the beginning; at->chunk is NULL again at the end.
 */
struct kp_clearing {
	struct kp_chunk *chunk;
	u32 place;
	u32 removed;		/* in this step */
};

enum kp_update kp_tab_clear(struct kp_tab *t, struct kp_clearing *at, u32 places);

static inline u32 kp_tab_len(const struct kp_tab *t)
{
	const struct kp_chunk *home = READ_ONCE(t->first);
	s64 n = READ_ONCE(t->count);

	if (home)
		n -= atomic_read(&home->vacant);
	return n > 0 ? (u32)n : 0;
}

/*
 * Iteration. `it` is a value of type ITER. Entries present all the time are seen
 * exactly once, others at most once for each time they were inserted. It ends however
 * fast entries are added: at the chunk that was being filled when it began.
 */
void kp_tab_iter(struct kp_tab *t, struct kp_value *it);

/* ON: no entry in this chunk, but there is another. */
enum kp_look { KP_LOOK_END, KP_LOOK_ROW, KP_LOOK_ON };
enum kp_look kp_tab_look(struct kp_value *it, struct kp_value *key, struct kp_value *val);

/* However many chunks that takes. */
static inline bool kp_tab_next(struct kp_value *it, struct kp_value *key, struct kp_value *val)
{
	enum kp_look look;

	do
		look = kp_tab_look(it, key, val);
	while (look == KP_LOOK_ON);
	return look == KP_LOOK_ROW;
}

/* The table that an iterator walks, NULL if that was empty from the start. */
struct kp_tab *kp_iter_tab(const struct kp_value *it);

/* Process context, after a grace period: entries of `removed` become free again. */
struct kp_entry *kp_tab_take_removed(struct kp_tab *t, u32 *moved);
void kp_tab_free_removed(struct kp_tab *t, struct kp_entry *removed, u32 moved);

#endif
