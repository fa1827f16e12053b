// SPDX-License-Identifier: GPL-2.0
#include "util/numbers.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

/* A number in its bounds; where it ends. NULL: there is none. */
static const char *read_number(const char *p, uint32_t least, uint32_t most, uint32_t *n)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(p, &end, 10);
	if (!isdigit((unsigned char)*p) || errno || v < least || v > most)
		return NULL;
	*n = v;
	return end;
}

/* "5" or "5-7", up to a comma or the end. */
static const char *read_part(const char *p, uint32_t least, uint32_t most, struct numbers *out)
{
	uint32_t from, to;

	p = read_number(p, least, most, &from);
	to = from;
	if (p && *p == '-')
		p = read_number(p + 1, from, most, &to);
	if (!p || (*p && *p != ','))
		return NULL;
	for (uint64_t n = from; n <= to; n++)
		*list_push(out) = n;
	return p;
}

int numbers_parse(const char *what, const char *text, uint32_t least, uint32_t most,
		  struct numbers *out, struct buf *why)
{
	const char *p = text, *end;

	for (;;) {
		end = read_part(p, least, most, out);
		if (!end)
			break;
		if (!*end)
			return 0;
		p = end + 1;
	}
	buf_printf(why, "%s: '%.*s' is no number from %u to %u, nor a range of them", what,
		   (int)strcspn(p, ","), p, least, most);
	return -1;
}
