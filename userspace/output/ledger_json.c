// SPDX-License-Identifier: GPL-2.0
#include "output/ledger_json.h"

#include <ktap/errors.def.h>

#include "output/report.h"
#include "output/value_json.h"
#include "util/json.h"

static void member(struct buf *out, const char *name, uint64_t n)
{
	json_key(out, name);
	json_uint(out, n);
}

/* --- probes --- */

static void probe_name(const struct ktap_printer *p, uint32_t probe, struct buf *out)
{
	const struct value_names *names = &p->opts.names;
	struct buf name = { 0 };

	json_key(out, "probe");
	if (names->probe)
		names->probe(names->arg, probe, &name);
	json_bytes(out, name.data, name.len);
	buf_free(&name);
}

static bool is_skipped(enum ktap_count_kind kind)
{
	return kind == KTAP_COUNT_SKIP || kind == KTAP_COUNT_PASS;
}

/* What was skipped, by reason, stands together behind `run`. */
static void counts(const struct ktap_probe_stats *s, struct buf *out)
{
	member(out, "fired", s->fired);
	member(out, "run", s->run);
	json_key(out, "skipped");
	json_open(out, '{');
#define _(counter, kind, name, text) if (is_skipped(KTAP_COUNT_##kind)) member(out, name, s->counter);
	KTAP_PROBE_COUNTS(_)
#undef _
	json_close(out, '}');
#define _(counter, kind, name, text) \
	if (KTAP_COUNT_##kind > KTAP_COUNT_PASS) member(out, name, s->counter);
	KTAP_PROBE_COUNTS(_)
#undef _
}

static void probes(const struct ledger *l, const struct ktap_printer *p, struct buf *out)
{
	json_key(out, "probes");
	json_open(out, '[');
	for (unsigned int i = 0; i < l->probes.n; i++) {
		json_open(out, '{');
		probe_name(p, i, out);
		counts(&l->probes.at[i], out);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_key(out, "total");
	json_open(out, '{');
	counts(&l->sum, out);
	json_close(out, '}');
}

/* --- the session --- */

static void records(const struct ledger *l, struct buf *out)
{
	json_key(out, "records");
	json_open(out, '{');
	member(out, "emitted", l->stats.emitted);
	member(out, "delivered", l->stats.delivered);
	member(out, "dropped", l->stats.dropped);
	member(out, "read", l->read);
	json_close(out, '}');
}

static void memory(const struct ledger *l, struct buf *out)
{
	json_key(out, "memory");
	json_open(out, '{');
	member(out, "used", l->stats.mem_used);
	member(out, "peak", l->stats.mem_peak);
	member(out, "limit", l->stats.mem_limit);
	json_close(out, '}');
}

/* --- places --- */

/* What was told of it, or if nothing was, the message without its arguments. */
static void message(const struct ktap_error_count *e, const struct ktap_printer *p, struct buf *out)
{
	const struct printed_error *told = ktap_printed_error(p, e->code, e->func, e->pc);
	const struct value_names none = { 0 };
	struct buf text = { 0 };

	json_key(out, "message");
	if (told) {
		json_text(out, told->message);
		return;
	}
	report_message(e->code, (struct span){ NULL, NULL }, &none, &text);
	json_bytes(out, text.data, text.len);
	buf_free(&text);
}

static void target(const struct ktap_error_count *e, const struct ktap_printer *p, struct buf *out)
{
	const struct image *im = p->opts.names.image;
	const char *name = im ? image_target(im, e->func, e->pc) : NULL;

	json_key(out, "target");
	if (name)
		json_text(out, name);
	else
		json_null(out);
}

/* Places of errors, or those of dropped updates. */
static void places(const struct ledger *l, const struct ktap_printer *p, bool drops, struct buf *out)
{
	json_key(out, "places");
	json_open(out, '[');
	for (unsigned int i = 0; i < l->places.n; i++) {
		const struct ktap_error_count *e = &l->places.at[i];

		if ((e->code == KTAP_E_R_DROPPED) != drops)
			continue;
		json_open(out, '{');
		report_place_json(p->opts.names.image, e->func, e->pc, out);
		(drops ? target : message)(e, p, out);
		member(out, "count", e->count);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void errors(const struct ledger *l, const struct ktap_printer *p, struct buf *out)
{
	json_key(out, "errors");
	json_open(out, '{');
	member(out, "count", l->stats.errors);
	places(l, p, false, out);
	member(out, "elsewhere", l->unplaced);
	json_close(out, '}');
}

static void updates(const struct ledger *l, const struct ktap_printer *p, struct buf *out)
{
	json_key(out, "updates_dropped");
	json_open(out, '{');
	member(out, "count", l->stats.table_drops);
	places(l, p, true, out);
	json_close(out, '}');
}

static void imbalances(const struct ledger *l, const struct ktap_printer *p, struct buf *out)
{
	json_key(out, "imbalances");
	json_open(out, '[');
	for (unsigned int i = 0; i < l->imbalances.n; i++) {
		const struct imbalance *b = &l->imbalances.at[i];

		json_open(out, '{');
		json_key(out, "what");
		json_text(out, b->what);
		if (b->probe != LEDGER_NO_PROBE)
			probe_name(p, b->probe, out);
		member(out, "is", b->is);
		member(out, "should_be", b->should);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void ledger_json(const struct ledger *l, const struct ktap_printer *p, struct buf *out)
{
	json_begin(out, "stats");
	records(l, out);
	probes(l, p, out);
	updates(l, p, out);
	errors(l, p, out);
	member(out, "faults", l->stats.faults);
	member(out, "strings_cut", l->stats.truncated);
	memory(l, out);
	imbalances(l, p, out);
	json_close(out, '}');
}
