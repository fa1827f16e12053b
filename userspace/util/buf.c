// SPDX-License-Identifier: GPL-2.0
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

static void buf_reserve(struct buf *buf, size_t more)
{
	if (buf->cap - buf->len >= more)
		return;
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
	buf_reserve(buf, len);
	memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
}

void buf_putc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_zeros(struct buf *buf, size_t len)
{
	if (!len)
		return;
	buf_reserve(buf, len);
	memset(buf->data + buf->len, 0, len);
	buf->len += len;
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap, again;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	buf_reserve(buf, (size_t)len + 1);
	vsnprintf(buf->data + buf->len, (size_t)len + 1, fmt, again);
	buf->len += (size_t)len;
	va_end(again);
	va_end(ap);
}

void *list_grow(void *at, unsigned int *cap, size_t size)
{
	*cap = *cap ? 2 * *cap : 8;
	return xrealloc(at, *cap * size);
}
