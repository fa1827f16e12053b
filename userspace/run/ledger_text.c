// SPDX-License-Identifier: GPL-2.0
#include "run/ledger_text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <ktap/errors.def.h>

#include "output/report.h"
#include "util/text.h"

#define MAX_NAMED	5	/* probes named for each kind of loss */

static void name_of(struct session *s, unsigned int probe, struct buf *out)
{
	struct probe p;

	if (probes_get(&s->probes, probe, &p))
		text_str(out, p.ev.name);
	else
		buf_printf(out, "probe %u", probe);
}

static uint64_t member(const struct ktap_probe_stats *p, size_t offset)
{
	uint64_t n;

	memcpy(&n, (const char *)p + offset, sizeof(n));
	return n;
}

/* The probe that lost most but for those named already (`below`, in order). */
static int next_worst(const struct ledger *l, size_t offset, int below)
{
	int worst = -1;

	for (unsigned int i = 0; i < l->probes.n; i++) {
		uint64_t n = member(&l->probes.at[i], offset);
		uint64_t limit = below < 0 ? UINT64_MAX : member(&l->probes.at[below], offset);

		if (!n || n > limit || (n == limit && (int)i <= below))
			continue;
		if (worst < 0 || n > member(&l->probes.at[worst], offset))
			worst = i;
	}
	return worst;
}

/* The probes that lost most: "a 5, b 2". */
static void put_probes(struct session *s, const struct ledger *l, size_t offset, struct buf *out)
{
	int at = -1;

	for (unsigned int named = 0; (at = next_worst(l, offset, at)) >= 0; named++) {
		if (named == MAX_NAMED) {
			text_str(out, ", ...");
			break;
		}
		if (named)
			text_str(out, ", ");
		name_of(s, at, out);
		buf_printf(out, " %" PRIu64, member(&l->probes.at[at], offset));
	}
}

static void say_probes(struct session *s, const struct ledger *l, const char *text, size_t offset)
{
	struct buf names = { 0 };

	put_probes(s, l, offset, &names);
	session_say(s, "%" PRIu64 " events %s: %s", member(&l->sum, offset), text, text_cstr(&names));
	buf_free(&names);
}

