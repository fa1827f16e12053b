/* SPDX-License-Identifier: GPL-2.0 */
/*
 * buf.h - bytes that grow. The owner of a struct buf calls buf_free(); data may
 * move whenever something is added.
 */
#ifndef KTAP_UTIL_BUF_H
#define KTAP_UTIL_BUF_H

#include <stddef.h>

/* All zero is an empty buffer. */
struct buf {
	char *data;
	size_t len, cap;
};

void buf_free(struct buf *buf);

/* Room for so many bytes more, by all means: where they go. Their number is added to `len` then. */
void buf_grow(struct buf *buf, size_t more);

static inline char *buf_room(struct buf *buf, size_t more)
{
	if (__builtin_expect(buf->cap - buf->len < more, 0))
		buf_grow(buf, more);
	return buf->data + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_putc(struct buf *buf, char c);
void buf_zeros(struct buf *buf, size_t len);
void buf_printf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A list { type *at; n, cap } inside any struct; the owner frees `at`. */
#define LIST(type)	struct { type *at; unsigned int n, cap; }

/* Makes room for one more element and gives its address. */
#define list_push(list) \
	((list)->n < (list)->cap ? &(list)->at[(list)->n++] : \
	 ((list)->at = list_grow((list)->at, &(list)->cap, sizeof(*(list)->at)), \
	  &(list)->at[(list)->n++]))

void *list_grow(void *at, unsigned int *cap, size_t size);

#endif
