// SPDX-License-Identifier: GPL-2.0
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

void buf_grow(struct buf *buf, size_t more)
{
	buf->cap = 2 * buf->cap + more + 64;
	buf->data = xrealloc(buf->data, buf->cap);
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	memset(buf, 0, sizeof(*buf));
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (!len)
		return;
	memcpy(buf_room(buf, len), bytes, len);
	buf->len += len;
}

void buf_putc(struct buf *buf, char c)
{
	*buf_room(buf, 1) = c;
	buf->len++;
}

void buf_zeros(struct buf *buf, size_t len)
{
	if (!len)
		return;
	memset(buf_room(buf, len), 0, len);
	buf->len += len;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	vsnprintf(buf_room(buf, (size_t)len + 1), (size_t)len + 1, fmt, again);
	buf->len += (size_t)len;
	va_end(again);
	va_end(ap);
}

void *list_grow(void *at, unsigned int *cap, size_t size)
{
	*cap = *cap ? 2 * *cap : 8;
	return xrealloc(at, *cap * size);
}
