// SPDX-License-Identifier: GPL-2.0
#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

#define MAX_TEXT	(1u << 30)

static void find_lines(struct source *src)
{
	size_t i;

	*list_push(&src->lines) = 0;
	for (i = 0; i < src->len; i++)
		if (src->text[i] == '\n')
			*list_push(&src->lines) = (uint32_t)(i + 1);
}

struct source *source_add(struct source_set *set, const char *name,
			  const char *text, size_t len)
{
	struct source *src;
	char *copy;

	if (len > MAX_TEXT || set->next > UINT32_MAX - MAX_TEXT - 2) {
		errno = EFBIG;
		return NULL;
	}
	copy = xmalloc(len + 1);
	if (len)
		memcpy(copy, text, len);
	copy[len] = 0;
	src = xmalloc(sizeof(*src));
	*src = (struct source) { .text = copy, .len = len, .base = set->next + 1 };
	src->name = strcpy(xmalloc(strlen(name) + 1), name);
	set->next = src->base + (src_pos)len;
	find_lines(src);
	*list_push(&set->files) = src;
	return src;
}

static int read_all(FILE *f, struct buf *buf)
{
	char block[16384];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		if (buf->len + n > MAX_TEXT) {
			errno = EFBIG;
			return -1;
		}
		buf_add(buf, block, n);
	}
	return ferror(f) ? -1 : 0;
}

struct source *source_read(struct source_set *set, const char *path)
{
	FILE *f = fopen(path, "re");
	struct source *src = NULL;
	struct buf buf = { 0 };
	int err;

	if (!f)
		return NULL;
	if (!read_all(f, &buf))
		src = source_add(set, path, buf.data, buf.len);
	err = errno;
	fclose(f);
	buf_free(&buf);
	errno = err;
	return src;
}

/* Index of the line that holds the byte at `offset`. */
static uint32_t line_of(const struct source *src, uint32_t offset)
{
	uint32_t low = 0, high = src->lines.n;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (src->lines.at[mid] <= offset)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static const struct source *file_of(const struct source_set *set, src_pos pos)
{
	unsigned int i;

	for (i = 0; i < set->files.n; i++) {
		const struct source *src = set->files.at[i];

		if (pos >= src->base && pos - src->base <= src->len)
			return src;
	}
	return NULL;
}

struct src_place source_place(const struct source_set *set, src_pos pos)
{
	struct src_place place = { .file = pos ? file_of(set, pos) : NULL };
	uint32_t line, start;
	const char *end;

	if (!place.file)
		return place;
	line = line_of(place.file, pos - place.file->base);
	start = place.file->lines.at[line];
	place.line = line + 1;
	place.col = pos - place.file->base - start + 1;
	place.text = place.file->text + start;
	end = memchr(place.text, '\n', place.file->len - start);
	place.text_len = end ? (size_t)(end - place.text) : place.file->len - start;
	if (place.text_len && place.text[place.text_len - 1] == '\r')
		place.text_len--;
	return place;
}

void source_free(struct source_set *set)
{
	unsigned int i;

	for (i = 0; i < set->files.n; i++) {
		free(set->files.at[i]->lines.at);
		free((char *)set->files.at[i]->text);
		free((char *)set->files.at[i]->name);
		free(set->files.at[i]);
	}
	free(set->files.at);
	memset(set, 0, sizeof(*set));
}
