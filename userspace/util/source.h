/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source.h - the texts of a compilation and the places in them. All texts share
 * one numbering of positions, so that a place is one number: the file is found
 * from it. Position 0 is no place.
 */
#ifndef KTAP_UTIL_SOURCE_H
#define KTAP_UTIL_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

typedef uint32_t src_pos;

struct source {
	const char *name;	/* as diagnostics show it */
	const char *text;	/* len bytes, then NUL */
	size_t len;
	src_pos base;		/* position of the first byte */
	LIST(uint32_t) lines;	/* offset of each line's first byte */
};

/* All zero is an empty set. */
struct source_set {
	LIST(struct source *) files;
	src_pos next;
};

struct src_place {
	const struct source *file;	/* NULL: no place */
	uint32_t line, col;		/* from 1; columns are bytes */
	const char *text;		/* the line, text_len bytes without newline */
	size_t text_len;
};

/* Takes a copy of name and text. NULL when the numbering is used up. */
struct source *source_add(struct source_set *set, const char *name,
			  const char *text, size_t len);

/* Reads a file; NULL with errno when that fails. */
struct source *source_read(struct source_set *set, const char *path);

struct src_place source_place(const struct source_set *set, src_pos pos);

void source_free(struct source_set *set);

#endif
