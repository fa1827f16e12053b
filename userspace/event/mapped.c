// SPDX-License-Identifier: GPL-2.0
#include "event/mapped.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "util/buf.h"
#include "util/text.h"

FILE *mapped_open(int pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	return fopen(path, "re");
}

static bool read_line(const char *line, struct mapped *m)
{
	char allowed[8];
	int at = 0;

	if (sscanf(line, "%llx-%llx %7s %*s %x:%x %llu %n", &m->from, &m->to, allowed, &m->major,
		   &m->minor, &m->inode, &at) < 6 || !at || line[at] != '/')
		return false;
	m->code = allowed[2] == 'x';
	snprintf(m->path, sizeof(m->path), "%.*s", (int)strcspn(line + at, "\n"), line + at);
	return true;
}

bool mapped_next(FILE *maps, struct mapped *m)
{
	bool found = false;
	char *line = NULL;
	size_t room = 0;

	while (!found && getline(&line, &room, maps) > 0)
		found = read_line(line, m);
	free(line);
	return found;
}

static bool is_same_file(const char *path, const struct mapped *m)
{
	struct stat st;

	return !stat(path, &st) && st.st_ino == m->inode && st.st_dev == makedev(m->major, m->minor);
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

char *mapped_path(int pid, const struct mapped *m)
{
	struct buf path = { 0 };

	buf_printf(&path, "/proc/%d/root%s", pid, m->path);
	if (!is_same_file(text_cstr(&path), m)) {
		path.len = 0;
		text_str(&path, m->path);
	}
	if (!is_same_file(text_cstr(&path), m)) {
		path.len = 0;
		buf_printf(&path, "/proc/%d/map_files/%llx-%llx", pid, m->from, m->to);
	}
	if (is_file(text_cstr(&path)))
		return path.data;
	buf_free(&path);
	return NULL;
}
