/* SPDX-License-Identifier: GPL-2.0 */
/*
 * heap.h - a session's memory for tables, strings and closures: size classes
 * under one byte limit. Taking and giving back work in any context; memory comes
 * from the host in process context only, ahead of need.
 *
 * Life of an object: made with one reference → shared by storing it (each slot,
 * key or capture that holds it counts) → last reference dropped → retired →
 * freed by kp_vm_serve() after a grace period, so whoever read a pointer to it
 * before may use it until its invocation ends, or store it again, which saves it.
 */
#ifndef KP_HEAP_H
#define KP_HEAP_H

#include "value.h"

#define KP_HEAP_CLASSES	17

struct kp_heap_free {
	struct kp_heap_free *next;
	u8 cls;			/* of one given back late */
};

struct kp_heap_chunk {
	struct kp_heap_chunk *next;
	u32 bytes;		/* of the whole chunk */
	u32 used;
};

struct kp_heap {
	kp_lock_t lock;		/* everything but what says otherwise */
	struct kp_heap_free *free[KP_HEAP_CLASSES];
	struct kp_heap_chunk *full, *fresh;	/* chunks used up; chunks to carve */
	u64 limit;		/* bytes of chunks */
	u64 total;		/* bytes of chunks now */
	u64 spare;		/* bytes not carved yet */
	atomic64_t used;	/* bytes handed out; without lock */
	u64 peak;
	struct kp_heap_free *late;	/* lock-free list of blocks given back without the lock */
	struct kp_obj *retired;	/* lock-free list of dead objects */
	struct kp_tab *dirty;	/* lock-free list of tables with removed entries */
	struct kp_tab *serving;	/* of these, what the service has taken; its own */
	u32 kicked;		/* service asked for and not begun */
	u64 settled;		/* least bytes in use since process context waited for the service */
};

/* Process context. */
int kp_heap_init(struct kp_heap *h, u64 limit);
void kp_heap_exit(struct kp_heap *h);
void kp_heap_refill(struct kp_heap *h);

/*
 * Any context: at least `bytes` (at most 8 KiB and a header), 16-byte aligned,
 * not zeroed; *cls is what kp_heap_free() wants back. NULL if there is none now.
 */
void *kp_heap_alloc(struct kp_heap *h, size_t bytes, u8 *cls);
void kp_heap_free(struct kp_heap *h, void *p, u8 cls);

/* Whether chunks run low: time to kick the host. */
bool kp_heap_low(const struct kp_heap *h);

/*
 * Process context: whether so much has been taken since the last time that it should
 * wait for what was removed, lest it runs into the limit ahead of the service.
 */
bool kp_heap_should_wait(const struct kp_heap *h);

/* Any context: puts an object on the list of those to be freed. */
void kp_heap_retire(struct kp_heap *h, struct kp_obj *o);

#endif
