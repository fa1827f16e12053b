// SPDX-License-Identifier: GPL-2.0
#include "lib/folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "util/text.h"

int folder_make(struct folder *f, struct buf *why)
{
	const char *given = getenv("TMPDIR");

	if (!given || !*given || strlen(given) > sizeof(f->path) - sizeof("/ktap-XXXXXX"))
		given = "/tmp";
	snprintf(f->path, sizeof(f->path), "%s/ktap-XXXXXX", given);
	if (mkdtemp(f->path))
		return 0;
	buf_printf(why, "no folder can be made in %s: %s", given, strerror(errno));
	f->path[0] = 0;
	return -1;
}

static int forget(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st, (void)kind, (void)where;
	return remove(path);
}

void folder_remove(struct folder *f)
{
	if (f->path[0])
		nftw(f->path, forget, 16, FTW_DEPTH | FTW_PHYS);
	f->path[0] = 0;
}

static void make_folders(char *path, size_t from)
{
	for (char *slash = strchr(path + from + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0700);
		*slash = '/';
	}
}

static bool append(const char *path, const void *bytes, size_t len)
{
	FILE *file = fopen(path, "ae");
	bool ok = file && fwrite(bytes, 1, len, file) == len;

	return (!file || !fclose(file)) && ok;
}

int folder_add(const struct folder *f, const char *name, const void *bytes, size_t len, struct buf *why)
{
	struct buf path = { 0 };
	int err = 0;

	buf_printf(&path, "%s/%s", f->path, name);
	text_cstr(&path);
	make_folders(path.data, strlen(f->path));
	if (!append(path.data, bytes, len)) {
		buf_printf(why, "%s: %s", path.data, strerror(errno));
		err = -1;
	}
	buf_free(&path);
	return err;
}

void folder_use(const struct folder *f, const char *variable, const char *name)
{
	struct buf path = { 0 };

	buf_printf(&path, "%s/%s", f->path, name);
	setenv(variable, text_cstr(&path), 1);
	buf_free(&path);
}
