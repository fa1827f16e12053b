// SPDX-License-Identifier: GPL-2.0
#include "run/print.h"

#include <errno.h>
#include <inttypes.h>
#include <ktap/bytecode.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ktap/bytecode.h>

#include "run/format.h"
#include "run/report.h"
#include "util/text.h"

#define FLUSH_BYTES	(256u << 10)
#define MAX_TOLD	256	/* as many places as the module counts */

static const char *function_name(void *arg, uint32_t index)
{
	const struct ktap_printer *p = arg;

	return p->opts.image ? image_function(p->opts.image, index) : "?";
}

static void event_text(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out)
{
	const struct ktap_printer *p = arg;

	if (p->opts.event)
		p->opts.event(p->opts.arg, probe, bytes, len, out);
	else
		buf_printf(out, "event of probe %" PRIu32, probe);
}

static void address_text(void *arg, uint64_t address, unsigned int back, struct buf *out)
{
	const struct ktap_printer *p = arg;

	if (p->opts.address)
		p->opts.address(p->opts.arg, address, back, out);
	else
		buf_printf(out, "0x%" PRIx64, address);
}

static void user_text(void *arg, const struct ktap_stack *whose, uint64_t address,
		      unsigned int back, struct buf *out)
{
	const struct ktap_printer *p = arg;

	if (p->opts.user)
		p->opts.user(p->opts.arg, whose, address, back, out);
	else
		buf_printf(out, "0x%" PRIx64, address);
}

void ktap_printer_init(struct ktap_printer *p, const struct ktap_printer_opts *opts)
{
	*p = (struct ktap_printer){ .opts = *opts };
	p->names = (struct value_names){ p, function_name, event_text, address_text,
					     user_text };
}

void ktap_print_flush(struct ktap_printer *p)
{
	bool ok;

	if (!p->pending.len)
		return;
	errno = 0;
	ok = fwrite(p->pending.data, 1, p->pending.len, p->opts.out) == p->pending.len;
	if (fflush(p->opts.out) || !ok)
		if (!p->write_error)
			p->write_error = errno ? errno : EIO;
	p->pending.len = 0;
}

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
	if (p->pending.len >= FLUSH_BYTES)
		ktap_print_flush(p);
}

/* Output comes first: on a terminal both streams are one text. */
static void put_error(struct ktap_printer *p)
{
	const char *on = p->opts.color ? "\033[31m" : "", *off = p->opts.color ? "\033[0m" : "";

	ktap_print_flush(p);
	fprintf(p->opts.err, "%s%s%s", on, text_cstr(&p->scratch), off);
	fflush(p->opts.err);
}

static void print_values(struct ktap_printer *p, struct span s)
{
	struct value v;

	for (bool first = true; span_value(&s, &v); first = false) {
		if (!first)
			buf_putc(&p->scratch, '\t');
		value_text(&v, &p->names, &p->scratch);
	}
	buf_putc(&p->scratch, '\n');
}

static void print_formatted(struct ktap_printer *p, struct span s)
{
	struct value format;

	if (span_value(&s, &format))
		format_text(format.bytes, s, &p->names, &p->scratch);
}

/* The wall-clock time of a record: by what the two clocks differ now. */
static time_t wall_time(uint64_t time_ns)
{
	struct timespec wall, mono;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return wall.tv_sec + ((int64_t)time_ns + wall.tv_nsec - mono.tv_nsec -
			      mono.tv_sec * 1000000000ll) / 1000000000;
}

/* strftime returns 0 for too little room and for no text: a byte more tells them apart. */
static void put_wall_time(const char *format, uint64_t time_ns, struct buf *out)
{
	time_t when = wall_time(time_ns);
	struct buf longer = { 0 };
	char text[16384];
	struct tm tm;
	size_t len;

	buf_printf(&longer, "%s.", format);
	len = localtime_r(&when, &tm) ? strftime(text, sizeof(text), text_cstr(&longer), &tm) : 0;
	buf_free(&longer);
	if (len)
		buf_add(out, text, len - 1);
}

static void print_time(struct ktap_printer *p, const struct rec *rec)
{
	struct span s = rec->payload;
	struct buf format = { 0 };
	struct value v;

	if (!span_value(&s, &v))
		return;
	if (v.tag == KTAP_T_NIL) {
		buf_printf(&p->scratch, "%5" PRIu64 ".%06" PRIu64 "\n", rec->time_ns / 1000000000,
			   rec->time_ns / 1000 % 1000000);
		return;
	}
	buf_add(&format, v.bytes.at, v.bytes.end - v.bytes.at);
	put_wall_time(text_cstr(&format), rec->time_ns, &p->scratch);
	buf_free(&format);
}

/* A chart whose beginning was lost begins with its first row. */
static struct chart *find_chart(struct ktap_printer *p, uint64_t id)
{
	struct chart *c;

	for (unsigned int i = 0; i < p->charts.n; i++)
		if (p->charts.at[i].id == id)
			return &p->charts.at[i];
	c = list_push(&p->charts);
	*c = (struct chart){ .id = id };
	return c;
}

static void drop_chart(struct ktap_printer *p, struct chart *c)
{
	chart_free(c);
	*c = p->charts.at[--p->charts.n];
}

