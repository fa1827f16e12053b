/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arena.h - memory that lives as long as one compilation: taken piece by piece,
 * given back all at once. Nothing taken from an arena is freed by itself.
 * Out of memory ends the program with a message: there is nothing to clean up
 * that the process's end does not.
 */
#ifndef KTAP_UTIL_ARENA_H
#define KTAP_UTIL_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* All zero is an empty arena. */
struct arena {
	struct arena_chunk *chunks;
	char *next, *end;
};

void arena_free(struct arena *arena);

/* Zeroed, aligned for any object. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy of len bytes, followed by NUL. */
char *arena_copy(struct arena *arena, const void *bytes, size_t len);

char *arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define arena_new(arena, type)	((type *)arena_alloc(arena, sizeof(type)))

/* As malloc and realloc; end the program instead of failing. */
void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);

#endif
