// SPDX-License-Identifier: GPL-2.0
#include "event/demangle.h"

#include <libiberty/demangle.h>
#include <stdlib.h>

#include "util/text.h"

void demangle_text(const char *name, struct buf *out)
{
	char *plain = NULL;

	if (name[0] == '_' && (name[1] == 'Z' || name[1] == 'R'))
		plain = cplus_demangle(name, DMGL_AUTO);
	text_str(out, plain ? plain : name);
	free(plain);
}
