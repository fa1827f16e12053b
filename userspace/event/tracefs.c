// SPDX-License-Identifier: GPL-2.0
#include "event/tracefs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/filesystem.h"
#include "util/text.h"

static int try_root(struct tracefs *t, const char *root)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/events", root) >= sizeof(path))
		return -ENAMETOOLONG;
	t->events = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->events < 0)
		return -errno;
	t->root = text_dup(root);
	return 0;
}

static int explain(struct buf *why, int err)
{
	if (err == -EACCES || err == -EPERM)
		text_str(why, "the kernel's list of events in /sys/kernel/tracing may be read by root only");
	else if (!filesystem_is_known("tracefs"))
		text_str(why, "tracepoints: this kernel has no CONFIG_TRACING");
	else
		text_str(why, "the kernel's list of events is not there: mount it by "
			 "'mount -t tracefs tracefs /sys/kernel/tracing'");
	return -1;
}

int tracefs_open(struct tracefs *t, struct buf *why)
{
	const char *given = getenv("KTAP_TRACEFS");
	int err;

	if (given && *given) {
		err = try_root(t, given);
		if (err)
			buf_printf(why, "KTAP_TRACEFS: %s/events: %s", given, strerror(-err));
		return err ? -1 : 0;
	}
	err = try_root(t, "/sys/kernel/tracing");
	if (err == -ENOENT)
		err = try_root(t, "/sys/kernel/debug/tracing");
	return err ? explain(why, err) : 0;
}

void tracefs_close(struct tracefs *t)
{
	close(t->events);
	free(t->root);
	*t = (struct tracefs){ .events = -1 };
}

bool tracefs_has_system(const struct tracefs *t, const char *system)
{
	return *system && !strchr(system, '/') && *system != '.' &&
	       !faccessat(t->events, system, F_OK, 0);
}

static bool format_path(char path[PATH_MAX], const char *system, const char *name)
{
	return !strchr(system, '/') && !strchr(name, '/') && *system != '.' && *name != '.' &&
	       snprintf(path, PATH_MAX, "%s/%s/format", system, name) < PATH_MAX;
}

bool tracefs_has_event(const struct tracefs *t, const char *system, const char *name)
{
	char path[PATH_MAX];

	return format_path(path, system, name) && !faccessat(t->events, path, F_OK, 0);
}

static bool is_folder(const struct dirent *d)
{
	return d->d_name[0] != '.' && (d->d_type == DT_DIR || d->d_type == DT_UNKNOWN);
}

static void list_folders(int at, const char *path, struct names *out)
{
	int fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *d;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((d = readdir(dir)))
		if (is_folder(d))
			names_add(out, d->d_name);
	closedir(dir);
}

void tracefs_systems(const struct tracefs *t, struct names *out)
{
	list_folders(t->events, ".", out);
	names_sort(out);
}

void tracefs_events(const struct tracefs *t, const char *system, struct names *out)
{
	if (tracefs_has_system(t, system))
		list_folders(t->events, system, out);
	names_sort(out);
}

static int read_all(int fd, struct buf *out)
{
	char chunk[4096];
	ssize_t n;

	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			buf_add(out, chunk, n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return n < 0 ? -errno : 0;
}

int tracefs_format(const struct tracefs *t, const char *system, const char *name,
		   struct buf *out)
{
	char path[PATH_MAX];
	int fd, err;

	if (!format_path(path, system, name))
		return -ENOENT;
	fd = openat(t->events, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = read_all(fd, out);
	close(fd);
	return err;
}
