// SPDX-License-Identifier: GPL-2.0
#include "event/kernelfmt.h"

#include <event-parse.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <trace-seq.h>

#include "event/catalog.h"
#include "event/safefmt.h"
#include "event/signedfmt.h"
#include "event/soundfmt.h"
#include "util/arena.h"
#include "util/text.h"

struct kernelfmt {
	struct tep_handle *tep;
	struct tep_event *recent[FORMATS_HASH];	/* by id: a short cut */
};

/* What an address in an event's text is called; NULL: it stays a number. */
static char *resolve(void *arg, unsigned long long *address, char **module)
{
	const struct symbol s = ksyms_symbol(arg, *address, 0);

	*address -= s.offset;
	*module = (char *)s.module;
	return (char *)s.name;
}

static struct kernelfmt *new_kernelfmt(struct ksyms *symbols)
{
	struct kernelfmt *k = xmalloc(sizeof(*k));
	enum tep_endian endian = tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN;

	*k = (struct kernelfmt){ .tep = tep_alloc() };
	if (!k->tep)
		return k;
	tep_set_loglevel(TEP_LOG_NONE);	/* what it cannot print, we print raw */
	tep_set_long_size(k->tep, sizeof(long));
	tep_set_local_bigendian(k->tep, endian);
	tep_set_file_bigendian(k->tep, endian);
	tep_set_function_resolver(k->tep, resolve, symbols);
	return k;
}

void kernelfmt_free(struct kernelfmt *k)
{
	if (k && k->tep)
		tep_free(k->tep);
	free(k);
}

/* An event whose print format is not understood is known all the same. */
static struct tep_event *find_or_read(struct event_catalog *c, const struct format *format)
{
	struct tep_handle *tep = c->formats.kernel->tep;
	struct tep_event *event = tep_find_event_by_name(tep, format->system, format->name);
	struct buf file = { 0 }, with_signs = { 0 };

	if (event)
		return event;
	if (!tracefs_format(&c->tracefs, format->system, format->name, &file) && file.len) {
		format_signed(format, file.data, format_sound(file.data, file.len), &with_signs);
		tep_parse_event(tep, with_signs.data, with_signs.len, format->system);
	}
	buf_free(&file);
	buf_free(&with_signs);
	return tep_find_event_by_name(tep, format->system, format->name);
}

/* NULL: libtraceevent does not know it. */
static struct tep_event *event_of(struct event_catalog *c, const struct format *format)
{
	struct tep_event **slot;

	if (!c->formats.kernel)
		c->formats.kernel = new_kernelfmt(&c->ksyms);
	if (!c->formats.kernel->tep)
		return NULL;
	slot = &c->formats.kernel->recent[(unsigned int)format->id % FORMATS_HASH];
	if (!*slot || strcmp((*slot)->name, format->name) || strcmp((*slot)->system, format->system))
		*slot = find_or_read(c, format);
	return *slot;
}

/* One line, whatever the event's strings hold; fields come with a blank ahead. */
static void add_line(struct buf *out, const char *text, size_t len)
{
	for (; len && *text == ' '; len--)
		text++;
	for (size_t i = 0; i < len; i++)
		buf_putc(out, text[i] == '\n' ? ' ' : text[i]);
}

static void print_record(struct tep_event *event, void *data, size_t len, struct buf *out)
{
	struct tep_record record = { .size = len, .record_size = len, .data = data };
	struct trace_seq seq;

	trace_seq_init(&seq);
	if (safefmt_is_safe(event))
		tep_print_event(event->tep, &seq, &record, "%s", TEP_PRINT_INFO);
	else
		tep_record_print_fields(&seq, &record, event);
	trace_seq_terminate(&seq);
	if (seq.state == TRACE_SEQ__GOOD && seq.len)
		add_line(out, seq.buffer, strnlen(seq.buffer, seq.len));
	trace_seq_destroy(&seq);
}

void kernelfmt_text(struct event_catalog *c, const struct format *format, void *data, size_t len,
		    struct buf *out)
{
	struct tep_event *event = event_of(c, format);

	if (event)
		print_record(event, data, len, out);
	else
		text_str(out, format->name);
}
