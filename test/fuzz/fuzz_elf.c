// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_elf.c - damaged programs and libraries, and a damaged cache of the loader:
 * cut off somewhere, or with bytes changed where tables and notes are. Whatever is
 * read of them is asked for everything. And code that is none. The sanitizers judge.
 *
 *   fuzz_elf ROUNDS SEED CACHE FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/ehframe.h"
#include "event/elf.h"
#include "event/insn.h"
#include "event/library.h"
#include "event/operand.h"
#include "event/usdt.h"
#include "unwind.h"
#include "util/arena.h"
#include "util/text.h"

struct file {
	char *bytes;
	size_t size;
};

static struct { unsigned int opened, refused, symbols, markers, operands, found, rows, damaged; } seen;

static struct file read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	struct file file = { 0 };

	if (!f || fseek(f, 0, SEEK_END) || (file.size = ftell(f)) < 64) {
		fprintf(stderr, "cannot read %s\n", path);
		exit(2);
	}
	file.bytes = xmalloc(file.size);
	rewind(f);
	if (fread(file.bytes, file.size, 1, f) != 1)
		exit(2);
	fclose(f);
	return file;
}

static size_t below(size_t n)
{
	return n ? ((size_t)rand() << 16 ^ (size_t)rand()) % n : 0;
}

/* Where a change matters: headers, the table of sections at the end, notes, symbols; or anywhere. */
static size_t place(const struct file *f)
{
	const char *note;

	switch (rand() % 5) {
	case 0:	return below(0x400);
	case 1:	return f->size - 1 - below(f->size < 0xa00 ? f->size : 0xa00);
	case 2:
		note = memmem(f->bytes, f->size, "stapsdt", 7);
		if (note)
			return (size_t)(note - f->bytes) - 12 + below(0x300);
		break;
	case 3:			/* the first entry of .eh_frame */
		note = memmem(f->bytes, f->size, "zR\0\1\x78\x10", 6);
		if (note)
			return (size_t)(note - f->bytes) - 9 + below(0x400);
	}
	return below(f->size);
}

static void damage(struct file *f)
{
	static const unsigned char telling[] = { 0, 1, 4, 8, 0x7f, 0x80, 0xff };

	for (int n = 1 + rand() % 8; n; n--) {
		size_t at = place(f);

		if (at < f->size)
			f->bytes[at] = rand() % 2 ? telling[rand() % sizeof(telling)] : rand();
	}
	if (rand() % 8 == 0)
		f->size = below(f->size);
}

static void use_markers(struct elf *e)
{
	struct usdt u;

	usdt_read(e, &u);
	seen.markers += u.markers.n;
	for (unsigned int i = 0; i < u.markers.n; i++) {
		const char *args = u.markers.at[i].args, *operand;
		struct fetch f;
		size_t len;

		while ((len = operand_next(&args, &operand)))
			seen.operands += operand_fetch(e, &u.markers.at[i], operand, len, &f);
	}
	usdt_free(&u);
}

static void use_symbols(struct elf *e)
{
	uint64_t offset, address;
	size_t bytes = 0;

	elf_read_symbols(e);
	seen.symbols += e->symbols.n;
	for (unsigned int i = 0; i < e->symbols.n; i++) {
		const struct elf_symbol *s = &e->symbols.at[i];

		bytes += strlen(s->name) + strlen(s->version);
		if (elf_offset(e, s->address, &offset))
			elf_address(e, offset, &address);
	}
	for (int i = 0; i < 20; i++)
		seen.found += elf_symbol_at(e, below(0x6000) + (e->is_program ? 0x400000 : 0)) != NULL;
	if (bytes > 1u << 30)
		abort();
}

static void use_frames(struct elf *e)
{
	struct unwind_rows rows;
	struct buf why = { 0 };
	unsigned int bad;

	if (ehframe_rows(e, &rows, &why) && !why.len)
		abort();
	if (!kp_unwind_check(rows.at, rows.n, &bad))
		abort();
	seen.rows += rows.n;
	seen.damaged += why.len > 0;
	free(rows.at);
	buf_free(&why);
}

static void use(const char *path)
{
	const unsigned char *id;
	struct buf why = { 0 };
	struct elf *e = elf_open(path, &why);
	size_t len;

	if (e) {
		seen.opened++;
		use_symbols(e);
		use_markers(e);
		use_frames(e);
		elf_is_go(e);
		if (elf_build_id(e, &id, &len) && len && id[len - 1] == 0xee)
			seen.found++;
		elf_close(e);
	} else {
		seen.refused++;
		if (!why.len)
			abort();
	}
	buf_free(&why);
}

static void try_elf(const struct file *whole, const char *path)
{
	struct file f = { xmalloc(whole->size), whole->size };
	FILE *out = fopen(path, "we");

	memcpy(f.bytes, whole->bytes, f.size);
	damage(&f);
	if (!out || (f.size && fwrite(f.bytes, f.size, 1, out) != 1) || fclose(out))
		exit(2);
	use(path);
	free(f.bytes);
}

/* In memory of its own size, so that a byte beyond is seen. */
static void try_cache(const struct file *whole)
{
	struct file f = { xmalloc(whole->size), whole->size };
	char *exact, *found;

	memcpy(f.bytes, whole->bytes, f.size);
	damage(&f);
	exact = xmalloc(f.size + !f.size);
	memcpy(exact, f.bytes, f.size);
	found = library_in_cache(exact, f.size, "libc");
	seen.found += found != NULL;
	free(found);
	free(exact);
	free(f.bytes);
}

/* No instruction is longer than what there is of it. */
static void try_code(void)
{
	size_t size = below(18);
	unsigned char *code = xmalloc(size + !size);

	for (size_t i = 0; i < size; i++)
		code[i] = rand();
	if (insn_length_x86(code, size) > size)
		abort();
	free(code);
}

int main(int argc, char **argv)
{
	int rounds = argc > 4 ? atoi(argv[1]) : 0;
	char path[] = "/tmp/ktap-fuzz-XXXXXX";
	struct file cache, files[16];
	int fd = mkstemp(path), n = argc - 4;

	if (!rounds || fd < 0 || n < 1 || n > 16)
		return 2;
	srand(atoi(argv[2]));
	cache = read_file(argv[3]);
	for (int i = 0; i < n; i++)
		files[i] = read_file(argv[4 + i]);
	for (int i = 0; i < rounds; i++) {
		try_elf(&files[i % n], path);
		try_cache(&cache);
		for (int k = 0; k < 100; k++)
			try_code();
	}
	for (int i = 0; i < n; i++)
		free(files[i].bytes);
	free(cache.bytes);
	close(fd);
	unlink(path);
	printf("%u opened, %u refused, %u symbols, %u markers, %u operands, %u rows, %u damaged\n", seen.opened,
	       seen.refused, seen.symbols, seen.markers, seen.operands, seen.rows, seen.damaged);
	return !(seen.rows && seen.damaged && seen.opened && seen.refused && seen.symbols && seen.markers && seen.operands && seen.found);
}
