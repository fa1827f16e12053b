// SPDX-License-Identifier: GPL-2.0
#include "intern.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static uint32_t hash(const char *bytes, size_t len)
{
	uint32_t h = 2166136261u;

	while (len--)
		h = (h ^ (unsigned char)*bytes++) * 16777619u;
	return h;
}

/* The slot that holds the string or may take it. There is always a free one. */
static struct str **find(const struct intern *pool, const char *bytes, size_t len)
{
	unsigned int i = hash(bytes, len) & (pool->cap - 1);

	while (pool->slots[i] && (pool->slots[i]->len != len ||
				  memcmp(pool->slots[i]->s, bytes, len)))
		i = (i + 1) & (pool->cap - 1);
	return &pool->slots[i];
}

static void grow(struct intern *pool)
{
	struct intern old = *pool;
	unsigned int i;

	pool->cap = old.cap ? 2 * old.cap : 256;
	pool->slots = xmalloc(pool->cap * sizeof(*pool->slots));
	memset(pool->slots, 0, pool->cap * sizeof(*pool->slots));
	for (i = 0; i < old.cap; i++)
		if (old.slots[i])
			*find(pool, old.slots[i]->s, old.slots[i]->len) = old.slots[i];
	free(old.slots);
}

struct str *intern(struct intern *pool, const char *bytes, size_t len)
{
	struct str **slot;

	if (2 * pool->n >= pool->cap)
		grow(pool);
	slot = find(pool, bytes, len);
	if (!*slot) {
		*slot = arena_new(pool->arena, struct str);
		(*slot)->s = arena_copy(pool->arena, bytes, len);
		(*slot)->len = len;
		pool->n++;
	}
	return *slot;
}

struct str *intern_cstr(struct intern *pool, const char *s)
{
	return intern(pool, s, strlen(s));
}

void intern_free(struct intern *pool)
{
	free(pool->slots);
	pool->slots = NULL;
	pool->n = pool->cap = 0;
}
