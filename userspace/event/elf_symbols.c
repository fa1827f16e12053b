// SPDX-License-Identifier: GPL-2.0
/*
 * elf_symbols.c - the symbols of a program or library, from all tables of it.
 */
#include <stdlib.h>
#include <string.h>

#include "event/elf_part.h"
#include "util/sorted.h"

/* Names of versions by number, for the table of what is offered to others. */
struct versions {
	Elf_Data *numbers;	/* of each symbol */
	LIST(const char *) names;
};

static void set_version(struct versions *v, unsigned int number, const char *name)
{
	if (!name || number > 0x7fff)
		return;
	while (v->names.n <= number)
		*list_push(&v->names) = "";
	v->names.at[number] = name;
}

/* A chain in the section, no longer than its header says. */
static void read_definitions(const struct elf *e, Elf_Scn *scn, const GElf_Shdr *shdr, struct versions *v)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	size_t at = 0;

	for (GElf_Word i = 0; data && i < shdr->sh_info; i++) {
		GElf_Verdaux aux;
		GElf_Verdef def;

		if (at > data->d_size || !gelf_getverdef(data, at, &def))
			return;
		if (at + def.vd_aux <= data->d_size && gelf_getverdaux(data, at + def.vd_aux, &aux))
			set_version(v, def.vd_ndx, elf_strptr(e->elf, shdr->sh_link, aux.vda_name));
		if (!def.vd_next)
			return;
		at += def.vd_next;
	}
}

static void versions_read(const struct elf *e, struct versions *v)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_next_section(e, NULL, SHT_GNU_versym, &shdr);

	*v = (struct versions){ 0 };
	if (!scn)
		return;
	v->numbers = elf_getdata(scn, NULL);
	scn = elf_next_section(e, NULL, SHT_GNU_verdef, &shdr);
	if (scn)
		read_definitions(e, scn, &shdr, v);
}

/* Numbers 0 and 1 are no versions. */
static const char *version_of(const struct versions *v, size_t symbol)
{
	GElf_Versym number;

	if (!v->numbers || symbol > 0x7fffffff || !gelf_getversym(v->numbers, symbol, &number))
		return "";
	number &= 0x7fff;
	return number > 1 && number < v->names.n ? v->names.at[number] : "";
}

static bool is_defined(const GElf_Sym *sym)
{
	return sym->st_shndx != SHN_UNDEF && sym->st_shndx != SHN_ABS && sym->st_shndx != SHN_COMMON;
}

/* False: what is no place in the program, such as a file's name, arm's "$x". */
static bool kind_of(const struct elf *e, const char *name, const GElf_Sym *sym, enum elf_kind *kind)
{
	switch (GELF_ST_TYPE(sym->st_info)) {
	case STT_FUNC:		*kind = ELF_FUNC; return elf_is_code(e, sym->st_value);
	case STT_GNU_IFUNC:	*kind = ELF_IFUNC; return elf_is_code(e, sym->st_value);
	case STT_NOTYPE:	*kind = ELF_LABEL; return *name != '$' && elf_is_code(e, sym->st_value);
	case STT_OBJECT:	*kind = ELF_DATA; return true;
	default:		return false;
	}
}

/* The static linker writes versions into names: "memcpy@@GLIBC_2.14". */
static void split_name(struct elf *e, struct elf_symbol *s)
{
	const char *at = strchr(s->name, '@');

	if (!at || at == s->name)
		return;
	s->version = at + strspn(at, "@");
	s->name = arena_copy(&e->names, s->name, at - s->name);
}

/* On arm the lowest bit of a function's address tells how its instructions are written. */
static void read_mode(const struct elf *e, struct elf_symbol *s)
{
	GElf_Ehdr h;

	if (s->kind == ELF_DATA || !(s->address & 1) || !gelf_getehdr(e->elf, &h) || h.e_machine != EM_ARM)
		return;
	s->address--;
	s->is_thumb = true;
}

