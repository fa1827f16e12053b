// SPDX-License-Identifier: GPL-2.0
/*
 * kernelfmt.c - without libtraceevent, a record's fields by name instead of the
 * kernel's own format: "prev_comm=sh prev_pid=12 filename=/bin/true".
 */
#include "event/kernelfmt.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

#include "event/catalog.h"
#include "util/text.h"

static uint64_t number_at(const uint8_t *at, unsigned int size)
{
	uint8_t byte;
	uint16_t half;
	uint32_t word;
	uint64_t n;

	switch (size) {
	case 1: memcpy(&byte, at, 1); return byte;
	case 2: memcpy(&half, at, 2); return half;
	case 4: memcpy(&word, at, 4); return word;
	default: memcpy(&n, at, 8); return n;
	}
}

static bool is_number(unsigned int size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

static void put_number(const struct format_field *f, const uint8_t *at, unsigned int size, struct buf *out)
{
	uint64_t n = number_at(at, size);
	unsigned int unused = 64 - 8 * size;

	if (f->flags & FORMAT_POINTER)
		buf_printf(out, "0x%" PRIx64, n);
	else if (f->flags & FORMAT_SIGNED)
		buf_printf(out, "%" PRId64, (int64_t)(n << unused) >> unused);
	else
		buf_printf(out, "%" PRIu64, n);
}

/* What a line can hold of a text. */
static void put_text(const uint8_t *at, size_t len, struct buf *out)
{
	for (; len && *at; len--, at++)
		buf_putc(out, *at < ' ' || *at == 127 ? ' ' : (char)*at);
}

static void put_array(const struct format_field *f, const uint8_t *at, size_t len, struct buf *out)
{
	unsigned int each = is_number(f->element) ? f->element : 1;

	buf_putc(out, '{');
	for (size_t i = 0; i + each <= len; i += each) {
		text_str(out, i ? "," : "");
		put_number(f, at + i, each, out);
	}
	buf_putc(out, '}');
}

static void put_field(const struct format_field *f, const uint8_t *data, size_t len, struct buf *out)
{
	const uint8_t *at = data + f->offset;
	size_t size = f->size;
	uint32_t word;

	if (f->flags & FORMAT_LOCATED) {
		memcpy(&word, at, sizeof(word));
		size = word >> 16;
		at = data + (word & 0xffff) + (f->flags & FORMAT_RELATIVE ? f->offset + f->size : 0);
	}
	if (at > data + len || size > (size_t)(data + len - at))
		return;
	if (!(f->flags & FORMAT_ARRAY) && is_number(size))
		put_number(f, at, size, out);
	else if (format_holds_text(f))
		put_text(at, size, out);
	else
		put_array(f, at, size, out);
}

void kernelfmt_text(struct event_catalog *c, const struct format *format, void *data, size_t len,
		    struct buf *out)
{
	(void)c;
	for (const struct format_field *f = format_begin(format); f < format_end(format); f++) {
		text_str(out, f > format_begin(format) ? " " : "");
		text_str(out, f->name);
		buf_putc(out, '=');
		if (f->offset <= len && f->size <= len - f->offset)
			put_field(f, data, len, out);
	}
}

void kernelfmt_free(struct kernelfmt *k)
{
	(void)k;
}
