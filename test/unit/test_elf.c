// SPDX-License-Identifier: GPL-2.0
/* The programs of test/user, read by userspace/event/elf.h. */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event/elf.h"
#include "event/glob.h"
#include "tap.h"
#include "util/text.h"

#define DIR	"test/user/build/"

static struct elf *opened(const char *path)
{
	struct buf why = { 0 };
	struct elf *e = elf_open(path, &why);

	if (!e)
		ok(false, "%s: %s", path, text_cstr(&why));
	else
		elf_read_symbols(e);
	buf_free(&why);
	return e;
}

static const struct elf_symbol *find(const struct elf *e, const char *name, const char *version)
{
	for (unsigned int i = 0; i < e->symbols.n; i++)
		if (!strcmp(e->symbols.at[i].name, name) &&
		    (!version || !strcmp(e->symbols.at[i].version, version)))
			return &e->symbols.at[i];
	return NULL;
}

/* The bytes at a function's offset are its code: add is "lea (%rdi,%rsi,1),%rax; ret" or the like. */
static bool has_return(const char *path, uint64_t offset, uint64_t size)
{
	unsigned char code[256] = "";
	FILE *f = fopen(path, "re");
	bool found = false;

	if (f && !fseek(f, (long)offset, SEEK_SET) && size <= sizeof(code) && fread(code, size, 1, f) == 1)
		found = code[size - 1] == 0xc3;
	if (f)
		fclose(f);
	return found;
}

static void test_program(const char *path)
{
	struct elf *e = opened(path);
	const struct elf_symbol *add, *twice;
	uint64_t offset = 0, back = 0;

	if (!e)
		return;
	add = find(e, "add", NULL);
	twice = find(e, "twice", NULL);
	ok(add && add->kind == ELF_FUNC && add->size && twice && twice->kind == ELF_FUNC,
	   "%s: functions, those of one file too", path);
	if (add) {
		ok(elf_offset(e, add->address, &offset) && elf_address(e, offset, &back) &&
		   back == add->address, "%s: to the offset and back", path);
		ok(elf_is_code(e, add->address), "%s: add is code", path);
#ifdef __x86_64__
		ok(has_return(path, offset, add->size), "%s: the offset is that of its code", path);
#endif
		ok(elf_symbol_at(e, add->address + add->size - 1) == add &&
		   elf_symbol_at(e, add->address) == add, "%s: addresses inside are of it", path);
	}
	ok(!elf_symbol_at(e, 8), "%s: an address of nothing", path);
	ok(!elf_is_go(e), "%s: not of Go", path);
	elf_close(e);
}

static void test_separate(void)
{
	struct elf *e;

	setenv("KTAP_DEBUG", DIR "debug", 1);
	e = opened(DIR "target-stripped");
	ok(e && e->debug && e->has_symtab && find(e, "twice", NULL), "symbols by build-id");
	elf_close(e);
	setenv("KTAP_DEBUG", "/nowhere", 1);
	e = opened(DIR "target-stripped");
	ok(e && !e->debug && !e->has_symtab && !find(e, "twice", NULL), "stripped, and symbols are nowhere");
	elf_close(e);
	e = opened(DIR "target-linked");
	ok(e && e->debug && find(e, "twice", NULL), "symbols by the name of their file");
	elf_close(e);
	unsetenv("KTAP_DEBUG");
}

/* The symbols of another build are of no use: the name fits, the sum does not. */
static void test_other_build(void)
{
	char dir[] = "/tmp/ktap-elf-XXXXXX", command[512];
	struct buf path = { 0 };
	struct elf *e;

	if (!mkdtemp(dir))
		return;
	snprintf(command, sizeof(command), "cp " DIR "target-linked %s/ && cp " DIR
		 "target-linked.debug %s/ && echo x >>%s/target-linked.debug", dir, dir, dir);
	buf_printf(&path, "%s/target-linked", dir);
	if (!system(command) && (e = opened(text_cstr(&path)))) {
		ok(!e->debug && !find(e, "twice", NULL), "symbols of another build are not taken");
		elf_close(e);
	}
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ok(!system(command), "cleaned up");
	buf_free(&path);
}

