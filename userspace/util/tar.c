// SPDX-License-Identifier: GPL-2.0
#include "tar.h"

#include <inttypes.h>
#include <string.h>

#define BLOCK	512u

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], sum[8], type;
	char link[100], magic[6], version[2], user[32], group[32], major[8], minor[8];
	char prefix[155], rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK, "a header is a block");

/* With the sum's own bytes as blanks. */
static unsigned int sum_of(const struct header *h)
{
	const unsigned char *p = (const unsigned char *)h;
	unsigned int sum = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		bool own = i >= offsetof(struct header, sum) && i < offsetof(struct header, sum) + sizeof(h->sum);

		sum += own ? ' ' : p[i];
	}
	return sum;
}

/* A name of more than 100 bytes is parted at a slash. */
static bool put_name(struct header *h, const char *name)
{
	size_t len = strlen(name), cut;
	const char *slash;

	if (len <= sizeof(h->name)) {
		memcpy(h->name, name, len);
		return true;
	}
	slash = strchr(name + len - sizeof(h->name) - 1, '/');
	cut = slash ? (size_t)(slash - name) : len;
	if (cut > sizeof(h->prefix))
		return false;
	memcpy(h->prefix, name, cut);
	memcpy(h->name, slash + 1, len - cut - 1);
	return true;
}

bool tar_begin(FILE *out, const char *name, uint64_t size)
{
	struct header h = { .mode = "0000644", .uid = "0000000", .gid = "0000000",
			    .mtime = "00000000000", .type = '0', .magic = "ustar", .version = { '0', '0' } };

	if (!put_name(&h, name) || size >> 33)
		return false;
	snprintf(h.size, sizeof(h.size), "%011" PRIo64, size);
	snprintf(h.sum, sizeof(h.sum), "%06o", sum_of(&h));
	fwrite(&h, sizeof(h), 1, out);
	return true;
}

static void put_zeros(FILE *out, size_t n)
{
	while (n--)
		putc(0, out);
}

void tar_pad(FILE *out, uint64_t size)
{
	put_zeros(out, -size % BLOCK);
}

void tar_end(FILE *out)
{
	put_zeros(out, 2 * BLOCK);
}

bool tar_file(FILE *out, const char *name, const void *bytes, size_t len)
{
	if (!tar_begin(out, name, len))
		return false;
	fwrite(bytes, 1, len, out);
	tar_pad(out, len);
	return true;
}

/* --- reading --- */

static bool octal(const char *digits, size_t n, uint64_t *value)
{
	*value = 0;
	for (size_t i = 0; i < n && digits[i] && digits[i] != ' '; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return false;
		*value = *value << 3 | (digits[i] - '0');
	}
	return true;
}

static bool is_zero(const char *block)
{
	for (size_t i = 0; i < BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

static bool read_header(const struct header *h, struct tar_entry *e, uint64_t *size)
{
	uint64_t sum;

	if (!octal(h->sum, sizeof(h->sum), &sum) || sum != sum_of(h) ||
	    !octal(h->size, sizeof(h->size), size))
		return false;
	snprintf(e->name, sizeof(e->name), "%.*s%s%.*s", (int)sizeof(h->prefix), h->prefix,
		 *h->prefix ? "/" : "", (int)sizeof(h->name), h->name);
	return true;
}

/* The file's bytes, if they are all there. */
static bool take_bytes(const char *archive, size_t len, size_t *at, uint64_t size, struct tar_entry *e)
{
	uint64_t whole = size + (-size % BLOCK);

	if (size > len || whole > len - *at)
		return false;
	e->bytes = archive + *at;
	e->size = size;
	*at += whole;
	return true;
}

int tar_next(const char *archive, size_t len, size_t *at, struct tar_entry *e, struct buf *why)
{
	struct header h;
	uint64_t size;

	if (len - *at < BLOCK) {
		buf_printf(why, "it is cut off");
		return -1;
	}
	if (is_zero(archive + *at))
		return 0;
	memcpy(&h, archive + *at, BLOCK);
	*at += BLOCK;
	if (!read_header(&h, e, &size))
		buf_printf(why, "it is damaged at byte %zu", *at - BLOCK);
	else if (!take_bytes(archive, len, at, size, e))
		buf_printf(why, "it is cut off in %s", e->name);
	else
		return 1;
	return -1;
}
