// SPDX-License-Identifier: GPL-2.0
#include "event/ehframe.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

#include "event/elf_part.h"
#include "util/text.h"

#define PADDING		16	/* bytes between two functions that belong to neither */
#define LONG_LENGTH	0xffffffffu

/* An entry that others name by where it begins. */
struct common {
	size_t offset;
	struct cfi_common cfi;
	unsigned char encoding;		/* of a function's address */
	bool sized;			/* its functions tell the size of data of their own */
	bool understood;
};

struct function {
	struct cfi_function cfi;
	unsigned int common;		/* index */
};

struct reading {
	const struct elf *e;
	struct elf_section section;
	LIST(struct common) commons;
	LIST(struct function) functions;
	const char *damage;
};

static uint64_t offset_of(const struct reading *r, const unsigned char *at)
{
	return at - r->section.data;
}

/* --- pointers --- */

static uint64_t take_number(struct cfi_bytes *b, unsigned int format)
{
	switch (format) {
	case DW_EH_PE_absptr:
	case DW_EH_PE_udata8:
	case DW_EH_PE_sdata8:	return cfi_unsigned(b, 8);
	case DW_EH_PE_udata2:	return cfi_unsigned(b, 2);
	case DW_EH_PE_udata4:	return cfi_unsigned(b, 4);
	case DW_EH_PE_sdata2:	return cfi_signed(b, 2);
	case DW_EH_PE_sdata4:	return cfi_signed(b, 4);
	case DW_EH_PE_uleb128:	return cfi_uleb(b);
	case DW_EH_PE_sleb128:	return cfi_sleb(b);
	default:		b->bad = true; return 0;
	}
}

/* An address as linked: by itself, or counted from where it stands. */
static uint64_t take_address(const struct reading *r, struct cfi_bytes *b, unsigned int encoding)
{
	uint64_t here = r->section.address + offset_of(r, b->at);
	uint64_t n = take_number(b, encoding & 0x0f);

	if ((encoding & 0x70) == DW_EH_PE_pcrel)
		return n + here;
	b->bad |= encoding & 0x70;
	return n;
}

/* --- common entries --- */

static const char *take_string(struct cfi_bytes *b)
{
	const char *s = (const char *)b->at;
	size_t len = strnlen(s, b->end - b->at);

	cfi_part(b, len + 1);
	return b->bad ? "" : s;
}

/* The letters after 'z' tell what data there is, in their order. */
static void take_augmentation(const struct reading *r, struct common *c, const char *letters,
			      struct cfi_bytes data)
{
	c->sized = true;
	while (*++letters && !data.bad)
		switch (*letters) {
		case 'R': c->encoding = cfi_unsigned(&data, 1); break;
		case 'L': cfi_unsigned(&data, 1); break;
		case 'P': take_address(r, &data, cfi_unsigned(&data, 1) & 0x0f); break;
		case 'S':
		case 'B': break;
		default: data.bad = true;
		}
	c->understood &= !data.bad;
}

/* One of a version or with augmentation that is not known is kept: its functions have no rows. */
static void read_common(struct reading *r, size_t offset, struct cfi_bytes b)
{
	struct common c = { .offset = offset, .encoding = DW_EH_PE_absptr };
	unsigned int version = cfi_unsigned(&b, 1);
	const char *letters = take_string(&b);

	c.understood = version == 1 || version == 3;
	c.cfi.code_unit = cfi_uleb(&b);
	c.cfi.data_unit = cfi_sleb(&b);
	c.cfi.return_register = version == 1 ? cfi_unsigned(&b, 1) : cfi_uleb(&b);
	if (*letters == 'z') {
		uint64_t len = cfi_uleb(&b);

		take_augmentation(r, &c, letters, cfi_part(&b, len));
	} else if (*letters) {
		c.understood = false;
	}
	c.cfi.instructions = b;
	c.understood &= !b.bad;
	*list_push(&r->commons) = c;
}

/* A function's stands near it, most often just before. */
static struct common *find_common(struct reading *r, size_t offset)
{
	for (unsigned int i = r->commons.n; i > 0; i--)
		if (r->commons.at[i - 1].offset == offset)
			return &r->commons.at[i - 1];
	return NULL;
}

/* --- functions --- */