static void chart_row(struct ktap_printer *p, struct span s)
{
	struct chart *c = find_chart(p, span_u64(&s));
	struct buf key = { 0 };
	struct value k, number;

	if (!span_value(&s, &k) || !span_value(&s, &number))
		return;
	if (k.tag != KTAP_T_NIL)
		value_text(&k, &p->names, &key);
	if (k.tag == KTAP_T_STACK)
		buf_putc(&key, '\n');
	if (number.tag == KTAP_T_AGG)
		chart_add_agg(c, k.tag == KTAP_T_NIL ? NULL : text_cstr(&key), &number);
	else
		chart_add(c, text_cstr(&key), number.num);
	buf_free(&key);
}

static void chart_end(struct ktap_printer *p, struct span s)
{
	struct chart *c = find_chart(p, span_u64(&s));

	chart_draw(c, span_u64(&s) > 0, &p->scratch);
	drop_chart(p, c);
}

static void chart_begin(struct ktap_printer *p, struct span s)
{
	struct chart *c = find_chart(p, span_u64(&s));

	c->show = span_u64(&s);
	c->unit = span_u64(&s);
}

static void print_lost(struct ktap_printer *p, struct span s, int cpu)
{
	uint64_t n = span_u64(&s);

	p->lost += n;
	buf_printf(&p->scratch, "ktap: %" PRIu64 " record%s lost here", n, n == 1 ? "" : "s");
	if (cpu >= 0)
		buf_printf(&p->scratch, " (cpu %d)", cpu);
	buf_putc(&p->scratch, '\n');
	put_error(p);
}

/* Remembers the report's first line; scratch holds the report. */
static void remember_error(struct ktap_printer *p, const struct rec *rec)
{
	const char *text = text_cstr(&p->scratch);
	struct ktap_rec_error e;

	memcpy(&e, rec->payload.at, sizeof(e));
	*list_push(&p->told) = (struct printed_error){
		.code = e.code, .func = e.frame[0].func, .pc = e.frame[0].pc,
		.line = text_dup(text),
	};
	p->told.at[p->told.n - 1].line[strcspn(text, "\n")] = 0;
}

const char *ktap_printed_error(const struct ktap_printer *p, uint32_t code, uint32_t func,
			       uint32_t pc)
{
	for (unsigned int i = 0; i < p->told.n; i++)
		if (p->told.at[i].code == code && p->told.at[i].func == func &&
		    p->told.at[i].pc == pc)
			return p->told.at[i].line;
	return NULL;
}

static void print_error(struct ktap_printer *p, const struct rec *rec)
{
	p->errors++;
	report_error(rec, p->opts.image, &p->names, &p->scratch);
	if (p->told.n < MAX_TOLD)
		remember_error(p, rec);
	put_error(p);
}

static void note_exit(struct ktap_printer *p, struct span s)
{
	if (!p->exited)
		p->exit_code = span_u64(&s);
	p->exited = true;
}

void ktap_print_record(struct ktap_printer *p, const struct rec *rec, int cpu)
{
	p->scratch.len = 0;
	p->records += rec->kind != KTAP_REC_PAD && rec->kind != KTAP_REC_LOST;
	switch (rec->kind) {
	case KTAP_REC_PRINT:	print_values(p, rec->payload); break;
	case KTAP_REC_PRINTF:	print_formatted(p, rec->payload); break;
	case KTAP_REC_TIME:	print_time(p, rec); break;
	case KTAP_REC_HIST_BEGIN: chart_begin(p, rec->payload); break;
	case KTAP_REC_HIST_ROW:	chart_row(p, rec->payload); break;
	case KTAP_REC_HIST_END:	chart_end(p, rec->payload); break;
	case KTAP_REC_EXIT:	note_exit(p, rec->payload); break;
	case KTAP_REC_LOST:	print_lost(p, rec->payload, cpu); return;
	case KTAP_REC_ERROR:	print_error(p, rec); return;
	default:		return;
	}
	put_output(p, rec->time_ns);
}

void ktap_print_damage(struct ktap_printer *p, const char *error, int cpu)
{
	p->damaged++;
	p->scratch.len = 0;
	buf_printf(&p->scratch, "ktap: the output is damaged (cpu %d): %s\n", cpu, error);
	put_error(p);
}

bool ktap_print_records(struct ktap_printer *p, const void *bytes, size_t len)
{
	const uint8_t *at = bytes, *end = at + len;
	enum decode_status status;
	const char *error;
	struct rec rec;

	for (; at < end; at += rec.len) {
		status = rec_decode(at, end - at, &rec, &error);
		if (status == DECODE_OK)
			ktap_print_record(p, &rec, KTAP_CPU_UNKNOWN);
		else
			ktap_print_damage(p, error, KTAP_CPU_UNKNOWN);
		if (status == DECODE_BAD_STREAM)
			return false;
	}
	return true;
}

void ktap_printer_finish(struct ktap_printer *p)
{
	while (p->charts.n) {
		p->scratch.len = 0;
		chart_draw(&p->charts.at[0], true, &p->scratch);
		put_output(p, 0);
		drop_chart(p, &p->charts.at[0]);
	}
	ktap_print_flush(p);
}

void ktap_printer_exit(struct ktap_printer *p)
{
	ktap_printer_finish(p);
	for (unsigned int i = 0; i < p->told.n; i++)
		free(p->told.at[i].line);
	free(p->told.at);
	free(p->charts.at);
	buf_free(&p->pending);
	buf_free(&p->scratch);
}
