// SPDX-License-Identifier: GPL-2.0
#include "event/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/elf_part.h"
#include "util/text.h"

#if defined(__x86_64__)
#define MACHINE	EM_X86_64
#elif defined(__aarch64__)
#define MACHINE	EM_AARCH64
#elif defined(__arm__)
#define MACHINE	EM_ARM
#elif defined(__riscv)
#define MACHINE	EM_RISCV
#else
#error "which ELF files run on this machine?"
#endif

static int open_file(const char *path, struct buf *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		buf_printf(why, "'%s' cannot be read: %s", path, strerror(errno));
	} else if (!S_ISREG(st.st_mode)) {
		buf_printf(why, "'%s' is %s, not a program or library", path,
			   S_ISDIR(st.st_mode) ? "a folder" : "no file");
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static const char *machine_name(unsigned int machine)
{
	switch (machine) {
	case EM_386:		return "i386";
	case EM_X86_64:		return "x86-64";
	case EM_ARM:		return "arm";
	case EM_AARCH64:	return "arm64";
	case EM_RISCV:		return "riscv";
	case EM_PPC64:		return "ppc64";
	case EM_S390:		return "s390";
	default:		return "another architecture";
	}
}

static int refuse_foreign(const struct elf *e, struct buf *why)
{
	char begin[2] = "";

	if (pread(e->fd, begin, 2, 0) == 2 && begin[0] == '#' && begin[1] == '!')
		buf_printf(why, "'%s' is a script: name the program that runs it", e->path);
	else
		buf_printf(why, "'%s' is not a program or library (no ELF file)", e->path);
	return -1;
}

static int check_machine(struct elf *e, const GElf_Ehdr *h, struct buf *why)
{
	if (h->e_machine != MACHINE)
		buf_printf(why, "'%s' is for %s, this machine is %s", e->path,
			   machine_name(h->e_machine), machine_name(MACHINE));
	else if (h->e_ident[EI_CLASS] != ELF_OWN_CLASS)
		buf_printf(why, "'%s' has 32-bit code; ktap traces 64-bit code", e->path);
	else
		return 0;
	return -1;
}

static int check_type(struct elf *e, const GElf_Ehdr *h, struct buf *why)
{
	if (h->e_type != ET_EXEC && h->e_type != ET_DYN)
		buf_printf(why, "'%s' is %s, not a program or library", e->path,
			   h->e_type == ET_REL ? "an object file" : h->e_type == ET_CORE ? "a core dump" :
			   "an unknown kind of ELF file");
	else
		return 0;
	return -1;
}

static void read_segments(struct elf *e)
{
	GElf_Phdr p;
	size_t n;

	if (elf_getphdrnum(e->elf, &n))
		return;
	for (size_t i = 0; i < n && gelf_getphdr(e->elf, i, &p); i++)
		if (p.p_type == PT_LOAD && p.p_filesz)
			*list_push(&e->segments) = (struct elf_segment){
				.address = p.p_vaddr, .offset = p.p_offset,
				.size = p.p_filesz, .code = p.p_flags & PF_X };
}

/* A file of separate symbols keeps the sections of code, but not their bytes. */
static bool holds_symbols_only(const struct elf *e)
{
	Elf_Scn *scn = NULL;
	bool empty = false;
	GElf_Shdr s;

	while ((scn = elf_nextscn(e->elf, scn)))
		if (gelf_getshdr(scn, &s) && s.sh_flags & SHF_EXECINSTR) {
			if (s.sh_type != SHT_NOBITS)
				return false;
			empty = true;
		}
	return empty;
}

static int read_header(struct elf *e, bool foreign, struct buf *why)
{
	GElf_Ehdr h;

	elf_version(EV_CURRENT);
	e->elf = elf_begin(e->fd, ELF_C_READ, NULL);
	if (!e->elf || elf_kind(e->elf) != ELF_K_ELF || !gelf_getehdr(e->elf, &h))
		return refuse_foreign(e, why);
	if ((!foreign && check_machine(e, &h, why)) || check_type(e, &h, why))
		return -1;
	e->is_program = h.e_type == ET_EXEC;
	read_segments(e);
	if (!e->segments.n)
		buf_printf(why, "'%s' has nothing that could run", e->path);
	else if (holds_symbols_only(e))
		buf_printf(why, "'%s' holds symbols only: name the program or library itself", e->path);
	else
		return 0;
	return -1;
}

static struct elf *open_elf(const char *path, bool foreign, struct buf *why)
{
	int fd = open_file(path, why);
	struct elf *e;

	if (fd < 0)
		return NULL;
	e = xmalloc(sizeof(*e));
	*e = (struct elf){ .path = text_dup(path), .fd = fd };
	if (!read_header(e, foreign, why))
		return e;
	elf_close(e);
	return NULL;
}

struct elf *elf_open(const char *path, struct buf *why)
{
	return open_elf(path, false, why);
}

struct elf *elf_open_foreign(const char *path, struct buf *why)
{
	return open_elf(path, true, why);
}

void elf_close(struct elf *e)
{
	if (!e)
		return;
	elf_close(e->debug);
	elf_end(e->elf);
	close(e->fd);
	arena_free(&e->names);
	free(e->symbols.at);
	free(e->segments.at);
	free(e->path);
	free(e);
}

bool elf_offset(const struct elf *e, uint64_t address, uint64_t *offset)
{
	for (unsigned int i = 0; i < e->segments.n; i++) {
		const struct elf_segment *s = &e->segments.at[i];

		if (address >= s->address && address - s->address < s->size) {
			*offset = s->offset + (address - s->address);
			return true;
		}
	}
	return false;
}

/* What lies in two segments at once is code, if it is in one. */
bool elf_address(const struct elf *e, uint64_t offset, uint64_t *address)
{
	const struct elf_segment *found = NULL;

	for (unsigned int i = 0; i < e->segments.n; i++) {
		const struct elf_segment *s = &e->segments.at[i];

		if (offset >= s->offset && offset - s->offset < s->size && (!found || s->code))
			found = s;
	}
	if (found)
		*address = found->address + (offset - found->offset);
	return found;
}

bool elf_is_code(const struct elf *e, uint64_t address)
{
	for (unsigned int i = 0; i < e->segments.n; i++) {
		const struct elf_segment *s = &e->segments.at[i];

		if (s->code && address >= s->address && address - s->address < s->size)
			return true;
	}
	return false;
}

Elf_Scn *elf_next_section(const struct elf *e, Elf_Scn *scn, GElf_Word type, GElf_Shdr *shdr)
{
	while ((scn = elf_nextscn(e->elf, scn)))
		if (gelf_getshdr(scn, shdr) && shdr->sh_type == type)
			return scn;
	return NULL;
}

Elf_Scn *elf_find_section(const struct elf *e, const char *name, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;
	size_t names;

	if (elf_getshdrstrndx(e->elf, &names))
		return NULL;
	while ((scn = elf_nextscn(e->elf, scn))) {
		const char *s = gelf_getshdr(scn, shdr) ? elf_strptr(e->elf, names, shdr->sh_name) : NULL;

		if (s && !strcmp(s, name))
			return scn;
	}
	return NULL;
}

bool elf_section(const struct elf *e, const char *name, struct elf_section *out)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_find_section(e, name, &shdr);
	Elf_Data *data = scn && shdr.sh_type != SHT_NOBITS ? elf_rawdata(scn, NULL) : NULL;

	if (!data || !data->d_buf)
		return false;
	*out = (struct elf_section){ data->d_buf, data->d_size, shdr.sh_addr };
	return true;
}

