// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ktap/bytecode.h>
#include <ktap/errors.def.h>

#include "records.h"
#include "output/print.h"
#include "tap.h"

static struct buf stream, payload;
static bool stamps;

static void record(uint16_t kind, uint64_t time_ns)
{
	put_record(&stream, kind, time_ns, &payload);
	payload.len = 0;
}

/* Prints the stream; out and err come back as one text, in the order of writing. */
static void prints(const char *want, const char *name)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	const struct ktap_printer_opts opts = { .out = file, .err = file, .stamps = stamps };
	struct ktap_printer p;

	ktap_printer_init(&p, &opts);
	ktap_print_records(&p, stream.data, stream.len);
	ktap_printer_exit(&p);
	fclose(file);
	is_text(text, want, name);
	free(text);
	stream.len = 0;
}

static void test_values(void)
{
	struct buf t = { 0 };
	int64_t index = 2;

	put_int(&payload, 1);
	put_str(&payload, "two");
	put_tag(&payload, KTAP_T_TRUE);
	put_tag(&payload, KTAP_T_FALSE);
	put_tag(&payload, KTAP_T_NIL);
	record(KTAP_REC_PRINT, 0);
	prints("1\ttwo\ttrue\tfalse\tnil\n", "values, tabs between");

	record(KTAP_REC_PRINT, 0);
	prints("\n", "no values");

	put_str(&t, "b"); put_int(&t, 2);
	put_int(&t, 10); put_int(&t, 3);
	put_str(&t, "a"); put_int(&t, 1);
	put_int(&t, 9); put_str(&t, "x");
	put_value(&payload, KTAP_T_TABLE, 0, t.data, t.len);
	record(KTAP_REC_PRINT, 0);
	prints("{9: x, 10: 3, a: 1, b: 2}\n", "a table in order");

	put_value(&payload, KTAP_T_TABLE, 1, t.data, t.len);
	record(KTAP_REC_PRINT, 0);
	prints("{9: x, 10: 3, a: 1, b: 2, ...}\n", "a table that was cut");

	put_value(&payload, KTAP_T_TUPLE, 0, t.data, 32);
	put_value(&payload, KTAP_T_TABLE, 0, "", 0);
	record(KTAP_REC_PRINT, 0);
	prints("b, 2\t{}\n", "a composite key, an empty table");

	index = 0xffff;
	put_value(&payload, KTAP_T_ADDR, 0, &index, 8);
	index = KTAP_BI_LEN;
	put_value(&payload, KTAP_T_BUILTIN, 0, &index, 8);
	put_value(&payload, KTAP_T_STR, 1, "cut", 3);
	record(KTAP_REC_PRINT, 0);
	prints("0xffff\tfunction: len\tcut...\n", "an address, a builtin, a cut string");
	buf_free(&t);
}

static void put_stack_of(struct buf *b, uint8_t tag, struct ktap_stack whose, const uint64_t *frames,
			 size_t n)
{
	struct buf body = { 0 };

	buf_add(&body, &whose, sizeof(whose));
	if (n)
		buf_add(&body, frames, n * sizeof(*frames));
	put_value(b, tag, 0, body.data, body.len);
	buf_free(&body);
}

static void put_stack(struct buf *b, uint8_t tag, uint8_t user, const uint64_t *frames, size_t n)
{
	put_stack_of(b, tag, (struct ktap_stack){ .user = user, .pid = user ? 77 : 0 }, frames, n);
}

static void put_cut(struct buf *b, enum ktap_stack_end end, const uint64_t *frames, size_t n)
{
	put_stack_of(b, KTAP_T_STACK, (struct ktap_stack){ .user = 1, .pid = 77, .end = end }, frames, n);
}

