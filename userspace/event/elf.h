/* SPDX-License-Identifier: GPL-2.0 */
/*
 * elf.h - programs and libraries: which functions they have, where these are in
 * the file, and which function an address belongs to.
 *
 * In: a path. Out: struct elf, the caller's to close; names and symbols belong to
 * it. Fails with a sentence. A damaged file gives an error or fewer symbols,
 * never more than it holds: nothing in it is trusted.
 *
 * An `address` is one as the file was linked; a process has it further up in
 * memory. An `offset` counts bytes from the start of the file.
 */
#ifndef EVENT_ELF_H
#define EVENT_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/arena.h"
#include "util/buf.h"

enum elf_kind {
	ELF_FUNC,	/* a function */
	ELF_IFUNC,	/* chooses a function when the program starts */
	ELF_LABEL,	/* code, of hand-written assembler: not said to be a function */
	ELF_DATA,
};

struct elf_symbol {
	const char *name;
	const char *version;	/* "GLIBC_2.14"; "" if it has none */
	uint64_t address;
	uint64_t size;		/* bytes; 0: not known */
	enum elf_kind kind;
	bool is_thumb;		/* arm's short instructions */
};

/* A piece of the file that is mapped when it runs. */
struct elf_segment {
	uint64_t address, offset;
	uint64_t size;		/* bytes that are in the file */
	bool code;
};

struct Elf;

struct elf {
	char *path;
	int fd;
	struct Elf *elf;
	LIST(struct elf_segment) segments;
	bool is_program;	/* linked to a fixed address */

	/* once asked for */
	LIST(struct elf_symbol) symbols;	/* by address, then by name */
	struct arena names;
	struct elf *debug;	/* separate symbols; NULL: none were found */
	bool has_symtab;	/* more than what the file offers to others */
	bool read;
};

/* NULL: a sentence in `why`. */
struct elf *elf_open(const char *path, struct buf *why);

/* The same, also of programs that cannot be traced, such as 32-bit ones, for their names. */
struct elf *elf_open_foreign(const char *path, struct buf *why);
void elf_close(struct elf *e);

/* False: the file has nothing at that place. */
bool elf_offset(const struct elf *e, uint64_t address, uint64_t *offset);
bool elf_address(const struct elf *e, uint64_t offset, uint64_t *address);

/* Whether instructions are there. */
bool elf_is_code(const struct elf *e, uint64_t address);

/* A section that is in the file, whole. False: there is none. */
struct elf_section {
	const unsigned char *data;
	size_t size;
	uint64_t address;
};
bool elf_section(const struct elf *e, const char *name, struct elf_section *out);

/* Where a section is in memory; it may have no bytes in the file. */
bool elf_section_address(const struct elf *e, const char *name, uint64_t *address);

bool elf_build_id(const struct elf *e, const unsigned char **id, size_t *len);
bool elf_is_go(const struct elf *e);

/*
 * Reads the symbols, once: those of the file, of what it offers to others, and
 * of its separate debug file (by build-id, or the name that .gnu_debuglink says,
 * below $KTAP_DEBUG or /usr/lib/debug).
 */
void elf_read_symbols(struct elf *e);

/* The function that begins at `address` or has it inside; NULL: none is known. */
const struct elf_symbol *elf_symbol_at(struct elf *e, uint64_t address);

#endif