bool elf_section_address(const struct elf *e, const char *name, uint64_t *address)
{
	GElf_Shdr shdr;

	if (!elf_find_section(e, name, &shdr))
		return false;
	*address = shdr.sh_addr;
	return true;
}

static bool build_id_in(Elf_Data *data, const unsigned char **id, size_t *len)
{
	size_t at = 0, next, name, desc;
	GElf_Nhdr note;

	for (; (next = gelf_getnote(data, at, &note, &name, &desc)); at = next)
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && note.n_descsz &&
		    !memcmp((char *)data->d_buf + name, "GNU", 4)) {
			*id = (unsigned char *)data->d_buf + desc;
			*len = note.n_descsz;
			return true;
		}
	return false;
}

bool elf_build_id(const struct elf *e, const unsigned char **id, size_t *len)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	while ((scn = elf_next_section(e, scn, SHT_NOTE, &shdr))) {
		Elf_Data *data = elf_getdata(scn, NULL);

		if (data && data->d_buf && build_id_in(data, id, len))
			return true;
	}
	return false;
}

bool elf_is_go(const struct elf *e)
{
	static const char *const sections[] = { ".note.go.buildid", ".gopclntab", ".data.rel.ro.gopclntab" };
	uint64_t address;

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++)
		if (elf_section_address(e, sections[i], &address))
			return true;
	return false;
}
