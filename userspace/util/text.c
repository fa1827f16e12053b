// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <string.h>

#include "arena.h"

void text_str(struct buf *buf, const char *s)
{
	buf_add(buf, s, strlen(s));
}

void text_fill(struct buf *buf, char c, size_t count)
{
	size_t at = buf->len;

	buf_zeros(buf, count);
	if (count)
		memset(buf->data + at, c, count);
}

const char *text_cstr(struct buf *buf)
{
	buf_putc(buf, 0);
	buf->len--;
	return buf->data;
}

char *text_dup(const char *s)
{
	size_t size = strlen(s) + 1;

	return memcpy(xmalloc(size), s, size);
}

char *text_trimmed(const char *s)
{
	char *copy = text_dup(s + strspn(s, TEXT_BLANKS));
	size_t len = strlen(copy);

	while (len && strchr(TEXT_BLANKS, copy[len - 1]))
		copy[--len] = 0;
	return copy;
}