static void add(struct elf *e, const char *name, const char *version, const GElf_Sym *sym)
{
	struct elf_symbol s = { .name = name, .version = version,
				.address = sym->st_value, .size = sym->st_size };

	if (!name || !*name || !is_defined(sym) || !kind_of(e, name, sym, &s.kind))
		return;
	read_mode(e, &s);
	split_name(e, &s);
	*list_push(&e->symbols) = s;
}

/* Symbols of the table in `from`, which is the file itself or its debug file. */
static void read_table(struct elf *e, const struct elf *from, GElf_Word type)
{
	struct versions v = { 0 };
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_next_section(from, NULL, type, &shdr);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Sym sym;

	if (!data || !data->d_buf)
		return;
	if (type == SHT_DYNSYM)
		versions_read(from, &v);
	for (int i = 0; gelf_getsym(data, i, &sym); i++)
		add(e, elf_strptr(from->elf, shdr.sh_link, sym.st_name), version_of(&v, i), &sym);
	free(v.names.at);
	e->has_symtab |= type == SHT_SYMTAB;
}

/* Of several names of an address the plainest comes first: malloc, not __libc_malloc. */
static int by_address(const void *pa, const void *pb)
{
	const struct elf_symbol *a = pa, *b = pb;
	size_t plain_a, plain_b;
	int names;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	plain_a = strspn(a->name, "_");
	plain_b = strspn(b->name, "_");
	if (plain_a != plain_b)
		return plain_a < plain_b ? -1 : 1;
	names = strcmp(a->name, b->name);
	return names ? names : strcmp(b->version, a->version);
}

static bool same(const struct elf_symbol *a, const struct elf_symbol *b)
{
	return a->address == b->address && !strcmp(a->name, b->name);
}

/* Two tables tell of the same symbol; the one that knows its version stays. */
static void drop_doubles(struct elf *e)
{
	struct elf_symbol *at = e->symbols.at;
	unsigned int kept = 0;

	for (unsigned int i = 0; i < e->symbols.n; i++)
		if (kept && same(&at[kept - 1], &at[i]))
			at[kept - 1].size = at[kept - 1].size ? at[kept - 1].size : at[i].size;
		else
			at[kept++] = at[i];
	e->symbols.n = kept;
}

void elf_read_symbols(struct elf *e)
{
	if (e->read)
		return;
	e->read = true;
	read_table(e, e, SHT_SYMTAB);
	read_table(e, e, SHT_DYNSYM);
	if (!e->has_symtab)
		e->debug = elf_open_debug(e);
	if (e->debug)
		read_table(e, e->debug, SHT_SYMTAB);
	if (e->symbols.n)
		qsort(e->symbols.at, e->symbols.n, sizeof(*e->symbols.at), by_address);
	drop_doubles(e);
}

/* One without a size reaches up to the next. */
static bool reaches(const struct elf_symbol *s, uint64_t address, uint64_t begin)
{
	return s->kind != ELF_DATA && (s->size ? address - s->address < s->size : s->address == begin);
}

/* A label inside of a function does not hide it. */
static bool is_better(const struct elf_symbol *s, const struct elf_symbol *than)
{
	if (!than || (than->kind == ELF_LABEL && s->kind != ELF_LABEL))
		return true;
	return s->address == than->address && s->kind != ELF_LABEL;
}

#define MAX_LABELS	256	/* that are looked behind */

const struct elf_symbol *elf_symbol_at(struct elf *e, uint64_t address)
{
	const struct elf_symbol *best = NULL;
	uint64_t begin = 0;
	unsigned int i, end;

	elf_read_symbols(e);
	i = sorted_up_to(&e->symbols, address, address);
	if (!elf_is_code(e, address))
		return NULL;
	for (end = i > MAX_LABELS ? i - MAX_LABELS : 0; i > end; i--) {
		const struct elf_symbol *s = &e->symbols.at[i - 1];

		if (s->kind != ELF_DATA && !begin)
			begin = s->address;
		if (best && best->kind != ELF_LABEL && s->address < best->address)
			break;
		if (reaches(s, address, begin) && is_better(s, best))
			best = s;
	}
	return best;
}
