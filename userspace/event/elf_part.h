/* SPDX-License-Identifier: GPL-2.0 */
/*
 * elf_part.h - what the files of the ELF reader (elf.h) share.
 */
#ifndef EVENT_ELF_PART_H
#define EVENT_ELF_PART_H

#include <gelf.h>

#include "event/elf.h"

/* Of the programs of this machine that are traced. */
#define ELF_OWN_CLASS	(sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

Elf_Scn *elf_find_section(const struct elf *e, const char *name, GElf_Shdr *shdr);

/* The next section of a kind, after `scn` (NULL: the first). */
Elf_Scn *elf_next_section(const struct elf *e, Elf_Scn *scn, GElf_Word type, GElf_Shdr *shdr);

/* The file that has the symbols of a stripped one, open; NULL: there is none. */
struct elf *elf_open_debug(const struct elf *e);

#endif
