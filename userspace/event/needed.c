// SPDX-License-Identifier: GPL-2.0
#include "event/needed.h"

#include <string.h>

#include "event/elf_part.h"

void needed_each(const struct elf *e, void (*found)(void *arg, const char *name), void *arg)
{
	struct elf_section interp;
	GElf_Shdr shdr;
	Elf_Scn *scn = elf_next_section(e, NULL, SHT_DYNAMIC, &shdr);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	GElf_Dyn dyn;

	if (elf_section(e, ".interp", &interp) && memchr(interp.data, 0, interp.size))
		found(arg, (const char *)interp.data);
	for (int i = 0; data && gelf_getdyn(data, i, &dyn) && dyn.d_tag != DT_NULL; i++) {
		const char *name = dyn.d_tag == DT_NEEDED ?
				   elf_strptr(e->elf, shdr.sh_link, dyn.d_un.d_val) : NULL;

		if (name && *name)
			found(arg, name);
	}
}
