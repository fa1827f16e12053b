// SPDX-License-Identifier: GPL-2.0
#include "event/usdt.h"

#include <stdlib.h>
#include <string.h>

#include "event/elf_part.h"

#define NOTE_TYPE	3
#define OWNER		"stapsdt"

/* The bytes of a note that are not read yet. */
struct cursor {
	const char *at, *end;
};

static bool take_word(struct cursor *c, uint64_t *word)
{
	if ((size_t)(c->end - c->at) < sizeof(*word))
		return false;
	memcpy(word, c->at, sizeof(*word));
	c->at += sizeof(*word);
	return true;
}

static bool take_string(struct cursor *c, const char **s)
{
	const char *nul = memchr(c->at, 0, c->end - c->at);

	if (!nul)
		return false;
	*s = c->at;
	c->at = nul + 1;
	return true;
}

/*
 * The note tells addresses as they were when it was made, and where .stapsdt.base
 * was then: whoever moved the program since moved that section as well.
 */
static bool read_marker(const struct elf *e, struct cursor c, struct usdt_marker *m)
{
	uint64_t base, now;

	if (!take_word(&c, &m->address) || !take_word(&c, &base) || !take_word(&c, &m->semaphore) ||
	    !take_string(&c, &m->provider) || !take_string(&c, &m->name) || !take_string(&c, &m->args))
		return false;
	if (base && elf_section_address(e, ".stapsdt.base", &now)) {
		m->address += now - base;
		m->semaphore += m->semaphore ? now - base : 0;
	}
	return elf_is_code(e, m->address);
}

static void read_notes(const struct elf *e, Elf_Data *data, struct usdt *out)
{
	size_t at = 0, next, name, desc;
	struct usdt_marker m;
	GElf_Nhdr note;

	for (; (next = gelf_getnote(data, at, &note, &name, &desc)); at = next) {
		const char *bytes = data->d_buf;
		struct cursor c = { bytes + desc, bytes + desc + note.n_descsz };

		if (note.n_type == NOTE_TYPE && note.n_namesz == sizeof(OWNER) &&
		    !memcmp(bytes + name, OWNER, sizeof(OWNER)) && read_marker(e, c, &m))
			*list_push(&out->markers) = m;
	}
}

void usdt_read(const struct elf *e, struct usdt *out)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	*out = (struct usdt){ 0 };
	while ((scn = elf_next_section(e, scn, SHT_NOTE, &shdr))) {
		Elf_Data *data = elf_getdata(scn, NULL);

		if (data && data->d_buf)
			read_notes(e, data, out);
	}
}

void usdt_free(struct usdt *u)
{
	free(u->markers.at);
	*u = (struct usdt){ 0 };
}
