// SPDX-License-Identifier: GPL-2.0
#include "event/needed.h"

#include <string.h>
#include <sys/stat.h>

#include "event/elf_part.h"
#include "util/text.h"

#if defined(__x86_64__)
#define PLATFORM	"x86_64"
#elif defined(__aarch64__)
#define PLATFORM	"aarch64"
#elif defined(__arm__)
#define PLATFORM	"v7l"
#else
#define PLATFORM	""
#endif

/* --- the dynamic section --- */

struct entries {
	const struct elf *e;
	GElf_Word strings;	/* the section of its names */
	Elf_Data *data;		/* NULL: there is none */
};

static struct entries entries_of(const struct elf *e)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_next_section(e, NULL, SHT_DYNAMIC, &shdr);

	return (struct entries){ e, shdr.sh_link, scn ? elf_getdata(scn, NULL) : NULL };
}

/* The next one of this kind from number *i on, as a text; NULL: there is none. */
static const char *next_text(const struct entries *all, GElf_Sxword tag, int *i)
{
	const char *text;
	GElf_Dyn dyn;

	while (all->data && gelf_getdyn(all->data, *i, &dyn) && dyn.d_tag != DT_NULL) {
		++*i;
		text = dyn.d_tag == tag ? elf_strptr(all->e->elf, all->strings, dyn.d_un.d_val) : NULL;
		if (text && *text)
			return text;
	}
	return NULL;
}

void needed_each(const struct elf *e, void (*found)(void *arg, const char *name), void *arg)
{
	struct entries all = entries_of(e);
	struct elf_section interp;
	const char *name;
	int i = 0;

	if (elf_section(e, ".interp", &interp) && memchr(interp.data, 0, interp.size))
		found(arg, (const char *)interp.data);
	while ((name = next_text(&all, DT_NEEDED, &i)))
		found(arg, name);
}

struct needed_folders needed_folders(const struct elf *e)
{
	struct entries all = entries_of(e);
	int i = 0, j = 0;
	const char *runpath = next_text(&all, DT_RUNPATH, &i);

	return (struct needed_folders){ runpath ? NULL : next_text(&all, DT_RPATH, &j), runpath };
}

/* --- folders --- */

/* The word at `at`, as $WORD or ${WORD}: its length with all that, 0: it is another. */
static size_t token(const char *at, const char *word)
{
	size_t len = strlen(word);
	bool braced = at[1] == '{';

	if (strncmp(at + 1 + braced, word, len))
		return 0;
	if (braced)
		return at[2 + len] == '}' ? len + 3 : 0;
	return len + 1;
}

/* What stands for a word of the loader's; NULL: it knows no such word. */
static const char *meaning(const char *at, const char *origin, size_t *len)
{
	if ((*len = token(at, "ORIGIN")))
		return origin;
	if ((*len = token(at, "LIB")))
		return "lib/" PLATFORM "-linux-gnu";
	if ((*len = token(at, "PLATFORM")))
		return PLATFORM;
	return NULL;
}

static void expand(const char *folder, size_t len, const char *origin, struct buf *out)
{
	const char *end = folder + len, *text;
	size_t word;

	while (folder < end) {
		text = *folder == '$' ? meaning(folder, origin, &word) : NULL;
		if (text) {
			text_str(out, text);
			folder += word;
		} else {
			buf_putc(out, *folder++);
		}
	}
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

/* Folders that begin where a process happens to stand are left out. */
char *needed_in(const char *folders, const char *origin, const char *name)
{
	while (folders && *folders) {
		size_t len = strcspn(folders, ":");
		struct buf path = { 0 };

		expand(folders, len, origin, &path);
		buf_printf(&path, "/%s", name);
		if (*text_cstr(&path) == '/' && len && is_file(path.data))
			return path.data;
		buf_free(&path);
		folders += len + (folders[len] == ':');
	}
	return NULL;
}
