// SPDX-License-Identifier: GPL-2.0
/*
 * shown.c - the session's records on their way out: the printer and what it asks the
 * session for, the reader that feeds it.
 */
#include "run/shown.h"

#include "output/print_form.h"

/* In the reader's thread. What it took from them before is text by now. */
static void renew(struct session *s)
{
	if (!__atomic_exchange_n(&s->outdated, 0, __ATOMIC_ACQUIRE))
		return;
	catalog_renew(&s->render_catalog);
}

/* In the reader's thread, with a catalogue of its own. */
static void render_event(void *arg, uint32_t probe, const void *bytes, size_t len,
			 struct buf *out)
{
	struct session *s = arg;
	struct probe p;

	renew(s);
	if (probes_get(&s->probes, probe, &p))
		event_render(&s->render_catalog, &p.ev, p.params, bytes, len, out);
	else
		buf_printf(out, "event of probe %u", probe);
}

static void render_members(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out)
{
	struct session *s = arg;
	struct probe p;

	renew(s);
	if (probes_get(&s->probes, probe, &p))
		event_members(&s->render_catalog, &p.ev, p.params, bytes, len, out);
}

static void render_probe(void *arg, uint32_t probe, struct buf *out)
{
	struct session *s = arg;
	struct probe p;

	if (probes_get(&s->probes, probe, &p))
		event_label(&p.ev, out);
	else
		buf_printf(out, "probe %u", probe);
}

static struct symbol find_address(void *arg, uint64_t address, unsigned int back)
{
	struct session *s = arg;

	renew(s);
	return ksyms_symbol(&s->render_catalog.ksyms, address, back);
}

static struct symbol find_user(void *arg, const struct ktap_stack *whose, uint64_t address,
			       unsigned int back)
{
	struct session *s = arg;

	return usyms_symbol(&s->usyms, whose, address, back);
}

static void raw_record_out(void *arg, const struct rec *rec, int cpu)
{
	struct session *s = arg;

	raw_record(&s->raw, rec, cpu);
}

static void raw_damage_out(void *arg, const char *error, int cpu)
{
	struct session *s = arg;

	raw_damage(&s->raw, error, cpu);
}

static void raw_flush_out(void *arg)
{
	struct session *s = arg;

	ktap_print_flush(&s->printer);
}

/* Behind the printer's beginning: its buffer takes the stream. */
static void init_raw(struct session *s)
{
	struct buf why = { 0 };
	bool listed = !catalog_need_tracefs(&s->render_catalog, &why);

	buf_free(&why);
	s->raw = (struct raw){ .out = &s->printer.pending, .flush = raw_flush_out, .arg = s,
			       .probes = &s->probes, .tracefs = listed ? &s->render_catalog.tracefs : NULL };
	raw_begin(&s->raw, &s->image, s->opts.raw);
}

void shown_init(struct session *s)
{
	s->raw_out = (struct print_raw){ s, raw_record_out, raw_damage_out };
	const struct ktap_printer_opts opts = {
		.out = s->opts.out, .err = s->opts.err, .form = s->opts.json && !s->opts.raw ? &print_json : &print_text,
		.stamps = s->opts.stamps, .color = s->opts.color, .raw = s->opts.raw ? &s->raw_out : NULL,
		.names = { .arg = s, .image = &s->image, .event = render_event, .members = render_members,
			   .probe = render_probe, .address = find_address, .user = find_user },
	};

	ksyms_ask(&s->render_catalog.ksyms, s->device);
	ktap_printer_init(&s->printer, &opts);
	if (s->opts.raw)
		init_raw(s);
}

int shown_start(struct session *s, struct buf *why)
{
	if (reader_open(&s->reader, s->device, s->info.ncpus, s->ring_bytes, &s->printer, why))
		return -1;
	s->reader.strict = s->opts.strict;
	if (reader_start(&s->reader, why)) {
		reader_close(&s->reader);
		return -1;
	}
	return 0;
}
