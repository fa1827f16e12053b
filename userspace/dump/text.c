// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <string.h>

void text_quoted(FILE *out, const char *s, size_t len)
{
	putc('"', out);
	for (; len--; s++) {
		if (*s == '\n')
			fputs("\\n", out);
		else if (*s == '\t')
			fputs("\\t", out);
		else if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s < ' ' || *s == 0x7f)
			fprintf(out, "\\x%02x", (unsigned char)*s);
		else
			putc(*s, out);
	}
	putc('"', out);
}