static void test_stacks(void)
{
	const uint64_t frames[] = { 0x10, 0x20, 0x30 };

	put_stack(&payload, KTAP_T_STACK, 0, frames, 3);
	record(KTAP_REC_PRINT, 0);
	prints("    0x10\n    0x20\n    0x30\n", "a stack, a frame a line");

	put_str(&payload, "before");
	put_stack(&payload, KTAP_T_STACK, 1, frames, 2);
	put_str(&payload, "behind");
	record(KTAP_REC_PRINT, 0);
	prints("before\n    0x10\n    0x20\tbehind\n", "a stack among values begins a line");

	put_stack(&payload, KTAP_T_STACK, 0, NULL, 0);
	put_stack(&payload, KTAP_T_STACK, 1, NULL, 0);
	put_stack(&payload, KTAP_T_UADDR, 1, frames, 1);
	record(KTAP_REC_PRINT, 0);
	prints("    [no stack]\n    [no user stack]\t0x10\n", "stacks without frames, an address");

	put_cut(&payload, KTAP_STACK_BARE, frames, 2);
	put_cut(&payload, KTAP_STACK_UNREAD, frames, 1);
	record(KTAP_REC_PRINT, 0);
	prints("    0x10\n    0x20\n    [no frame pointers or .eh_frame here]\n"
	       "    0x10\n    [.eh_frame not read yet]\n", "stacks that are cut say why");

	put_str(&payload, "%s!%s.\n");
	put_stack(&payload, KTAP_T_STACK, 0, frames, 1);
	put_stack(&payload, KTAP_T_STACK, 0, frames, 1);
	record(KTAP_REC_PRINTF, 0);
	prints("    0x10!\n    0x10.\n", "stacks in a format");

	put_u64(&payload, 9);
	put_stack(&payload, KTAP_T_STACK, 0, frames, 2);
	put_int(&payload, 3);
	record(KTAP_REC_HIST_ROW, 0);
	put_u64(&payload, 9);
	put_u64(&payload, 0);
	put_u64(&payload, 0);
	record(KTAP_REC_HIST_END, 0);
	prints("                          value ------------- Distribution ------------- count\n"
	       "    0x10\n    0x20\n"
	       "                                 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 3\n",
	       "a stack in a chart: its bar on a line of its own");
}

/* #: time(format) prints the wall-clock time of its place in the output, by strftime's format */
static void test_times(void)
{
	const uint64_t decade = 3652 * 86400ull;
	time_t later = time(NULL) + decade;
	struct timespec now;
	char year[32];

	setenv("TZ", "UTC0", 1);
	put_tag(&payload, KTAP_T_NIL);
	record(KTAP_REC_TIME, 1234567890123);
	prints(" 1234.567890\n", "the trace's clock");

	clock_gettime(CLOCK_MONOTONIC, &now);
	strftime(year, sizeof(year), "in %Y", gmtime(&later));
	put_str(&payload, "in %Y");
	record(KTAP_REC_TIME, (now.tv_sec + decade) * 1000000000);
	prints(year, "the wall clock, ten years ahead");

	put_str(&payload, "");
	record(KTAP_REC_TIME, 0);
	put_str(&payload, "100%% %Q|");
	record(KTAP_REC_TIME, 0);
	prints("100% %Q|", "no format, and one of text");
}

static void chart_row(uint64_t id, const char *key, int64_t n)
{
	put_u64(&payload, id);
	put_str(&payload, key);
	put_int(&payload, n);
	record(KTAP_REC_HIST_ROW, 0);
}

static void chart_edge(uint16_t kind, uint64_t id, uint64_t n)
{
	put_u64(&payload, id);
	put_u64(&payload, n);
	record(kind, 0);
}

#define HEADING "                          value ------------- Distribution ------------- count\n"

static void test_charts(void)
{
	chart_edge(KTAP_REC_HIST_BEGIN, 1, 0);
	chart_row(1, "rest", 279);
	chart_row(1, "sys_enter_select", 179);
	chart_row(1, "sys_enter_read", 596);
	chart_edge(KTAP_REC_HIST_END, 1, 0);
	prints(HEADING
	       "                  sys_enter_read |@@@@@@@@@@@@@@@@@@@@@@                 596\n"
	       "                            rest |@@@@@@@@@@                             279\n"
	       "                sys_enter_select |@@@@@@                                 179\n",
	       "a chart, ranked");

	chart_edge(KTAP_REC_HIST_BEGIN, 1, 2);
	chart_row(1, "b", 1);
	chart_row(1, "c", 1);
	chart_edge(KTAP_REC_HIST_BEGIN, 2, 0);
	chart_row(1, "a", 1);
	chart_row(2, "other", 5);
	chart_edge(KTAP_REC_HIST_END, 1, 0);
	chart_edge(KTAP_REC_HIST_END, 2, 0);
	prints(HEADING
	       "                               a |@@@@@@@@@@@@@                          1\n"
	       "                               b |@@@@@@@@@@@@@                          1\n"
	       "                             ...\n"
	       HEADING
	       "                           other |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@ 5\n",
	       "two charts at once, ties by name, rows left out");

	chart_edge(KTAP_REC_HIST_BEGIN, 1, 0);
	chart_row(1, "minus", -3);
	chart_row(1, "zero", 0);
	prints(HEADING
	       "                            zero |                                       0\n"
	       "                           minus |                                       -3\n"
	       "                             ...\n",
	       "a chart without an end, of nothing positive");
}

