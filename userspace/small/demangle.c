// SPDX-License-Identifier: GPL-2.0
/* demangle.c - without libiberty: names as compilers made them. */
#include "event/demangle.h"

#include "util/text.h"

void demangle_text(const char *name, struct buf *out)
{
	text_str(out, name);
}
