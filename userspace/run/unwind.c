// SPDX-License-Identifier: GPL-2.0
#include "run/unwind.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include <ktap/bytecode.h>

#include "event/ehframe.h"
#include "event/library.h"
#include "event/mapped.h"
#include "event/needed.h"
#include "run/session.h"
#include "util/arena.h"
#include "util/text.h"

#define START_MS	300
#define PATH_LEN	4096

struct file_id {
	dev_t dev;
	ino_t inode;
};

struct unwind {
	struct session *s;
	pthread_mutex_t lock;		/* what follows is the thread's and the main one's */
	LIST(struct file_id) seen;
	bool told_full;
	pthread_t thread;
	int over;			/* eventfd: the thread is to end; -1: there is none */
};

/* --- one file --- */

static bool was_seen(const struct unwind *u, dev_t dev, ino_t inode)
{
	for (unsigned int i = 0; i < u->seen.n; i++)
		if (u->seen.at[i].inode == inode && u->seen.at[i].dev == dev)
			return true;
	return false;
}

/* True the first time. */
static bool is_new(struct unwind *u, const struct stat *st)
{
	if (was_seen(u, st->st_dev, st->st_ino))
		return false;
	*list_push(&u->seen) = (struct file_id){ st->st_dev, st->st_ino };
	return true;
}

static void say_refused(struct unwind *u, const char *path, const struct ktap_ioc_unwind *io, int err)
{
	if (err == ENOSPC && u->told_full)
		return;
	u->told_full |= err == ENOSPC;
	if (err == ENOSPC)
		session_say(u->s, "there is no room for the .eh_frame of '%s', and perhaps of others: "
				  "stacks may end in their code", path);
	else if (err == EBADMSG)
		session_say(u->s, "the module refuses row %u of the .eh_frame of '%s'", io->bad, path);
	else if (err != EEXIST)
		session_say(u->s, "the module does not take the .eh_frame of '%s': %s", path, strerror(err));
}

static void give_rows(struct unwind *u, int fd, const char *path, const struct unwind_rows *rows)
{
	struct ktap_ioc_unwind io = { .size = sizeof(io), .fd = fd, .rows = (uintptr_t)rows->at,
				      .count = rows->n };

	if (ioctl(u->s->device, KTAP_IOC_UNWIND, &io))
		say_refused(u, path, &io, errno);
}

/* A file that tells nothing is given too: then that is known. */
static void give_elf(struct unwind *u, int fd, const char *path, const struct elf *e)
{
	struct unwind_rows rows;
	struct buf why = { 0 };

	if (ehframe_rows(e, &rows, &why))
		session_say(u->s, "'%s': %s: stacks may end in its code", path, text_cstr(&why));
	give_rows(u, fd, path, &rows);
	free(rows.at);
	buf_free(&why);
}

static struct elf *open_elf(int fd)
{
	struct buf why = { 0 };
	struct elf *e;
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	e = elf_open_foreign(path, &why);
	buf_free(&why);
	return e;
}

/* The file, open, if it was not seen before; NULL: it was, or is none to be run. */
static struct elf *read_file(struct unwind *u, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct elf *e = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && is_new(u, &st) && (e = open_elf(fd)))
		give_elf(u, fd, path, e);
	close(fd);
	return e;
}

/* --- programs, and what they need --- */

/* A file at work, and the one that needs it, NULL: none does. */
struct needing {
	struct unwind *u;
	const struct needing *by;
	struct needed_folders folders;
	const char *origin;
};

/* As the loader looks for it. */
static char *find_needed(const struct needing *n, const char *name)
{
	struct buf why = { 0 };
	char *path = NULL;

	if (strchr(name, '/'))
		return library_find(name, 0, &why);
	for (const struct needing *by = n; by && !path && !n->folders.runpath; by = by->by)
		path = needed_in(by->folders.rpath, by->origin, name);
	if (!path)
		path = needed_in(getenv("LD_LIBRARY_PATH"), n->origin, name);
	if (!path)
		path = needed_in(n->folders.runpath, n->origin, name);
	if (!path)
		path = library_find(name, 0, &why);
	buf_free(&why);
	return path;
}

static void read_program(struct unwind *u, const char *path, const struct needing *by);

/* Each file is read once, so this ends. */
static void read_needed(void *arg, const char *name)
{
	const struct needing *n = arg;
	char *path = find_needed(n, name);

	if (path)
		read_program(n->u, path, n);
	free(path);
}