static void test_many_rows(void)
{
	char *text = NULL, key[16];
	size_t len = 0, lines = 0;
	FILE *file = open_memstream(&text, &len);
	const struct ktap_printer_opts opts = { .out = file, .err = file };
	struct ktap_printer p;

	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		chart_row(1, key, INT64_MAX);
	}
	chart_edge(KTAP_REC_HIST_END, 1, 0);
	ktap_printer_init(&p, &opts);
	ktap_print_records(&p, stream.data, stream.len);
	ktap_printer_exit(&p);
	fclose(file);
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	is(lines, 22, "heading, twenty rows, dots; sums beyond 64 bits");
	free(text);
	stream.len = 0;
}

static void test_errors(void)
{
	struct ktap_rec_error e = { .code = KTAP_E_R_COMPARE };

	put_str(&payload, "before");
	record(KTAP_REC_PRINT, 0);
	buf_add(&payload, &e, sizeof(e));
	put_str(&payload, "nil");
	put_str(&payload, "integer");
	record(KTAP_REC_ERROR, 0);
	put_str(&payload, "after");
	record(KTAP_REC_PRINT, 0);
	prints("before\nktap: cannot compare nil with integer\nafter\n",
	       "an error, in its place, with its arguments");

	put_u64(&payload, 3);
	record(KTAP_REC_LOST, 0);
	prints("ktap: 3 records lost here\n", "a gap");
}

static void put_throttle(uint32_t cpu, uint32_t was, uint32_t every)
{
	const struct ktap_rec_throttle t = { .cpu = cpu, .percent = 5, .was = was, .every = every };

	buf_add(&payload, &t, sizeof(t));
	record(KTAP_REC_THROTTLE, 0);
}

static void test_throttle(void)
{
	put_throttle(3, 1, 2);
	put_throttle(3, 2, 4);
	put_throttle(3, 4, 1);
	prints("ktap: handlers take more than 5 % of CPU 3: there events are skipped (--max-cpu PERCENT)\n"
	       "ktap: all events of CPU 3 are handled again\n", "what handlers take, where it begins and ends");
}

static void test_stamps(void)
{
	stamps = true;
	put_str(&payload, "a ");
	record(KTAP_REC_PRINTF, 1000002000);
	put_str(&payload, "b\nc\n");
	record(KTAP_REC_PRINTF, 2000003000);
	prints("    1.000002 a b\n    2.000003 c\n", "the time before each line");
	stamps = false;
}

static void test_exit(void)
{
	FILE *null = fopen("/dev/null", "w");
	const struct ktap_printer_opts opts = { .out = null, .err = null };
	struct ktap_printer p;

	put_u64(&payload, 5);
	record(KTAP_REC_EXIT, 0);
	put_u64(&payload, 6);
	record(KTAP_REC_EXIT, 0);
	ktap_printer_init(&p, &opts);
	ktap_print_records(&p, stream.data, stream.len);
	ok(p.exited && p.exit_code == 5, "the first exit() gives the code");
	is(p.records, 2, "records are counted");
	ktap_printer_exit(&p);
	stream.len = 0;
	fclose(null);
}

static void test_full_disk(void)
{
	FILE *full = fopen("/dev/full", "w");
	const struct ktap_printer_opts opts = { .out = full, .err = stdout };
	struct ktap_printer p;

	if (!full) {
		ok(true, "output that cannot be written # SKIP no /dev/full");
		return;
	}
	put_str(&payload, "x");
	record(KTAP_REC_PRINT, 0);
	ktap_printer_init(&p, &opts);
	ktap_print_records(&p, stream.data, stream.len);
	ktap_print_flush(&p);
	ok(p.write_error, "output that cannot be written is noticed");
	ktap_printer_exit(&p);
	stream.len = 0;
	fclose(full);
}

