// SPDX-License-Identifier: GPL-2.0
/*
 * elf_debug.c - the file to which the symbols of a stripped one were moved.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/elf_part.h"
#include "util/text.h"

static const char *debug_root(void)
{
	const char *given = getenv("KTAP_DEBUG");

	return given && *given ? given : "/usr/lib/debug";
}

/* It holds no code, so elf_open() would refuse it. */
static struct elf *open_symbols(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct elf *e;

	if (fd < 0)
		return NULL;
	e = xmalloc(sizeof(*e));
	*e = (struct elf){ .path = text_dup(path), .fd = fd };
	e->elf = elf_begin(fd, ELF_C_READ, NULL);
	if (e->elf && elf_kind(e->elf) == ELF_K_ELF && gelf_getclass(e->elf) == ELF_OWN_CLASS)
		return e;
	elf_close(e);
	return NULL;
}

/* A file of another build has other addresses. */
static bool same_build(const struct elf *a, const struct elf *b)
{
	const unsigned char *ida, *idb;
	size_t lena, lenb;

	return elf_build_id(a, &ida, &lena) && elf_build_id(b, &idb, &lenb) && lena == lenb &&
	       !memcmp(ida, idb, lena);
}

static struct elf *by_build_id(const struct elf *e)
{
	const unsigned char *id;
	struct buf path = { 0 };
	struct elf *found;
	size_t len;

	if (!elf_build_id(e, &id, &len) || len < 2)
		return NULL;
	buf_printf(&path, "%s/.build-id/%02x/", debug_root(), id[0]);
	for (size_t i = 1; i < len && i < 64; i++)
		buf_printf(&path, "%02x", id[i]);
	text_str(&path, ".debug");
	found = open_symbols(text_cstr(&path));
	buf_free(&path);
	if (found && !same_build(e, found)) {
		elf_close(found);
		return NULL;
	}
	return found;
}

/* The sum that .gnu_debuglink tells of the file that it names: zlib's. */
static uint32_t add_crc(uint32_t crc, const unsigned char *p, size_t n)
{
	while (n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

static uint32_t crc_of(const struct elf *e)
{
	unsigned char piece[1 << 16];
	uint32_t crc = ~0u;
	off_t at = 0;
	ssize_t got;

	while ((got = pread(e->fd, piece, sizeof(piece), at)) > 0) {
		crc = add_crc(crc, piece, got);
		at += got;
	}
	return ~crc;
}

static struct elf *try_link(const struct elf *e, uint32_t crc, const char *path)
{
	struct elf *found = open_symbols(path);

	if (found && !same_build(e, found) && crc_of(found) != crc) {
		elf_close(found);
		return NULL;
	}
	return found;
}

/* Beside the file, in .debug beside it, and below the folder of debug files. */
static struct elf *look_for(const struct elf *e, const char *name, uint32_t crc)
{
	static const char *const places[] = { "%2$s%3$s", "%2$s.debug/%3$s", "%1$s%2$s%3$s" };
	char real[PATH_MAX], path[3 * PATH_MAX];
	struct elf *found = NULL;

	if (!realpath(e->path, real))
		return NULL;
	strrchr(real, '/')[1] = 0;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places) && !found; i++)
		if ((size_t)snprintf(path, sizeof(path), places[i], debug_root(), real, name) < sizeof(path))
			found = try_link(e, crc, path);
	return found;
}

/* The section: a name, NUL, padding to four bytes, the sum. */
static struct elf *by_link(const struct elf *e)
{
	struct elf_section s;
	uint32_t crc;
	size_t len;

	if (!elf_section(e, ".gnu_debuglink", &s))
		return NULL;
	len = strnlen((const char *)s.data, s.size);
	if (!len || len > NAME_MAX || (len + 4) / 4 * 4 + 4 > s.size || memchr(s.data, '/', len))
		return NULL;
	memcpy(&crc, s.data + (len + 4) / 4 * 4, sizeof(crc));
	return look_for(e, (const char *)s.data, crc);
}

struct elf *elf_open_debug(const struct elf *e)
{
	struct elf *found = by_build_id(e);

	return found ? found : by_link(e);
}
