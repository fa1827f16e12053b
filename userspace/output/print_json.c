// SPDX-License-Identifier: GPL-2.0
/*
 * print_json.c - output as machines read it: an object a line, in the order of the
 * records. Complaints go to standard error as well, as text.
 */
#include <string.h>

#include <ktap/bytecode.h>

#include "output/ledger_json.h"
#include "output/print_form.h"
#include "output/report.h"
#include "output/value_json.h"
#include "util/json.h"

static void put_probe(struct ktap_printer *p, uint16_t probe)
{
	const struct value_names *names = &p->opts.names;
	struct buf name = { 0 };

	if (probe == KTAP_PROBE_NONE || !names->probe)
		return;
	names->probe(names->arg, probe, &name);
	json_key(&p->pending, "probe");
	json_bytes(&p->pending, name.data, name.len);
	buf_free(&name);
}

/* What is not known is left out. */
static void begin(struct ktap_printer *p, const char *type, const struct origin *from)
{
	json_begin(&p->pending, type);
	if (from->time_ns) {
		json_key(&p->pending, "time");
		json_uint(&p->pending, from->time_ns);
	}
	if (from->cpu >= 0) {
		json_key(&p->pending, "cpu");
		json_uint(&p->pending, from->cpu);
	}
	put_probe(p, from->probe);
}

static void end(struct ktap_printer *p)
{
	json_close(&p->pending, '}');
	buf_putc(&p->pending, '\n');
}

static void text(struct ktap_printer *p, const struct origin *from, const struct span *values)
{
	begin(p, "text", from);
	json_key(&p->pending, "data");
	json_bytes(&p->pending, p->scratch.data, p->scratch.len);
	if (!json_is_utf8(p->scratch.data, p->scratch.len)) {
		json_key(&p->pending, "bytes");
		json_digits(&p->pending, p->scratch.data, p->scratch.len);
	}
	if (values) {
		json_key(&p->pending, "values");
		values_json(*values, &p->opts.names, &p->pending);
	}
	end(p);
}

/* --- charts --- */

static void put_row(struct ktap_printer *p, const struct chart_row *row)
{
	struct buf *out = &p->pending;

	json_open(out, '{');
	if (row->key) {
		json_key(out, "key");
		buf_add(out, row->key, strlen(row->key));
	}
	json_key(out, "value");
	if (row->agg.tag == KTAP_T_AGG)
		value_json(&row->agg, &p->opts.names, out);
	else
		json_int(out, row->number);
	json_close(out, '}');
}

static void put_unit(struct ktap_printer *p, uint64_t unit)
{
	static const char *const name[] = {
#define _(NAME, name) name,
		KTAP_UNITS(_)
#undef _
	};

	if (unit == KTAP_UNIT_NONE || unit >= KTAP_UNIT__MAX)
		return;
	json_key(&p->pending, "unit");
	json_text(&p->pending, name[unit]);
}

/* As many rows as the script asks for; all of them where it does not say. */
static void chart(struct ktap_printer *p, const struct origin *from, const struct chart *c, uint64_t lost)
{
	unsigned int n = c->show && c->show < c->n ? c->show : c->n;

	begin(p, "chart", from);
	put_unit(p, c->unit);
	json_key(&p->pending, "rows");
	json_open(&p->pending, '[');
	for (unsigned int i = 0; i < n; i++)
		put_row(p, &c->at[i]);
	json_close(&p->pending, ']');
	json_key(&p->pending, "further");
	json_uint(&p->pending, c->n - n);
	json_key(&p->pending, "lost");
	if (lost == UINT64_MAX)
		json_null(&p->pending);
	else
		json_uint(&p->pending, lost);
	end(p);
}

/* --- complaints --- */

static void error(struct ktap_printer *p, const struct origin *from, const struct rec *rec)
{
	begin(p, "error", from);
	report_error_json(rec, &p->opts.names, &p->pending);
	end(p);
	print_text.error(p, from, rec);
}

static void lost(struct ktap_printer *p, const struct origin *from, uint64_t records)
{
	begin(p, "lost", from);
	json_key(&p->pending, "records");
	json_uint(&p->pending, records);
	end(p);
	print_text.lost(p, from, records);
}

static void damage(struct ktap_printer *p, const struct origin *from, const char *error)
{
	begin(p, "damage", from);
	json_key(&p->pending, "message");
	json_text(&p->pending, error);
	end(p);
	print_text.damage(p, from, error);
}

static void put_number(struct ktap_printer *p, const char *key, uint64_t n)
{
	json_key(&p->pending, key);
	json_uint(&p->pending, n);
}

static void throttle(struct ktap_printer *p, const struct origin *from, const struct ktap_rec_throttle *t)
{
	begin(p, "throttle", from);
	put_number(p, "percent", t->percent);
	put_number(p, "was", t->was);
	put_number(p, "every", t->every);
	end(p);
	print_text.throttle(p, from, t);
}

static void ledger(struct ktap_printer *p, const struct ledger *l)
{
	ledger_json(l, p, &p->pending);
	buf_putc(&p->pending, '\n');
}

const struct print_form print_json = {
	.text		= text,
	.chart_key	= value_json,
	.chart		= chart,
	.error		= error,
	.lost		= lost,
	.damage		= damage,
	.throttle	= throttle,
	.ledger		= ledger,
};