static void say_events(struct session *s, const struct ledger *l)
{
#define _(member, kind, name, text) \
	if (l->sum.member && (KTAP_COUNT_IS_LOSS(kind) || (KTAP_COUNT_##kind == KTAP_COUNT_PASS && s->opts.verbose))) \
		say_probes(s, l, text, offsetof(struct ktap_probe_stats, member));
	KTAP_PROBE_COUNTS(_)
#undef _
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* A table that is not near the limit grew faster than the module could bring memory. */
static void say_table_drops(struct session *s, const struct ktap_ioc_stats *st)
{
	if (st->mem_peak > st->mem_limit / 2)
		session_say(s, "%" PRIu64 " table update%s dropped: the limit of %" PRIu64
			    " bytes was reached (--mem SIZE makes it larger)",
			    (uint64_t)st->table_drops, plural(st->table_drops), (uint64_t)st->mem_limit);
	else
		session_say(s, "%" PRIu64 " table update%s dropped: memory was not ready in time, or "
			    "the table was busy", (uint64_t)st->table_drops, plural(st->table_drops));
}

/* ": a 5, b 2", if probes are to be named at all: the main chunk has none. */
static const char *by_probe(struct session *s, const struct ledger *l, size_t offset, struct buf *out)
{
	if (!member(&l->sum, offset))
		return "";
	text_str(out, ": ");
	put_probes(s, l, offset, out);
	return text_cstr(out);
}

static void say_dropped(struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;
	struct buf names = { 0 };

	session_say(s, "%" PRIu64 " record%s dropped: the output of a CPU was full "
		    "(%u bytes; --ring SIZE makes it larger)%s",
		    (uint64_t)st->dropped, plural(st->dropped), s->ring_bytes,
		    by_probe(s, l, offsetof(struct ktap_probe_stats, dropped), &names));
	buf_free(&names);
}

static void say_faults(struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;
	struct buf names = { 0 };

	session_say(s, "%" PRIu64 " read%s of memory failed and gave nil%s",
		    (uint64_t)st->faults, plural(st->faults),
		    by_probe(s, l, offsetof(struct ktap_probe_stats, faults), &names));
	buf_free(&names);
}

static void say_records(struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	if (st->dropped)
		say_dropped(s, l);
	if (st->table_drops)
		say_table_drops(s, st);
	if (st->truncated)
		session_say(s, "%" PRIu64 " string%s cut to the limit", (uint64_t)st->truncated,
			    plural(st->truncated));
	if (st->faults)
		say_faults(s, l);
}

/* The place and the message without its arguments: it was never reported. */
static void describe_place(const struct session *s, const struct ktap_error_count *e,
			   struct buf *out)
{
	struct image_place at = image_place(&s->image, e->func, e->pc);
	const char *target = image_target(&s->image, e->func, e->pc);
	const struct value_names none = { 0 };

	buf_printf(out, "%s:%u:%u: ", at.file, at.line, at.col);
	if (target && e->code == KTAP_E_R_DROPPED)
		buf_printf(out, "%s: ", target);
	report_message(e->code, (struct span){ NULL, NULL }, &none, out);
}

/* Places that failed once were reported in full when it happened. */
static void say_place(const struct session *s, const struct ktap_error_count *e)
{
	const struct printed_error *told = ktap_printed_error(&s->printer, e->code, e->func, e->pc);
	struct buf text = { 0 };

	if (told && e->count < 2)
		return;
	if (told)
		text_str(&text, told->line);
	else
		describe_place(s, e, &text);
	fprintf(s->opts.err, "%s (%" PRIu64 " time%s)\n", text_cstr(&text),
		(uint64_t)e->count, plural(e->count));
	buf_free(&text);
}

/* In an NMI a table can be busy where it is only read: such a drop has no place. */
static void say_unplaced(const struct session *s, const struct ktap_ioc_stats *st,
			 uint64_t placed, uint64_t errors)
{
	if (st->table_drops > placed)
		session_say(s, "%" PRIu64 " of the dropped updates were at further places",
			    (uint64_t)st->table_drops - placed);
	if (errors)
		session_say(s, "%" PRIu64 " runtime errors at further places", errors);
}

static void say_errors(const struct session *s, const struct ledger *l)
{
	for (unsigned int i = 0; i < l->places.n; i++)
		say_place(s, &l->places.at[i]);
	say_unplaced(s, &l->stats, ledger_placed_drops(l), l->unplaced);
}

/* It may be the module's fault, and nobody may read what a script's run says. */
static void note_in_log(const char *text)
{
	int log = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);

	if (log < 0)
		return;
	dprintf(log, "ktap: BUG: %s\n", text);
	close(log);
}

static void say_imbalance(struct session *s, const struct imbalance *b)
{
	struct buf name = { 0 }, text = { 0 };

	if (b->probe != LEDGER_NO_PROBE)
		name_of(s, b->probe, &name);
	imbalance_text(b, text_cstr(&name), &text);
	session_say(s, "%s", text_cstr(&text));
	note_in_log(text_cstr(&text));
	buf_free(&name);
	buf_free(&text);
}

static void say_statistics(const struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	session_say(s, "%" PRIu64 " events on %u probes, %" PRIu64 " handled; %" PRIu64
		    " records; %" PRIu64 " bytes of memory at most",
		    (uint64_t)l->sum.fired, l->probes.n, (uint64_t)l->sum.run,
		    (uint64_t)st->delivered, (uint64_t)st->mem_peak);
}

void ledger_text(struct session *s, const struct ledger *l)
{
	say_events(s, l);
	for (unsigned int i = 0; i < l->imbalances.n; i++)
		say_imbalance(s, &l->imbalances.at[i]);
	say_records(s, l);
	say_errors(s, l);
	if (s->opts.verbose)
		say_statistics(s, l);
}
