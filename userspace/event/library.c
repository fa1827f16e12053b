// SPDX-License-Identifier: GPL-2.0
#include "event/library.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/mapped.h"
#include "util/arena.h"
#include "util/text.h"

#if defined(__x86_64__)
#define TRIPLET	"x86_64-linux-gnu"
#define CACHE_FLAGS	0x0303u
#elif defined(__aarch64__)
#define TRIPLET	"aarch64-linux-gnu"
#define CACHE_FLAGS	0x0a03u
#elif defined(__arm__)
#define TRIPLET	"arm-linux-gnueabihf"
#define CACHE_FLAGS	0x0903u
#elif defined(__riscv) && __riscv_xlen == 64
#define TRIPLET	"riscv64-linux-gnu"
#define CACHE_FLAGS	0x1003u
#endif

static char *joined(const char *a, const char *b, const char *c)
{
	struct buf path = { 0 };

	text_str(&path, a);
	text_str(&path, b);
	text_str(&path, c);
	text_cstr(&path);
	return path.data;
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* A linker script has a library's name too. */
static bool is_elf(const char *path)
{
	char magic[4] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool yes = fd >= 0 && read(fd, magic, 4) == 4 && !memcmp(magic, "\177ELF", 4);

	if (fd >= 0)
		close(fd);
	return yes;
}

/*
 * Whether a library of this file name is meant: "libc" is libc.so.6, and libc-2.31.so
 * of older systems.
 */
static bool is_meant(const char *file, const char *name)
{
	size_t len = strlen(name);
	const char *rest = file + len;

	if (strncmp(file, name, len))
		return false;
	if (!*rest || !strncmp(rest, ".so", 3))
		return !*rest || !rest[3] || rest[3] == '.';
	return *rest == '-' && strspn(rest + 1, "0123456789.") && strstr(rest, ".so");
}

/* --- the loader's cache --- */

/*
 * magic, then a header, then entries, then strings; offsets of strings count from the
 * magic. It may stand behind an older cache, whose end is aligned to 8.
 */
#define CACHE_MAGIC	"glibc-ld.so.cache1.1"
#define OLD_MAGIC	"ld.so-1.7.0"

struct cache_header {
	char magic[20];
	uint32_t count, string_bytes;
	uint8_t flags, pad[3];
	uint32_t extensions, unused[3];
};

struct cache_entry {
	int32_t flags;
	uint32_t key, value;	/* offsets of the name and of the path */
	uint32_t os_version;
	uint64_t hwcap;
};

static const char *cache_string(const char *cache, size_t size, uint32_t at)
{
	return at < size && memchr(cache + at, 0, size - at) ? cache + at : NULL;
}

static char *search_cache(const char *cache, size_t size, const char *name)
{
	struct cache_header h;
	struct cache_entry e;

	if (size < sizeof(h))
		return NULL;
	memcpy(&h, cache, sizeof(h));
	for (uint32_t i = 0; i < h.count && (i + 1ull) * sizeof(e) <= size - sizeof(h); i++) {
		const char *key, *value;

		memcpy(&e, cache + sizeof(h) + i * sizeof(e), sizeof(e));
		key = cache_string(cache, size, e.key);
		value = cache_string(cache, size, e.value);
		if ((uint32_t)e.flags == CACHE_FLAGS && key && value && *value == '/' && is_meant(key, name))
			return text_dup(value);
	}
	return NULL;
}

char *library_in_cache(const void *cache, size_t size, const char *name)
{
	const char *bytes = cache;
	uint32_t old;
	size_t at = 0;

	if (size >= 16 && !memcmp(bytes, OLD_MAGIC, strlen(OLD_MAGIC))) {
		memcpy(&old, bytes + 12, sizeof(old));
		at = (16 + (size_t)old * 12 + 7) & ~(size_t)7;
	}
	if (at > size || size - at < strlen(CACHE_MAGIC) ||
	    memcmp(bytes + at, CACHE_MAGIC, strlen(CACHE_MAGIC)))
		return NULL;
	return search_cache(bytes + at, size - at, name);
}

static bool read_whole(const char *path, struct buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char piece[1 << 14];
	ssize_t got;

	if (fd < 0)
		return false;
	while ((got = read(fd, piece, sizeof(piece))) > 0 && out->len < 64u << 20)
		buf_add(out, piece, got);
	close(fd);
	return out->len > 0;
}

static char *by_cache(const char *root, const char *name)
{
	char *path = joined(root, "/etc/ld.so.cache", ""), *found = NULL, *inside;
	struct buf cache = { 0 };

	if (read_whole(path, &cache) && (inside = library_in_cache(cache.data, cache.len, name))) {
		found = joined(root, inside, "");
		free(inside);
	}
	buf_free(&cache);
	free(path);
	if (found && is_elf(found))
		return found;
	free(found);
	return NULL;
}

/* --- folders --- */

/* The file in the folder that the name means; of several the last by name. */
static char *in_folder(const char *folder, const char *name)
{
	DIR *dir = opendir(folder);
	char *best = NULL;
	struct dirent *d;

	if (!dir)
		return NULL;
	while ((d = readdir(dir))) {
		char *path;

		if (!is_meant(d->d_name, name) || (best && strcmp(strrchr(best, '/') + 1, d->d_name) > 0))
			continue;
		path = joined(folder, "/", d->d_name);
		if (!is_elf(path)) {
			free(path);
			continue;
		}
		free(best);
		best = path;
	}
	closedir(dir);
	return best;
}

/* Folders parted by colons, below the root. */
static char *in_list(const char *root, const char *list, char *(*look)(const char *, const char *),
		     const char *name)
{
	char *found = NULL;

	while (list && *list && !found) {
		size_t len = strcspn(list, ":");
		char folder[PATH_MAX];

		if (len && *list == '/' && snprintf(folder, sizeof(folder), "%s%.*s", root, (int)len, list) <
		    (int)sizeof(folder))
			found = look(folder, name);
		list += len + (list[len] == ':');
	}
	return found;
}

static char *exactly(const char *folder, const char *name)
{
	char *path = joined(folder, "/", name);

	if (is_file(path) && !access(path, X_OK))
		return path;
	free(path);
	return NULL;
}

/* --- a process's own --- */

static char *among_mapped(int pid, const char *name)
{
	FILE *maps = mapped_open(pid);
	char *found = NULL;
	struct mapped m;

	while (maps && !found && mapped_next(maps, &m))
		if (is_meant(strrchr(m.path, '/') + 1, name))
			found = mapped_path(pid, &m);
	if (maps)
		fclose(maps);
	return found;
}

/* --- all of it --- */

static char *find_by_name(const char *name, const char *root)
{
	static const char folders[] =
		"/lib/" TRIPLET ":/usr/lib/" TRIPLET ":/lib64:/usr/lib64:/lib:/usr/lib:/usr/local/lib";
	static const char programs[] = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";
	char *found = *root ? NULL : in_list(root, getenv("LD_LIBRARY_PATH"), in_folder, name);

	if (!found)
		found = by_cache(root, name);
	if (!found)
		found = in_list(root, folders, in_folder, name);
	if (!found && !*root)
		found = in_list(root, getenv("PATH"), exactly, name);
	if (!found)
		found = in_list(root, programs, exactly, name);
	return found;
}

/* "" unless the process has another root than this one. */
static void root_of(int pid, char root[64])
{
	struct stat mine, its;

	*root = 0;
	if (!pid)
		return;
	snprintf(root, 64, "/proc/%d/root", pid);
	if (stat(root, &its) || (!stat("/", &mine) && mine.st_ino == its.st_ino && mine.st_dev == its.st_dev))
		*root = 0;
}

static char *find_path(const char *path, const char *root)
{
	char *inside = joined(root, path, "");

	if (!*root || is_file(inside))
		return inside;
	free(inside);
	return text_dup(path);
}

char *library_find(const char *name, int pid, struct buf *why)
{
	char root[64], *found = NULL;

	root_of(pid, root);
	if (strchr(name, '/'))
		return *name == '/' ? find_path(name, root) : text_dup(name);
	if (pid)
		found = among_mapped(pid, name);
	if (!found)
		found = find_by_name(name, root);
	if (!found)
		buf_printf(why, "'%s' is no library or program where the loader and PATH look, and no "
			   "loaded module of the kernel; a path says which file is meant", name);
	return found;
}
