/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unwind.h - the files that processes run, and what their .eh_frame tells, compiled
 * to rows by the tracer (ktap/unwind.h). A file is known by its inode, and held until
 * the session is freed: its inode stays its own.
 *
 * Files are added and never taken away, so that a handler that found one may use it.
 * One that a process runs and whose rows nobody has given is unread: the tracer is
 * told, and asks for it (UNREAD).
 */
#ifndef KP_UNWIND_KMOD_H
#define KP_UNWIND_KMOD_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "../core/unwind.h"

struct file;
struct inode;
struct kp_session;
struct ktap_ioc_unread;
struct ktap_ioc_unwind;

#define KP_UNWIND_HEADS	512

struct kp_ufile {
	struct hlist_node node;
	struct list_head unread;	/* empty: told of, or read */
	struct file *file;
	const struct inode *inode;
	const struct ktap_unwind_row *rows;
	u32 n;
	bool read;			/* set after the rows */
};

struct kp_unwind {
	struct hlist_head heads[KP_UNWIND_HEADS];
	wait_queue_head_t waiting;	/* for unread files */
	/* under the lock */
	struct mutex lock;
	struct list_head unread;
	size_t bytes;
	u32 files;
};

/* Process context, all but _file(). */
void kp_unwind_init(struct kp_unwind *u);

/* No handler runs any more. */
void kp_unwind_exit(struct kp_unwind *u);

/* Any context. NULL: not known, or not read yet. */
const struct kp_ufile *kp_unwind_file(const struct kp_unwind *u, const struct inode *inode);

/* A process runs code of the file. */
void kp_unwind_note(struct kp_unwind *u, struct file *file);

/* Whether UNREAD has something to tell. */
bool kp_unwind_has_unread(const struct kp_unwind *u);

/* UNWIND and UNREAD. */
int kp_session_unwind(struct kp_session *s, struct ktap_ioc_unwind *io);
int kp_session_unread(struct kp_session *s, struct ktap_ioc_unread *io);

#endif
