/* SPDX-License-Identifier: GPL-2.0 */
/*
 * space.h - what processes have mapped, written down while they live, so that their
 * addresses can be named when they are gone. An address space is one process
 * between two execs; its number is unique as long as the machine runs.
 *
 * A handler that makes an address into a value notes the space: it takes hold of
 * the process's memory description, which then outlives the process, and a worker
 * lists the executable mappings soon. When the space has other executable mappings
 * later, it is listed again. The list has their names, for the reader; beside it the
 * worker makes a map of addresses to files, for handlers.
 */
#ifndef KP_SPACE_H
#define KP_SPACE_H

#include <linux/llist.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <linux/workqueue.h>

struct inode;
struct kp_session;
struct ktap_ioc_maps;
struct mm_struct;

/* What is mapped from `start` up to `end`: a file's code. */
struct kp_umap {
	unsigned long start, end;
	unsigned long to_file;		/* to be added to an address: bytes into the file */
	const struct inode *inode;	/* NULL: of none; may be gone: for comparing only */
};

/* All of one listing, by address. */
struct kp_umaps {
	struct rcu_head rcu;
	unsigned long exec_pages;	/* executable pages that there were */
	u32 n;
	struct kp_umap at[];
};

struct kp_space {
	u64 id;				/* 0: free; claimed by cmpxchg */
	unsigned long exec_pages;	/* executable pages when it was listed */
	unsigned long not_before;	/* jiffies: when it may be listed again */
	u8 pending;			/* claimed by cmpxchg; the worker gives it back */
	struct mm_struct *mm;		/* of a pending one */
	struct kp_umaps __rcu *maps;	/* the last listing; NULL: none yet */
	struct llist_node node;
	/* under the lock */
	void *list;			/* struct ktap_map .., all listings, oldest first */
	u32 bytes;
	u32 listings;
};

struct kp_spaces {
	struct kp_space *slot;		/* NULL: the program names no process's addresses */
	struct llist_head pending;
	struct work_struct work;
	struct mutex lock;
	size_t bytes;			/* of all lists */
	atomic64_t lost;		/* found no slot or no memory */
};

/* Process context, all of them but _note(), _find() and _find_map(). */
void kp_spaces_prepare(struct kp_spaces *s);

/* Addresses will be noted. 0 or -ENOMEM. */
int kp_spaces_init(struct kp_spaces *s);

/* When no handler of the session runs and nothing queues the work any more. */
void kp_spaces_exit(struct kp_spaces *s);

/* Any context, in a process that has memory of its own: the number of its space. */
u64 kp_space_note(struct kp_session *s);

/* Any context. NULL: there was no room for it. */
const struct kp_space *kp_space_find(const struct kp_session *s, u64 id);

/*
 * Any context, preemption is off. What the current process, whose space it is, has
 * mapped at an address. False: it cannot be known now. *map is empty then, and where
 * there is no file.
 */
bool kp_space_find_map(const struct kp_space *space, unsigned long at, struct kp_umap *map);

/* MAPS. */
int kp_session_maps(struct kp_session *s, struct ktap_ioc_maps *io);

#endif