/* The whole function in one piece of code of the file; what is beyond 4 GiB has no rows. */
static bool place_in_file(const struct reading *r, uint64_t address, uint64_t size,
			  struct cfi_function *fn)
{
	uint64_t begin, last;

	if (!size || address + size < address || !elf_is_code(r->e, address) ||
	    !elf_offset(r->e, address, &begin) || !elf_offset(r->e, address + size - 1, &last) ||
	    last - begin != size - 1 || last >= UINT32_MAX)
		return false;
	fn->begin = begin;
	fn->end = last + 1;
	return true;
}

static void read_function(struct reading *r, const struct common *c, struct cfi_bytes b)
{
	struct function fn = { .common = c - r->commons.at };
	uint64_t address, size;

	if (!c->understood)
		return;
	address = take_address(r, &b, c->encoding);
	size = take_number(&b, c->encoding & 0x0f);
	if (c->sized) {
		uint64_t len = cfi_uleb(&b);

		cfi_part(&b, len);
	}
	if (b.bad)
		r->damage = "an entry is cut short";
	else if (place_in_file(r, address, size, &fn.cfi)) {
		fn.cfi.instructions = b;
		*list_push(&r->functions) = fn;
	}
}

/* --- entries --- */

/* The distance counts back from where it stands itself. */
static void read_entry(struct reading *r, size_t offset, struct cfi_bytes b)
{
	size_t here = offset_of(r, b.at);
	uint64_t distance = cfi_unsigned(&b, 4);
	const struct common *c;

	if (b.bad) {
		r->damage = "an entry is cut short";
	} else if (!distance) {
		read_common(r, offset, b);
	} else if (distance > here || !(c = find_common(r, here - distance))) {
		r->damage = "a function's entry names no common one";
	} else {
		read_function(r, c, b);
	}
}

/* Ends at the section's end, at an entry of length 0, or where there is damage. */
static size_t read_entries(struct reading *r)
{
	struct cfi_bytes all = { r->section.data, r->section.data + r->section.size, false };
	size_t offset = 0;

	while (all.at < all.end) {
		struct cfi_bytes entry;
		uint64_t len;

		offset = offset_of(r, all.at);
		len = cfi_unsigned(&all, 4);
		if (!len)
			break;
		entry = cfi_part(&all, len == LONG_LENGTH ? cfi_unsigned(&all, 8) : len);
		if (all.bad)
			r->damage = "an entry is longer than the section";
		else
			read_entry(r, offset, entry);
		if (r->damage)
			break;
	}
	return offset;
}

static int by_begin(const void *pa, const void *pb)
{
	const struct function *a = pa, *b = pb;

	return (a->cfi.begin > b->cfi.begin) - (a->cfi.begin < b->cfi.begin);
}

/* Of two at one place the first is believed; padding is as good as the code before it. */
static void make_rows(struct reading *r, struct unwind_rows *rows)
{
	unsigned int n = r->functions.n;
	uint32_t end = 0;

	if (n)
		qsort(r->functions.at, n, sizeof(*r->functions.at), by_begin);
	for (unsigned int i = 0; i < n; i++) {
		struct function *fn = &r->functions.at[i];

		if (fn->cfi.begin < end)
			continue;
		if (i + 1 < n && fn[1].cfi.begin > fn->cfi.end && fn[1].cfi.begin - fn->cfi.end < PADDING)
			fn->cfi.end = fn[1].cfi.begin;
		end = fn->cfi.end;
		cfi_run(&r->commons.at[fn->common].cfi, &fn->cfi, rows);
	}
}

/* Rows are about the registers of x86-64. */
static bool is_native(const struct elf *e)
{
	GElf_Ehdr h;

	return gelf_getehdr(e->elf, &h) && h.e_machine == EM_X86_64 && h.e_ident[EI_CLASS] == ELFCLASS64;
}

int ehframe_rows(const struct elf *e, struct unwind_rows *rows, struct buf *why)
{
	struct reading r = { .e = e };
	size_t at;

	*rows = (struct unwind_rows){ 0 };
	if (!is_native(e) || !elf_section(e, ".eh_frame", &r.section))
		return 0;
	at = read_entries(&r);
	if (r.damage)
		buf_printf(why, "its .eh_frame is damaged at byte %zu: %s", at, r.damage);
	else
		make_rows(&r, rows);
	free(r.commons.at);
	free(r.functions.at);
	return r.damage ? -1 : 0;
}
