/* SPDX-License-Identifier: GPL-2.0 */
/*
 * intern.h - every distinct string of a compilation once, so that names compare
 * by address. The strings live in the arena, the index on the heap.
 */
#ifndef KTAP_UTIL_INTERN_H
#define KTAP_UTIL_INTERN_H

#include <stddef.h>

#include "arena.h"

struct str {
	const char *s;		/* len bytes, then NUL; may hold NULs of its own */
	size_t len;
	unsigned int image;	/* string index in the image plus one, 0: not there */
	void *global;		/* what check/ knows by this name */
};

/* All zero but for `arena` is an empty pool. */
struct intern {
	struct arena *arena;
	struct str **slots;	/* open addressing, a power of two */
	unsigned int n, cap;
};

void intern_free(struct intern *pool);
struct str *intern(struct intern *pool, const char *bytes, size_t len);
struct str *intern_cstr(struct intern *pool, const char *s);

#endif