static void read_program(struct unwind *u, const char *path, const struct needing *by)
{
	struct elf *e = read_file(u, path);
	char *origin = e ? realpath(path, NULL) : NULL;

	if (origin) {
		struct needing n = { u, by, needed_folders(e), dirname(origin) };

		needed_each(e, read_needed, &n);
	}
	free(origin);
	elf_close(e);
}

void unwind_program(struct session *s, const char *path)
{
	struct unwind *u = s->unwind;

	if (!u)
		return;
	pthread_mutex_lock(&u->lock);
	read_program(u, path, NULL);
	pthread_mutex_unlock(&u->lock);
}

/* --- processes --- */

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* Up to a time, 0: without end. */
static void read_process(struct unwind *u, int pid, uint64_t until)
{
	FILE *maps = mapped_open(pid);
	struct mapped m;
	char *path;

	while (maps && (!until || now_ms() < until) && mapped_next(maps, &m)) {
		if (!m.code || was_seen(u, makedev(m.major, m.minor), m.inode))
			continue;
		path = mapped_path(pid, &m);
		if (path)
			elf_close(read_file(u, path));
		free(path);
	}
	if (maps)
		fclose(maps);
}

static void read_all_processes(struct unwind *u)
{
	uint64_t until = now_ms() + START_MS;
	DIR *proc = opendir("/proc");
	struct dirent *d;

	while (proc && now_ms() < until && (d = readdir(proc)))
		if (isdigit((unsigned char)*d->d_name))
			read_process(u, atoi(d->d_name), until);
	if (proc)
		closedir(proc);
}

static void read_traced(struct unwind *u)
{
	const struct session_opts *o = &u->s->opts;
	bool one = o->command && !o->everything;

	if (o->command)
		read_program(u, u->s->child.path, NULL);
	for (unsigned int i = 0; i < o->scope.npids; i++)
		read_process(u, o->scope.pids[i], 0);
	if (!one && !o->scope.npids)
		read_all_processes(u);
}

/* --- files met later --- */

static void read_unread(struct unwind *u, int fd)
{
	char link[40], path[PATH_LEN];
	struct unwind_rows none = { 0 };
	struct elf *e = open_elf(fd);
	ssize_t len;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, path, sizeof(path) - 1);
	path[len > 0 ? len : 0] = 0;
	pthread_mutex_lock(&u->lock);
	if (e)
		give_elf(u, fd, path, e);
	else
		give_rows(u, fd, path, &none);
	pthread_mutex_unlock(&u->lock);
	elf_close(e);
}

/* False: there is none, or it cannot be opened. */
static bool take_unread(struct unwind *u)
{
	struct ktap_ioc_unread io = { .size = sizeof(io) };

	if (ioctl(u->s->device, KTAP_IOC_UNREAD, &io))
		return errno != ENOENT && errno != EBUSY;
	read_unread(u, io.fd);
	close(io.fd);
	return true;
}

static void *run(void *arg)
{
	struct unwind *u = arg;
	struct pollfd fds[2] = { { .fd = u->s->device, .events = POLLPRI },
				 { .fd = u->over, .events = POLLIN } };

	while (poll(fds, 2, -1) > 0 && !fds[1].revents && !(fds[0].revents & (POLLERR | POLLHUP)))
		while (take_unread(u))
			;
	return NULL;
}

/* --- life --- */

static bool is_asked_for(const struct session *s)
{
#ifdef __x86_64__
	return image_uses_builtin(&s->image, KTAP_BI_USTACK);
#else
	(void)s;
	return false;
#endif
}

int unwind_start(struct session *s, struct buf *why)
{
	struct unwind *u;
	int err;

	if (!is_asked_for(s))
		return 0;
	u = s->unwind = xmalloc(sizeof(*u));
	*u = (struct unwind){ .s = s, .over = eventfd(0, EFD_CLOEXEC) };
	pthread_mutex_init(&u->lock, NULL);
	read_traced(u);
	err = u->over < 0 ? errno : pthread_create(&u->thread, NULL, run, u);
	if (!err)
		return 0;
	buf_printf(why, "cannot start a thread: %s", strerror(err));
	if (u->over >= 0)
		close(u->over);
	u->over = -1;
	return -1;
}

void unwind_stop(struct session *s)
{
	struct unwind *u = s->unwind;

	if (!u)
		return;
	if (u->over >= 0) {
		eventfd_write(u->over, 1);
		pthread_join(u->thread, NULL);
		close(u->over);
	}
	pthread_mutex_destroy(&u->lock);
	free(u->seen.at);
	free(u);
	s->unwind = NULL;
}
