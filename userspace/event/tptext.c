// SPDX-License-Identifier: GPL-2.0
#include "event/tptext.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/kernelfmt.h"
#include "event/syscall.h"
#include "util/arena.h"
#include "util/text.h"

struct words {
	uint64_t at[7];
	size_t n;
};

static struct words words_of(const void *bytes, size_t len)
{
	struct words w = { .n = len / 8 };

	if (w.n > 7)
		w.n = 7;
	if (w.n)
		memcpy(w.at, bytes, w.n * 8);
	return w;
}

static void put_hex(uint64_t n, struct buf *out)
{
	char digits[16], *p = digits + sizeof(digits);

	do
		*--p = "0123456789abcdef"[n & 15];
	while (n >>= 4);
	buf_add(out, p, digits + sizeof(digits) - p);
}

static void render_enter(const struct format *format, const char *call,
			 const struct words *w, struct buf *out)
{
	const struct format_field *f = format ? format_begin(format) + 1 : NULL;	/* behind the number */

	text_str(out, "sys_");
	text_str(out, call);
	buf_putc(out, '(');
	for (size_t i = 1; i < w->n && f && f < format_end(format) && !(f->flags & FORMAT_LOCATED);
	     i++, f++) {
		text_str(out, i > 1 ? ", " : "");
		text_str(out, f->name);
		text_str(out, ": ");
		put_hex(w->at[i], out);
	}
	buf_putc(out, ')');
}

static void render_exit(const char *call, const struct words *w, struct buf *out)
{
	text_str(out, "sys_");
	text_str(out, call);
	if (w->n < 2)
		return;
	text_str(out, " -> 0x");
	put_hex(w->at[1], out);
}

static uint32_t word_at(const uint8_t *data, size_t offset)
{
	uint32_t word;

	memcpy(&word, data + offset, sizeof(word));
	return word;
}

/* Whether a located field's bytes lie in the record, and a string has its end. */
static bool is_located(const struct format_field *f, const uint8_t *data, size_t len)
{
	uint32_t word;
	size_t at, size;

	if (f->size != sizeof(word) || f->offset > len || len - f->offset < sizeof(word))
		return false;
	word = word_at(data, f->offset);
	at = word & 0xffff;
	size = word >> 16;
	if (f->flags & FORMAT_RELATIVE)
		at += f->offset + f->size;
	return at + size <= len;
}

/* What shows the record believes what it says about itself: it has to be true. */
static bool is_whole(const struct format *format, const uint8_t *data, size_t len)
{
	if (len < format_record_size(format))
		return false;
	for (const struct format_field *f = format_begin(format); f < format_end(format); f++)
		if (f->flags & FORMAT_LOCATED && !is_located(f, data, len))
			return false;
	return true;
}

/* A record's first field says which event it is; the module need not fill it in. */
static void set_type(const struct format *format, uint8_t *data, size_t len)
{
	const struct format_field *f = format_common(format, "common_type");
	uint16_t id = format->id;

	if (f && f->size == sizeof(id) && f->offset + sizeof(id) <= len)
		memcpy(data + f->offset, &id, sizeof(id));
}

static void render_record(struct event_catalog *c, const struct format *format, const void *bytes,
			  size_t len, struct buf *out)
{
	uint8_t *copy = xmalloc(len + KERNELFMT_SPARE);

	memcpy(copy, bytes, len);
	memset(copy + len, 0, KERNELFMT_SPARE);
	set_type(format, copy, len);
	if (is_whole(format, copy, len))
		kernelfmt_text(c, format, copy, len, out);
	else
		buf_printf(out, "%s (%zu bytes)", format->name, len);
	free(copy);
}

void tracepoint_text(struct event_catalog *c, const struct ktap_event *ev,
		     const struct params *params, const void *bytes, size_t len,
		     struct buf *out)
{
	const char *in = syscall_entered(ev->name), *left = syscall_left(ev->name);
	struct words w = words_of(bytes, len);
	const struct format *format;

	(void)params;
	if (ev->kind == KTAP_EV_SYS_EXIT && left) {
		render_exit(left, &w, out);
		return;
	}
	format = catalog_format(c, ev->system, ev->name);
	if (ev->kind == KTAP_EV_SYS_ENTER && in)
		render_enter(format, in, &w, out);
	else if (format)
		render_record(c, format, bytes, len, out);
	else
		text_str(out, ev->name);
}
