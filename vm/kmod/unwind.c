// SPDX-License-Identifier: GPL-2.0
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/mm.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "session.h"
#include "unwind.h"
#include <ktap/limits.h>

/* --- in handlers --- */

static struct hlist_head *head_of(const struct kp_unwind *u, const struct inode *inode)
{
	return (struct hlist_head *)&u->heads[hash_ptr(inode, ilog2(KP_UNWIND_HEADS))];
}

/* Entries stay, so there is nothing that a read-side section would keep. */
static struct kp_ufile *find(const struct kp_unwind *u, const struct inode *inode)
{
	struct kp_ufile *f;

	hlist_for_each_entry_rcu_notrace(f, head_of(u, inode), node)
		if (f->inode == inode)
			return f;
	return NULL;
}

const struct kp_ufile *kp_unwind_file(const struct kp_unwind *u, const struct inode *inode)
{
	const struct kp_ufile *f = find(u, inode);

	return f && smp_load_acquire(&f->read) ? f : NULL;
}

bool kp_unwind_has_unread(const struct kp_unwind *u)
{
	return !list_empty_careful(&u->unread);
}

/* --- files --- */

/* Takes the caller's hold of the file. NULL: there is no room. */
static struct kp_ufile *add_file(struct kp_unwind *u, struct file *file, const struct inode *inode)
{
	struct kp_ufile *f = NULL;

	lockdep_assert_held(&u->lock);
	if (u->files < KTAP_MAX_UNWIND_FILES)
		f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	if (!f) {
		fput(file);
		return NULL;
	}
	f->file = file;
	f->inode = inode;
	INIT_LIST_HEAD(&f->unread);
	hlist_add_head_rcu(&f->node, head_of(u, inode));
	u->files++;
	return f;
}

void kp_unwind_note(struct kp_unwind *u, struct file *file)
{
	struct kp_ufile *f;

	if (find(u, file_inode(file)))
		return;
	mutex_lock(&u->lock);
	f = find(u, file_inode(file)) ? NULL : add_file(u, get_file(file), file_inode(file));
	if (f)
		list_add_tail(&f->unread, &u->unread);
	mutex_unlock(&u->lock);
	if (f)
		wake_up_interruptible(&u->waiting);
}

void kp_unwind_init(struct kp_unwind *u)
{
	mutex_init(&u->lock);
	init_waitqueue_head(&u->waiting);
	INIT_LIST_HEAD(&u->unread);
}

void kp_unwind_exit(struct kp_unwind *u)
{
	struct hlist_node *next;
	struct kp_ufile *f;
	u32 i;

	for (i = 0; i < KP_UNWIND_HEADS; i++) {
		hlist_for_each_entry_safe(f, next, &u->heads[i], node) {
			fput(f->file);
			kvfree(f->rows);
			kfree(f);
		}
	}
}

/* --- UNWIND --- */

/* The rows, checked; or an error. NULL: there are none. */
static struct ktap_unwind_row *copy_rows(struct ktap_ioc_unwind *io)
{
	size_t bytes = (size_t)io->count * sizeof(struct ktap_unwind_row);
	struct ktap_unwind_row *rows;
	int err = 0;

	if (!bytes)
		return NULL;
	rows = kvmalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!rows)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(rows, u64_to_user_ptr(io->rows), bytes))
		err = -EFAULT;
	else if (!kp_unwind_check(rows, io->count, &io->bad))
		err = -EBADMSG;
	if (!err)
		return rows;
	kvfree(rows);
	return ERR_PTR(err);
}

static bool has_room(const struct kp_unwind *u, u32 n)
{
	return n <= (KTAP_MAX_UNWIND - READ_ONCE(u->bytes)) / sizeof(struct ktap_unwind_row);
}

/* A file is read once: handlers hold on to its rows. Takes the caller's hold of the file. */
static int set_rows(struct kp_unwind *u, struct file *file, const struct ktap_unwind_row *rows, u32 n)
{
	const struct inode *inode = d_real_inode(file->f_path.dentry);
	struct kp_ufile *f = find(u, inode);

	lockdep_assert_held(&u->lock);
	if (f)
		fput(file);
	else
		f = add_file(u, file, inode);
	if (!f || !has_room(u, n))
		return -ENOSPC;
	if (f->read)
		return -EEXIST;
	list_del_init(&f->unread);
	f->rows = rows;
	f->n = n;
	WRITE_ONCE(u->bytes, u->bytes + n * sizeof(*rows));
	smp_store_release(&f->read, true);
	return 0;
}

/*
 * The rows are copied without the lock: that may take the caller's memory's own, under
 * which a worker notes files. Takes the caller's hold of the file.
 */
static int give(struct kp_unwind *u, struct file *file, struct ktap_ioc_unwind *io)
{
	struct ktap_unwind_row *rows = ERR_PTR(-EINVAL);
	int err;

	if (S_ISREG(file_inode(file)->i_mode))
		rows = has_room(u, io->count) ? copy_rows(io) : ERR_PTR(-ENOSPC);
	if (IS_ERR(rows)) {
		fput(file);
		return PTR_ERR(rows);
	}
	mutex_lock(&u->lock);
	err = set_rows(u, file, rows, io->count);
	mutex_unlock(&u->lock);
	if (err)
		kvfree(rows);
	return err;
}

/* Addresses of processes are kept by the program: only then there are spaces. */
static bool is_ready(struct kp_session *s)
{
	return READ_ONCE(s->vm_ready) && s->spaces.slot;
}

int kp_session_unwind(struct kp_session *s, struct ktap_ioc_unwind *io)
{
	struct file *file;

	io->bad = 0;
	if (!IS_ENABLED(CONFIG_X86_64))
		return -EOPNOTSUPP;
	if (!is_ready(s))
		return -EBUSY;
	file = fget(io->fd);
	if (!file)
		return -EBADF;
	return give(&s->unwind, file, io);
}

/* --- UNREAD --- */

/* The file, held for the caller; it is told of once. NULL: there is none. */
static struct file *take_unread(struct kp_unwind *u)
{
	struct file *file = NULL;
	struct kp_ufile *f;

	mutex_lock(&u->lock);
	f = list_first_entry_or_null(&u->unread, struct kp_ufile, unread);
	if (f) {
		list_del_init(&f->unread);
		file = get_file(f->file);
	}
	mutex_unlock(&u->lock);
	return file;
}

/* A description of its own: what it is at, and how it may be used, is the caller's. */
static int open_again(struct file *mapped)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);
	struct file *file;

	if (fd < 0)
		return fd;
	file = dentry_open(&mapped->f_path, O_RDONLY | O_LARGEFILE, current_cred());
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

int kp_session_unread(struct kp_session *s, struct ktap_ioc_unread *io)
{
	struct file *file;

	if (!is_ready(s))
		return -EBUSY;
	file = take_unread(&s->unwind);
	if (!file)
		return -ENOENT;
	io->fd = open_again(file);
	fput(file);
	return io->fd < 0 ? io->fd : 0;
}