/* --- in one pass, and record by record --- */

static struct buf one_by_one(const struct buf *bytes, struct ktap_printer *p)
{
	const char *at = bytes->data, *end = at + bytes->len, *error;
	enum decode_status status = DECODE_OK;
	struct rec rec;

	for (; at < end && status != DECODE_BAD_STREAM; at += rec.len) {
		status = rec_decode(at, end - at, &rec, &error);
		if (status == DECODE_OK)
			ktap_print_record(p, &rec, KTAP_CPU_UNKNOWN);
		else
			ktap_print_damage(p, error, KTAP_CPU_UNKNOWN);
	}
	return p->pending;
}

/* Whether both ways say the same of bytes in memory of their own size. */
static bool agree(const struct buf *b)
{
	FILE *nowhere = fopen("/dev/null", "w");
	const struct ktap_printer_opts opts = { .out = nowhere, .err = nowhere };
	struct buf exact = { .data = malloc(b->len + !b->len), .len = b->len }, want;
	struct ktap_printer slow, quick;
	bool same;

	memcpy(exact.data, b->data, b->len);
	ktap_printer_init(&slow, &opts);
	ktap_printer_init(&quick, &opts);
	want = one_by_one(&exact, &slow);
	ktap_print_records(&quick, exact.data, exact.len);
	same = quick.records == slow.records && quick.damaged == slow.damaged && quick.lost == slow.lost &&
	       quick.pending.len == want.len && (!want.len || !memcmp(quick.pending.data, want.data, want.len));
	ktap_printer_exit(&slow);
	ktap_printer_exit(&quick);
	fclose(nowhere);
	free(exact.data);
	return same;
}

/* Lines of all lengths, of which some are not made in one pass. */
static void some_lines(struct buf *b)
{
	const char *const formats[] = { "%d %s\n", "%s", "a long text, then %d%% of %s, and more behind it\n",
					"%5d|%s\n", "%d", "none\n", "" };
	const char *const texts[] = { "", "a", "seven..", "eight...", "sixteen bytes...", "more than sixteen bytes" };

	for (size_t i = 0; i < 42; i++) {
		put_str(&payload, formats[i % 7]);
		put_int(&payload, i % 2 ? -(int64_t)i * 999999937 : (int64_t)(i * i));
		if (i % 5)
			put_str(&payload, texts[i % 6]);
		put_record(b, i % 4 ? KTAP_REC_PRINTF : KTAP_REC_PRINT, 1000 + i, &payload);
		payload.len = 0;
	}
}

static void test_one_pass(void)
{
	struct buf b = { 0 };
	size_t differ = 0;

	some_lines(&b);
	ok(agree(&b), "lines made in one pass are those of records one by one");
	for (size_t bit = 0; bit < 8 * b.len; bit++) {
		b.data[bit / 8] ^= 1 << bit % 8;
		differ += !agree(&b);
		b.data[bit / 8] ^= 1 << bit % 8;
	}
	ok(!differ, "whichever bit of %zu bytes is wrong", b.len);
	for (; b.len; b.len--)
		differ += !agree(&b);
	ok(!differ, "and wherever they end");
	buf_free(&b);
}

/* Powers of ten, and their neighbours. */
static void test_numbers(void)
{
	struct buf want = { 0 };

	for (int64_t n = 1; ; n *= 10) {
		for (int64_t i = n - 1; i <= n + 1; i++) {
			put_int(&payload, i);
			put_int(&payload, -i);
			buf_printf(&want, "%lld\t%lld\t", (long long)i, (long long)-i);
		}
		if (n > INT64_MAX / 10)
			break;
	}
	put_int(&payload, INT64_MAX);
	put_int(&payload, INT64_MIN);
	buf_printf(&want, "%lld\t%lld\n", (long long)INT64_MAX, (long long)INT64_MIN);
	record(KTAP_REC_PRINT, 0);
	buf_putc(&want, 0);
	prints(want.data, "numbers of all lengths");
	buf_free(&want);
}

int main(void)
{
	test_values();
	test_numbers();
	test_one_pass();
	test_stacks();
	test_times();
	test_charts();
	test_many_rows();
	test_errors();
	test_throttle();
	test_stamps();
	test_exit();
	test_full_disk();
	buf_free(&stream);
	buf_free(&payload);
	return tap_done();
}
