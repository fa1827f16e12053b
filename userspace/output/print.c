// SPDX-License-Identifier: GPL-2.0
#include "output/print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ktap/bytecode.h>

#include "output/format.h"
#include "output/line.h"
#include "output/print_form.h"
#include "output/report.h"
#include "util/text.h"

#define FLUSH_BYTES	(256u << 10)
#define MAX_TOLD	256	/* as many places as the module counts */

void ktap_printer_init(struct ktap_printer *p, const struct ktap_printer_opts *opts)
{
	*p = (struct ktap_printer){ .opts = *opts };
	if (!p->opts.form)
		p->opts.form = &print_text;
	p->straight = p->opts.form == &print_text && !opts->stamps && !opts->raw;
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

void print_complaint(struct ktap_printer *p)
{
	const char *on = p->opts.color ? "\033[31m" : "", *off = p->opts.color ? "\033[0m" : "";

	ktap_print_flush(p);
	fprintf(p->opts.err, "%s%s%s", on, text_cstr(&p->scratch), off);
	fflush(p->opts.err);
}

static void print_values(struct ktap_printer *p, struct span s, struct buf *out)
{
	struct value v;

	for (bool first = true; s.at < s.end; first = false) {
		if (!first)
			buf_putc(out, '\t');
		if (!quick_text(&s, out) && span_value(&s, &v))
			value_text(&v, &p->opts.names, out);
	}
	buf_putc(out, '\n');
}

static void print_formatted(struct ktap_printer *p, struct span s, struct buf *out)
{
	struct ktap_val head;	/* of the format */
	struct span text;

	memcpy(&head, s.at, sizeof(head));
	text = (struct span){ s.at + sizeof(head), s.at + sizeof(head) + head.len };
	s.at += value_size(head.len);
	format_put(format_of(&p->formats, text), s, &p->opts.names, out);
}

/* The wall-clock time of a record: by what the two clocks differ now. */
static time_t wall_time(const struct ktap_printer *p, uint64_t time_ns)
{
	struct timespec wall, mono;

	if (p->opts.wall_ns)
		return (int64_t)(time_ns + *p->opts.wall_ns) / 1000000000;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return wall.tv_sec + ((int64_t)time_ns + wall.tv_nsec - mono.tv_nsec -
			      mono.tv_sec * 1000000000ll) / 1000000000;
}

/* strftime returns 0 for too little room and for no text: a byte more tells them apart. */
static void put_wall_time(const struct ktap_printer *p, const char *format, uint64_t time_ns, struct buf *out)
{
	time_t when = wall_time(p, time_ns);
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

static void print_time(const struct ktap_printer *p, const struct rec *rec, struct buf *out)
{
	struct span s = rec->payload;
	struct buf format = { 0 };
	struct value v;

	if (!span_value(&s, &v))
		return;
	if (v.tag == KTAP_T_NIL) {
		buf_printf(out, "%5" PRIu64 ".%06" PRIu64 "\n", rec->time_ns / 1000000000,
			   rec->time_ns / 1000 % 1000000);
		return;
	}
	buf_add(&format, v.bytes.at, v.bytes.end - v.bytes.at);
	put_wall_time(p, text_cstr(&format), rec->time_ns, out);
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
		p->opts.form->chart_key(&k, &p->opts.names, &key);
	if (number.tag == KTAP_T_AGG)
		chart_add_agg(c, k.tag == KTAP_T_NIL ? NULL : text_cstr(&key), &number);
	else
		chart_add(c, text_cstr(&key), number.num);
	buf_free(&key);
}

static void finish_chart(struct ktap_printer *p, const struct origin *from, struct chart *c,
			 uint64_t lost)
{
	chart_rank(c);
	p->opts.form->chart(p, from, c, lost);
	drop_chart(p, c);
}

static void chart_end(struct ktap_printer *p, const struct origin *from, struct span s)
{
	struct chart *c = find_chart(p, span_u64(&s));

	finish_chart(p, from, c, span_u64(&s));
}

static void chart_begin(struct ktap_printer *p, struct span s)
{
	struct chart *c = find_chart(p, span_u64(&s));

	c->show = span_u64(&s);
	c->unit = span_u64(&s);
}

static void print_lost(struct ktap_printer *p, const struct origin *from, struct span s)
{
	uint64_t n = span_u64(&s);

	p->lost += n;
	p->opts.form->lost(p, from, n);
}

/* Remembers the report's first line; scratch holds the report. */
static void remember_error(struct ktap_printer *p, const struct rec *rec)
{
	const char *text = text_cstr(&p->scratch);
	struct buf message = { 0 };
	struct ktap_rec_error e;

	memcpy(&e, rec->payload.at, sizeof(e));
	report_error_message(rec, &p->opts.names, &message);
	*list_push(&p->told) = (struct printed_error){
		.code = e.code, .func = e.frame[0].func, .pc = e.frame[0].pc,
		.line = text_dup(text), .message = text_dup(text_cstr(&message)),
	};
	p->told.at[p->told.n - 1].line[strcspn(text, "\n")] = 0;
	buf_free(&message);
}

const struct printed_error *ktap_printed_error(const struct ktap_printer *p, uint32_t code,
					       uint32_t func, uint32_t pc)
{
	for (unsigned int i = 0; i < p->told.n; i++)
		if (p->told.at[i].code == code && p->told.at[i].func == func &&
		    p->told.at[i].pc == pc)
			return &p->told.at[i];
	return NULL;
}

static void print_error(struct ktap_printer *p, const struct origin *from, const struct rec *rec)
{
	p->errors++;
	report_error(rec, &p->opts.names, &p->scratch);
	if (p->told.n < MAX_TOLD)
		remember_error(p, rec);
	p->opts.form->error(p, from, rec);
}

/* The record may be in the ring of another CPU than the one that it is about. */
static void print_throttle(struct ktap_printer *p, const struct origin *from, struct span s)
{
	struct ktap_rec_throttle t;

	memcpy(&t, s.at, sizeof(t));
	p->opts.form->throttle(p, &(struct origin){ from->time_ns, t.cpu, from->probe }, &t);
}

static void note_exit(struct ktap_printer *p, struct span s)
{
	if (!p->exited)
		p->exit_code = span_u64(&s);
	p->exited = true;
}

static void put_output(struct ktap_printer *p, const struct rec *rec, struct buf *out)
{
	if (rec->kind == KTAP_REC_PRINTF)
		print_formatted(p, rec->payload, out);
	else if (rec->kind == KTAP_REC_PRINT)
		print_values(p, rec->payload, out);
	else
		print_time(p, rec, out);
}

/* What a script printed is text in any form. */
static void print_output(struct ktap_printer *p, const struct rec *rec, int cpu)
{
	const struct origin from = { rec->time_ns, cpu, rec->probe };

	p->scratch.len = 0;
	put_output(p, rec, &p->scratch);
	p->opts.form->text(p, &from, rec->kind == KTAP_REC_PRINT ? &rec->payload : NULL);
}

static void print_other(struct ktap_printer *p, const struct rec *rec, int cpu)
{
	const struct origin from = { rec->time_ns, cpu, rec->probe };

	p->scratch.len = 0;
	switch (rec->kind) {
	case KTAP_REC_HIST_BEGIN: chart_begin(p, rec->payload); break;
	case KTAP_REC_HIST_ROW:	chart_row(p, rec->payload); break;
	case KTAP_REC_HIST_END:	chart_end(p, &from, rec->payload); break;
	case KTAP_REC_EXIT:	note_exit(p, rec->payload); break;
	case KTAP_REC_LOST:	print_lost(p, &from, rec->payload); break;
	case KTAP_REC_ERROR:	print_error(p, &from, rec); break;
	case KTAP_REC_THROTTLE:	print_throttle(p, &from, rec->payload); break;
	default:		break;
	}
}

static bool is_output(const struct rec *rec)
{
	return rec->kind == KTAP_REC_PRINTF || rec->kind == KTAP_REC_PRINT || rec->kind == KTAP_REC_TIME;
}

/* Not printed here, but what it says of the session counts. */
static void pass_on(struct ktap_printer *p, const struct rec *rec, int cpu)
{
	struct span s = rec->payload;

	p->opts.raw->record(p->opts.raw->arg, rec, cpu);
	if (rec->kind == KTAP_REC_EXIT)
		note_exit(p, rec->payload);
	else if (rec->kind == KTAP_REC_LOST)
		p->lost += span_u64(&s);
	p->errors += rec->kind == KTAP_REC_ERROR;
}

void ktap_print_record(struct ktap_printer *p, const struct rec *rec, int cpu)
{
	p->records += rec->kind != KTAP_REC_PAD && rec->kind != KTAP_REC_LOST;
	if (p->opts.raw)
		pass_on(p, rec, cpu);
	else if (!is_output(rec))
		print_other(p, rec, cpu);
	else if (p->straight)
		put_output(p, rec, &p->pending);
	else
		print_output(p, rec, cpu);
	if (p->pending.len >= FLUSH_BYTES)
		ktap_print_flush(p);
}

void ktap_print_stretch(struct ktap_printer *p, struct stretch *s)
{
	size_t before = s->count;

	if (!p->straight)
		return;
	if ((size_t)(s->end - s->at) > FLUSH_BYTES / 2)
		s->end = s->at + FLUSH_BYTES / 2;
	lines_put(&p->formats, s, &p->pending);
	p->records += s->count - before;
	if (p->pending.len >= FLUSH_BYTES)
		ktap_print_flush(p);
}

void ktap_print_damage(struct ktap_printer *p, const char *error, int cpu)
{
	const struct origin from = { 0, cpu, KTAP_PROBE_NONE };

	p->damaged++;
	p->scratch.len = 0;
	if (p->opts.raw)
		p->opts.raw->damage(p->opts.raw->arg, error, cpu);
	else
		p->opts.form->damage(p, &from, error);
}

void ktap_print_ledger(struct ktap_printer *p, const struct ledger *l)
{
	if (p->opts.form->ledger)
		p->opts.form->ledger(p, l);
	ktap_print_flush(p);
}

bool ktap_print_records(struct ktap_printer *p, const void *bytes, size_t len)
{
	struct stretch s = { .at = bytes, .end = (const uint8_t *)bytes + len, .until_ns = UINT64_MAX };
	const uint8_t *end = s.end;
	enum decode_status status;
	const char *error;
	struct rec rec;

	for (; s.at < end; s.at += rec.len) {
		ktap_print_stretch(p, &s);
		s.end = end;
		if (s.at == end)
			break;
		status = rec_decode(s.at, end - s.at, &rec, &error);
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
	const struct origin nowhere = { 0, KTAP_CPU_UNKNOWN, KTAP_PROBE_NONE };

	while (p->charts.n) {
		p->scratch.len = 0;
		finish_chart(p, &nowhere, &p->charts.at[0], UINT64_MAX);
	}
	ktap_print_flush(p);
}

void ktap_printer_exit(struct ktap_printer *p)
{
	ktap_printer_finish(p);
	for (unsigned int i = 0; i < p->told.n; i++) {
		free(p->told.at[i].line);
		free(p->told.at[i].message);
	}
	free(p->told.at);
	free(p->charts.at);
	known_formats_free(&p->formats);
	buf_free(&p->pending);
	buf_free(&p->scratch);
}
