// SPDX-License-Identifier: GPL-2.0
#include "event/usyms.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/elf.h"
#include "event/vdso.h"
#include "util/text.h"

/* A file as mappings name it; two processes may mean different files by one path. */
struct usyms_file {
	char *path;
	uint64_t inode;
	uint32_t dev;
	bool opened;
	struct elf *elf;	/* NULL: not to be had */
};

struct mapping {
	uint64_t start, end, offset;
	struct usyms_file *file;	/* NULL: memory without one */
};

struct usyms_space {
	uint64_t id;
	uint32_t pid;
	uint32_t listings;	/* of which we know */
	LIST(struct mapping) maps;
};

/* --- what is mapped --- */

static struct usyms_space *get_space(struct usyms *u, const struct ktap_stack *whose)
{
	struct usyms_space *s;

	for (unsigned int i = u->spaces.n; i > 0; i--)
		if (u->spaces.at[i - 1]->id == whose->space)
			return u->spaces.at[i - 1];
	s = xmalloc(sizeof(*s));
	*s = (struct usyms_space){ .id = whose->space, .pid = whose->pid };
	*list_push(&u->spaces) = s;
	return s;
}

static struct usyms_file *get_file(struct usyms *u, const struct ktap_map *m, const char *path)
{
	struct usyms_file *f;

	for (unsigned int i = 0; i < u->files.n; i++) {
		f = u->files.at[i];
		if (f->inode == m->inode && f->dev == m->dev && !strcmp(f->path, path))
			return f;
	}
	f = xmalloc(sizeof(*f));
	*f = (struct usyms_file){ .path = text_dup(path), .inode = m->inode, .dev = m->dev };
	*list_push(&u->files) = f;
	return f;
}

/* The newest listing stands last, and is searched first. */
static void take_maps(struct usyms *u, struct usyms_space *s, const struct buf *bytes)
{
	struct ktap_map m;

	s->maps.n = 0;
	for (size_t at = 0; at + sizeof(m) < bytes->len; at += m.bytes) {
		const char *name = bytes->data + at + sizeof(m);

		memcpy(&m, bytes->data + at, sizeof(m));
		if (m.bytes <= sizeof(m) || m.bytes > bytes->len - at ||
		    !memchr(name, 0, m.bytes - sizeof(m)))
			return;
		*list_push(&s->maps) = (struct mapping){
			m.start, m.end, m.offset, *name ? get_file(u, &m, name) : NULL };
	}
}

/* Asks for as much as there is; what is told may grow between two calls. */
static bool ask(struct usyms *u, struct usyms_space *s, struct buf *bytes)
{
	struct ktap_ioc_maps io = { .size = sizeof(io), .space = s->id };
	uint32_t room = 0;

	do {
		room = io.bytes;
		bytes->len = 0;
		buf_zeros(bytes, room);
		io.maps = (uintptr_t)bytes->data;
		if (ioctl(u->device, KTAP_IOC_MAPS, &io))
			return false;
		u->lost = io.lost;
		if (io.listings == s->listings)
			return false;
	} while (io.bytes > room);
	bytes->len = io.bytes;
	s->listings = io.listings;
	return true;
}

/* True: there is something new. */
static bool learn(struct usyms *u, struct usyms_space *s)
{
	struct buf bytes = { 0 };
	bool news = ask(u, s, &bytes);

	if (news)
		take_maps(u, s, &bytes);
	buf_free(&bytes);
	return news;
}

static const struct mapping *search(const struct usyms_space *s, uint64_t address)
{
	for (unsigned int i = s->maps.n; i > 0; i--)
		if (address >= s->maps.at[i - 1].start && address < s->maps.at[i - 1].end)
			return &s->maps.at[i - 1];
	return NULL;
}

static const struct mapping *find(struct usyms *u, struct usyms_space *s, uint64_t address)
{
	const struct mapping *m = search(s, address);

	if (!m && learn(u, s))
		m = search(s, address);
	return m;
}

/* --- symbols --- */

/* Some file systems tell mappings another device than stat(): the number alone then says it. */
static struct elf *open_same(const struct usyms_file *f, const char *path)
{
	struct buf why = { 0 };
	struct elf *elf = NULL;
	struct stat st;

	if (!stat(path, &st) && st.st_ino == f->inode)
		elf = elf_open_foreign(path, &why);
	buf_free(&why);
	return elf;
}

/* Where the file may be, as long as the process lives also if it was deleted. */
static struct elf *open_somewhere(const struct usyms_file *f, uint32_t pid,
				  const struct mapping *m)
{
	struct elf *elf = open_same(f, f->path);
	char path[4200];

	if (!elf) {
		snprintf(path, sizeof(path), "/proc/%u/root%s", pid, f->path);
		elf = open_same(f, path);
	}
	if (!elf) {
		snprintf(path, sizeof(path), "/proc/%u/map_files/%" PRIx64 "-%" PRIx64, pid,
			 m->start, m->end);
		elf = open_same(f, path);
	}
	return elf;
}

static struct elf *symbols_of(struct usyms_file *f, uint32_t pid, const struct mapping *m)
{
	if (!f->opened)
		f->elf = !strcmp(f->path, "[vdso]") ? vdso_open() : open_somewhere(f, pid, m);
	f->opened = true;
	return f->elf;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/*
 * No call stands before the code that a signal's handler returns to: what begins
 * there is meant where nothing is below.
 */
static const struct elf_symbol *symbol_at(struct elf *elf, uint64_t linked, unsigned int back)
{
	const struct elf_symbol *sym = elf_symbol_at(elf, linked - back);

	return sym ? sym : elf_symbol_at(elf, linked);
}

static struct symbol of_file(struct usyms_file *f, struct elf *elf, uint64_t at, unsigned int back)
{
	struct symbol s = { .module = base_name(f->path), .offset = at, .mangled = true };
	const struct elf_symbol *sym = NULL;

	if (elf && elf_address(elf, at, &s.offset))
		sym = symbol_at(elf, s.offset, back);
	if (!sym)
		return s;
	s.name = sym->name;
	s.offset -= sym->address;
	return s;
}

/* What is in no file has no symbols: "[heap]" tells no more than the number. */
struct symbol usyms_symbol(struct usyms *u, const struct ktap_stack *whose, uint64_t address,
			   unsigned int back)
{
	struct usyms_space *s = get_space(u, whose);
	const struct mapping *m = find(u, s, address - back);

	if (!m || !m->file)
		return (struct symbol){ 0 };
	return of_file(m->file, symbols_of(m->file, s->pid, m), address - m->start + m->offset, back);
}

void usyms_free(struct usyms *u)
{
	for (unsigned int i = 0; i < u->spaces.n; i++) {
		free(u->spaces.at[i]->maps.at);
		free(u->spaces.at[i]);
	}
	for (unsigned int i = 0; i < u->files.n; i++) {
		if (u->files.at[i]->elf)
			elf_close(u->files.at[i]->elf);
		free(u->files.at[i]->path);
		free(u->files.at[i]);
	}
	free(u->spaces.at);
	free(u->files.at);
}
