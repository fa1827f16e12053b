// SPDX-License-Identifier: GPL-2.0
#include "arena.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES	(64u << 10)

struct arena_chunk {
	struct arena_chunk *older;
	alignas(max_align_t) char bytes[];
};

void *xrealloc(void *old, size_t size)
{
	void *new = realloc(old, size ? size : 1);

	if (!new) {
		fputs("ktap: out of memory\n", stderr);
		abort();
	}
	return new;
}

void *xmalloc(size_t size)
{
	return xrealloc(NULL, size);
}

static void arena_grow(struct arena *arena, size_t size)
{
	size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct arena_chunk *chunk = xmalloc(sizeof(*chunk) + room);

	chunk->older = arena->chunks;
	arena->chunks = chunk;
	arena->next = chunk->bytes;
	arena->end = chunk->bytes + room;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t align = alignof(max_align_t);
	void *p;

	size = (size + align - 1) & ~(align - 1);
	if (size > (size_t)(arena->end - arena->next))
		arena_grow(arena, size);
	p = arena->next;
	arena->next += size;
	return memset(p, 0, size);
}

void arena_free(struct arena *arena)
{
	struct arena_chunk *chunk = arena->chunks, *older;

	for (; chunk; chunk = older) {
		older = chunk->older;
		free(chunk);
	}
	memset(arena, 0, sizeof(*arena));
}

char *arena_copy(struct arena *arena, const void *bytes, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	if (len)
		memcpy(copy, bytes, len);
	return copy;
}

char *arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap, again;
	char *text;
	int len;

	va_start(ap, fmt);
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, ap);
	text = arena_alloc(arena, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return text;
}
