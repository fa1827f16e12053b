// SPDX-License-Identifier: GPL-2.0
#include "event/tptext.h"

#include <event-parse.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <trace-seq.h>

#include "event/ksyms.h"
#include "event/safefmt.h"
#include "event/syscall.h"
#include "util/arena.h"
#include "util/text.h"

#define SPARE_BYTES	256	/* behind a record: a reader past its end finds zeros */

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

static void render_enter(const struct tep_event *format, const char *call,
			 const struct words *w, struct buf *out)
{
	const struct tep_format_field *f = format ? format->format.fields : NULL;

	text_str(out, "sys_");
	text_str(out, call);
	buf_putc(out, '(');
	if (f)
		f = f->next;	/* the number */
	for (size_t i = 1; i < w->n && f && !(f->flags & TEP_FIELD_IS_DYNAMIC);
	     i++, f = f->next) {
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
static bool is_located(const struct tep_format_field *f, const uint8_t *data, size_t len)
{
	uint32_t word = word_at(data, f->offset);
	size_t at = word & 0xffff, size = word >> 16;

	if (f->flags & TEP_FIELD_IS_RELATIVE)
		at += f->offset + f->size;
	return at + size <= len;
}

/* libtraceevent believes what a record says about itself: it has to be true. */
static bool is_whole(const struct tep_event *format, const uint8_t *data, size_t len)
{
	if (len < format_record_size(format))
		return false;
	for (const struct tep_format_field *f = format->format.fields; f; f = f->next)
		if (f->flags & TEP_FIELD_IS_DYNAMIC &&
		    (f->size != 4 || !is_located(f, data, len)))
			return false;
	return true;
}

/* A record's first field says which event it is; the module need not fill it in. */
static void set_type(struct tep_event *format, uint8_t *data, size_t len)
{
	const struct tep_format_field *f = tep_find_common_field(format, "common_type");
	uint16_t id = format->id;

	if (f && f->size == sizeof(id) && f->offset >= 0 && f->offset + sizeof(id) <= len)
		memcpy(data + f->offset, &id, sizeof(id));
}

/* One line, whatever the event's strings hold; fields come with a blank ahead. */
static void add_line(struct buf *out, const char *text, size_t len)
{
	for (; len && *text == ' '; len--)
		text++;
	for (size_t i = 0; i < len; i++)
		buf_putc(out, text[i] == '\n' ? ' ' : text[i]);
}

static void print_record(struct tep_event *format, uint8_t *data, size_t len, struct buf *out)
{
	struct tep_record record = { .size = len, .record_size = len, .data = data };
	struct trace_seq seq;

	trace_seq_init(&seq);
	if (safefmt_is_safe(format))
		tep_print_event(format->tep, &seq, &record, "%s", TEP_PRINT_INFO);
	else
		tep_record_print_fields(&seq, &record, format);
	trace_seq_terminate(&seq);
	if (seq.state == TRACE_SEQ__GOOD && seq.len)
		add_line(out, seq.buffer, strnlen(seq.buffer, seq.len));
	trace_seq_destroy(&seq);
}

/* Symbols take a while to read: only for an event whose text has any. */
static void want_symbols(struct event_catalog *c, struct tep_event *format)
{
	const char *text = format->print_fmt.format;

	if (text && (strstr(text, "%pS") || strstr(text, "%ps") ||
		     strstr(text, "%pF") || strstr(text, "%pf")))
		ksyms_register(&c->ksyms, format->tep);
}

static void render_record(struct event_catalog *c, struct tep_event *format, const void *bytes, size_t len,
			  struct buf *out)
{
	uint8_t *copy = xmalloc(len + SPARE_BYTES);

	memcpy(copy, bytes, len);
	memset(copy + len, 0, SPARE_BYTES);
	set_type(format, copy, len);
	if (is_whole(format, copy, len)) {
		want_symbols(c, format);
		print_record(format, copy, len, out);
	} else {
		buf_printf(out, "%s (%zu bytes)", format->name, len);
	}
	free(copy);
}

void tracepoint_text(struct event_catalog *c, const struct ktap_event *ev,
		     const struct params *params, const void *bytes, size_t len,
		     struct buf *out)
{
	const char *in = syscall_entered(ev->name), *left = syscall_left(ev->name);
	struct words w = words_of(bytes, len);
	struct tep_event *format;

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
