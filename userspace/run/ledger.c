// SPDX-License-Identifier: GPL-2.0
#include "run/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <ktap/errors.def.h>

#include "run/report.h"
#include "util/arena.h"
#include "util/text.h"

#define MAX_NAMED	5	/* probes named for each kind of loss */
#define MAX_PLACES	256

struct ledger {
	struct ktap_ioc_stats stats;
	struct ktap_probe_stats *probe;
	unsigned int nprobes;
	struct ktap_probe_stats sum;
};

/* The ways to lose an event. _(member, text, counts as a loss) */
#define LOSSES(_) \
	_(missed,		"missed: they passed before ktap could see them", true) \
	_(skipped_reentry,	"skipped: a handler was at work in the same context", true) \
	_(skipped_record,	"skipped: their record could not be built", true) \
	_(skipped_filter,	"of other processes, or on other CPUs", false) \
	_(skipped_stopped,	"after the end", false)

static bool read_probes(struct session *s, struct ledger *l)
{
	l->nprobes = l->stats.nprobes;
	l->probe = xmalloc((l->nprobes + 1) * sizeof(*l->probe));
	for (unsigned int at = 0; at < l->nprobes; ) {
		struct ktap_ioc_probe_stats io = {
			.size = sizeof(io), .first = at, .count = l->nprobes - at,
			.stats = (uintptr_t)(l->probe + at),
		};

		if (ioctl(s->device, KTAP_IOC_PROBES, &io) || !io.count ||
		    io.count > l->nprobes - at)
			return false;
		at += io.count;
	}
	return true;
}

static void sum_up(struct ledger *l)
{
	for (unsigned int i = 0; i < l->nprobes; i++) {
		l->sum.fired += l->probe[i].fired;
		l->sum.run += l->probe[i].run;
		l->sum.errors += l->probe[i].errors;
		l->sum.dropped += l->probe[i].dropped;
		l->sum.faults += l->probe[i].faults;
#define _(member, text, loss) l->sum.member += l->probe[i].member;
		LOSSES(_)
#undef _
	}
}

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

	for (unsigned int i = 0; i < l->nprobes; i++) {
		uint64_t n = member(&l->probe[i], offset);
		uint64_t limit = below < 0 ? UINT64_MAX : member(&l->probe[below], offset);

		if (!n || n > limit || (n == limit && (int)i <= below))
			continue;
		if (worst < 0 || n > member(&l->probe[worst], offset))
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
		buf_printf(out, " %" PRIu64, member(&l->probe[at], offset));
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
#define _(member, text, loss) \
	if (l->sum.member && ((loss) || s->opts.verbose)) \
		say_probes(s, l, text, offsetof(struct ktap_probe_stats, member)); \
	s->lost |= (loss) && l->sum.member;
	LOSSES(_)
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
	s->lost |= st->dropped || st->table_drops;
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
	const char *told = ktap_printed_error(&s->printer, e->code, e->func, e->pc);
	struct buf text = { 0 };

	if (told && e->count < 2)
		return;
	if (told)
		text_str(&text, told);
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

static void say_errors(const struct session *s, const struct ktap_ioc_stats *st)
{
	uint64_t placed = 0;
	struct ktap_error_count *list = xmalloc(MAX_PLACES * sizeof(*list));
	struct ktap_ioc_errors io = { .size = sizeof(io), .count = MAX_PLACES,
				      .errors = (uintptr_t)list };

	if (!ioctl(s->device, KTAP_IOC_ERRORS, &io)) {
		for (unsigned int i = 0; i < io.count && i < MAX_PLACES; i++) {
			say_place(s, &list[i]);
			if (list[i].code == KTAP_E_R_DROPPED)
				placed += list[i].count;
		}
		say_unplaced(s, st, placed, io.unplaced);
	}
	free(list);
}

static void say_imbalance(struct session *s, const char *what, uint64_t is, uint64_t should)
{
	session_say(s, "INTERNAL ERROR: the books do not balance: %s: %" PRIu64 ", not %" PRIu64
		    ". Please report this.", what, is, should);
	s->lost = true;
}

static void check_probe(struct session *s, const struct ledger *l, unsigned int i)
{
	const struct ktap_probe_stats *p = &l->probe[i];
	uint64_t told = p->run + p->skipped_reentry + p->skipped_filter +
			p->skipped_record + p->skipped_stopped;
	struct buf name = { 0 };

	if (told == p->fired)
		return;
	name_of(s, i, &name);
	text_str(&name, ": events run and skipped");
	say_imbalance(s, text_cstr(&name), told, p->fired);
	buf_free(&name);
}

static void check_books(struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;
	uint64_t read = s->printer.records + s->printer.damaged;

	for (unsigned int i = 0; i < l->nprobes; i++)
		check_probe(s, l, i);
	if (st->delivered + st->dropped != st->emitted)
		say_imbalance(s, "records delivered and dropped", st->delivered + st->dropped,
			      st->emitted);
	if (read != st->delivered)
		say_imbalance(s, "records read", read, st->delivered);
}

static void say_statistics(const struct session *s, const struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	if (!s->opts.verbose)
		return;
	session_say(s, "%" PRIu64 " events on %u probes, %" PRIu64 " handled; %" PRIu64
		    " records; %" PRIu64 " bytes of memory at most",
		    (uint64_t)l->sum.fired, l->nprobes, (uint64_t)l->sum.run,
		    (uint64_t)st->delivered, (uint64_t)st->mem_peak);
}

void ledger_print(struct session *s)
{
	struct ledger l = { .stats.size = sizeof(l.stats) };

	if (ioctl(s->device, KTAP_IOC_STATS, &l.stats)) {
		session_say(s, "the module does not tell what was lost: %s", strerror(errno));
		s->lost = true;
		return;
	}
	if (read_probes(s, &l)) {
		sum_up(&l);
		say_events(s, &l);
		check_books(s, &l);
	}
	say_records(s, &l);
	if (l.stats.errors || l.stats.table_drops)
		say_errors(s, &l.stats);
	say_statistics(s, &l);
	free(l.probe);
}