static void test_library(const char *path)
{
	const struct elf_symbol *s, *old, *new;
	struct elf *e = opened(path);

	if (!e)
		return;
	old = find(e, "both", "PLUG_1");
	new = find(e, "both", "PLUG_2");
	ok(old && new && old->address != new->address, "%s: a function in two versions", path);
	s = find(e, "chosen", NULL);
	ok(s && s->kind == ELF_IFUNC, "%s: chosen when the program starts", path);
	s = find(e, "plug", NULL);
	ok(s && s->kind == ELF_FUNC && !strcmp(s->version, "PLUG_1"), "%s: told once, with its version", path);
	elf_close(e);
}

/* Aliases: of one address the plain name. */
static void test_libc(void)
{
	struct elf *e = opened("/lib/x86_64-linux-gnu/libc.so.6");
	const struct elf_symbol *m = e ? find(e, "malloc", NULL) : NULL, *at;

	if (!e)
		return;
	at = m ? elf_symbol_at(e, m->address) : NULL;
	ok(m && at && !strcmp(at->name, "malloc"), "libc's malloc: %s", at ? at->name : "none");
	m = find(e, "strlen", NULL);
	ok(m && m->kind == ELF_IFUNC, "libc's strlen is chosen");
	elf_close(e);
}

static void refuses(const char *path, const char *sentence)
{
	struct buf why = { 0 };
	struct elf *e = elf_open(path, &why);

	ok(!e && glob_match(sentence, text_cstr(&why)), "%s: %s", path, text_cstr(&why));
	elf_close(e);
	buf_free(&why);
}

/* A file with nothing but a header. */
static void refuses_header(unsigned char class, unsigned char type, unsigned char machine, const char *sentence)
{
	unsigned char header[64] = { 0x7f, 'E', 'L', 'F', class, 1, 1, [16] = type, [18] = machine, [20] = 1,
				     [40] = class == 1 ? 52 : 0, [52] = class == 2 ? 64 : 0 };
	char path[] = "/tmp/ktap-elf-XXXXXX";
	int fd = mkstemp(path);

	ok(fd >= 0 && write(fd, header, sizeof(header)) == sizeof(header), "a header");
	refuses(path, sentence);
	close(fd);
	unlink(path);
}

static void test_refused(void)
{
#ifdef __x86_64__
	enum { HERE = EM_X86_64 };
#else
	enum { HERE = EM_AARCH64 };
#endif

	refuses("/", "'/' is a folder, not a program or library");
	refuses("/nonexistent", "'/nonexistent' cannot be read: No such file or directory");
	refuses("/dev/null", "'/dev/null' is no file, not a program or library");
	refuses("/etc/passwd", "'/etc/passwd' is not a program or library (no ELF file)");
	refuses("test/unit/userspace.t", "'test/unit/userspace.t' is a script: name the program that runs it");
	refuses("test/unit/build/userspace/userspace/event/elf.o", "'*elf.o' is an object file, not a program or library");
	refuses(DIR "target-linked.debug", "'*' holds symbols only: name the program or library itself");
	refuses_header(1, ET_DYN, EM_386, "'*' is for i386, this machine is *");
	refuses_header(1, ET_DYN, HERE, "'*' has 32-bit code; ktap traces 64-bit code");
	refuses_header(2, ET_CORE, HERE, "'*' is a core dump, not a program or library");
	refuses_header(2, 9, HERE, "'*' is an unknown kind of ELF file, not a program or library");
	refuses_header(2, ET_DYN, HERE, "'*' has nothing that could run");
}

int main(void)
{
	test_program(DIR "target");
	test_program(DIR "target-nopie");
	test_program(DIR "target-static");
	test_separate();
	test_other_build();
	test_library(DIR "libplug.so");
	test_library(DIR "libplug-stripped.so");
#ifdef __x86_64__
	test_libc();
#endif
	test_refused();
	return tap_done();
}
