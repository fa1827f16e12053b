// SPDX-License-Identifier: GPL-2.0
/*
 * print_text.c - output as people read it. Losses and errors are complaints.
 */
#include <inttypes.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "output/print_form.h"
#include "util/text.h"

static void put_stamp(struct ktap_printer *p, uint64_t ns)
{
	buf_printf(&p->pending, "%5" PRIu64 ".%06" PRIu64 " ", ns / 1000000000,
		   ns / 1000 % 1000000);
}

/* Adds whole and partial lines to the output, stamped where they begin. */
static void put_lines(struct ktap_printer *p, const char *text, size_t len, uint64_t ns)
{
	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t n = newline ? (size_t)(newline - text) + 1 : len;

		if (p->opts.stamps && !p->mid_line)
			put_stamp(p, ns);
		buf_add(&p->pending, text, n);
		p->mid_line = !newline;
		text += n;
		len -= n;
	}
}

static void put_output(struct ktap_printer *p, uint64_t ns)
{
	if (p->opts.stamps)
		put_lines(p, p->scratch.data, p->scratch.len, ns);
	else
		buf_add(&p->pending, p->scratch.data, p->scratch.len);
}

static void text(struct ktap_printer *p, const struct origin *from, const struct span *values)
{
	(void)values;
	put_output(p, from->time_ns);
}

/* A stack has lines of its own. */
static void chart_key(const struct value *key, const struct value_names *names, struct buf *out)
{
	value_text(key, names, out);
	if (key->tag == KTAP_T_STACK)
		buf_putc(out, '\n');
}

static void chart(struct ktap_printer *p, const struct origin *from, const struct chart *c,
		  uint64_t lost)
{
	chart_draw(c, lost > 0, &p->scratch);
	put_output(p, from->time_ns);
}

static void error(struct ktap_printer *p, const struct origin *from, const struct rec *rec)
{
	(void)from;
	(void)rec;
	print_complaint(p);
}

static void lost(struct ktap_printer *p, const struct origin *from, uint64_t records)
{
	buf_printf(&p->scratch, "ktap: %" PRIu64 " record%s lost here", records, records == 1 ? "" : "s");
	if (from->cpu >= 0)
		buf_printf(&p->scratch, " (cpu %d)", from->cpu);
	buf_putc(&p->scratch, '\n');
	print_complaint(p);
}

static void damage(struct ktap_printer *p, const struct origin *from, const char *error)
{
	buf_printf(&p->scratch, "ktap: the output is damaged (cpu %d): %s\n", from->cpu, error);
	print_complaint(p);
}

/* Where it begins and where it ends: what is between changes often, and the ledger sums it up. */
static void throttle(struct ktap_printer *p, const struct origin *from, const struct ktap_rec_throttle *t)
{
	if (t->was == 1)
		buf_printf(&p->scratch, "ktap: handlers take more than %u %% of CPU %d: "
			   "there events are skipped (--max-cpu PERCENT)\n", t->percent, from->cpu);
	else if (t->every == 1)
		buf_printf(&p->scratch, "ktap: all events of CPU %d are handled again\n", from->cpu);
	else
		return;
	print_complaint(p);
}

const struct print_form print_text = {
	.text		= text,
	.chart_key	= chart_key,
	.chart		= chart,
	.error		= error,
	.lost		= lost,
	.damage		= damage,
	.throttle	= throttle,
};
