// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "records.h"
#include "output/decode.h"
#include "output/print_form.h"
#include "tap.h"

static enum decode_status decoded(const struct buf *b, struct rec *rec)
{
	const char *error = "";

	return rec_decode(b->data, b->len, rec, &error);
}

static struct buf record_of(uint16_t kind, struct buf *payload)
{
	struct buf b = { 0 };

	put_record(&b, kind, 42, payload);
	buf_free(payload);
	return b;
}

static void status_is(struct buf b, enum decode_status want, const char *name)
{
	struct rec rec;

	is(decoded(&b, &rec), want, "%s", name);
	buf_free(&b);
}

static void test_good(void)
{
	struct buf payload = { 0 }, b;
	struct value v;
	struct rec rec;

	put_int(&payload, -7);
	put_str(&payload, "hello");
	put_tag(&payload, KTAP_T_NIL);
	b = record_of(KTAP_REC_PRINT, &payload);
	is(decoded(&b, &rec), DECODE_OK, "a record of three values");
	is(rec.kind, KTAP_REC_PRINT, "its kind");
	is(rec.time_ns, 42, "its time");
	is(rec.len, b.len, "its length");
	ok(span_value(&rec.payload, &v) && v.tag == KTAP_T_INT && v.num == -7, "an integer");
	ok(span_value(&rec.payload, &v) && v.tag == KTAP_T_STR &&
	   v.bytes.end - v.bytes.at == 5 && !memcmp(v.bytes.at, "hello", 5), "a string");
	ok(span_value(&rec.payload, &v) && v.tag == KTAP_T_NIL, "nil");
	ok(!span_value(&rec.payload, &v), "and no more");
	buf_free(&b);
}

static void test_headers(void)
{
	struct buf b = { 0 }, none = { 0 };
	struct ktap_rec head = { .len = 8, .kind = KTAP_REC_PAD };

	status_is(b, DECODE_BAD_STREAM, "nothing at all");
	buf_add(&b, &head, 8);
	status_is(b, DECODE_OK, "filler of eight bytes");
	b = (struct buf){ 0 };
	head = (struct ktap_rec){ .len = 8, .kind = KTAP_REC_PRINT };
	buf_add(&b, &head, sizeof(head));
	status_is(b, DECODE_BAD_STREAM, "a length less than the header");
	b = (struct buf){ 0 };
	head.len = 20;
	buf_add(&b, &head, sizeof(head));
	buf_zeros(&b, 8);
	status_is(b, DECODE_BAD_STREAM, "a length that is no multiple of eight");
	b = (struct buf){ 0 };
	head.len = 32;
	buf_add(&b, &head, sizeof(head));
	status_is(b, DECODE_BAD_STREAM, "a length beyond the end");
	status_is(record_of(KTAP_REC__MAX, &none), DECODE_BAD_RECORD, "an unknown kind");
	status_is(record_of(KTAP_REC_LOST, &none), DECODE_BAD_RECORD, "a gap of no size");
	status_is(record_of(KTAP_REC_PRINTF, &none), DECODE_BAD_RECORD, "printf of no format");
	status_is(record_of(KTAP_REC_ERROR, &none), DECODE_BAD_RECORD, "an error of no code");
	status_is(record_of(KTAP_REC_TIME, &none), DECODE_BAD_RECORD, "a time of no format");
	status_is(record_of(KTAP_REC_THROTTLE, &none), DECODE_BAD_RECORD, "a rate of no processor");
	status_is(record_of(KTAP_REC_PRINT, &none), DECODE_OK, "print of nothing");
}

static void test_values(void)
{
	const struct ktap_val longer = { .tag = KTAP_T_STR, .len = 100 };
	static const uint8_t zeros[2048];
	const struct ktap_val huge = { .tag = KTAP_T_STR, .len = ~0u };
	struct buf p = { 0 }, t = { 0 };
	uint32_t four = 4;

	buf_add(&p, &longer, sizeof(longer));
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a string beyond the end");
	buf_add(&p, &huge, sizeof(huge));
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a string of 4 GiB");
	put_value(&p, KTAP_T_INT, 0, &four, 4);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "an integer of four bytes");
	put_value(&p, KTAP_T_EVTEXT, 0, &four, 4);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "an event's text without a head");
	put_tag(&p, KTAP_T_ITER);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "an iterator");
	put_int(&p, 1);
	status_is(record_of(KTAP_REC_PRINTF, &p), DECODE_BAD_RECORD, "printf whose format is a number");
	put_value(&p, KTAP_T_STACK, 0, zeros, sizeof(struct ktap_stack) - 8);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a stack of nobody");
	put_value(&p, KTAP_T_STACK, 0, zeros, sizeof(struct ktap_stack) + 4);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a stack of half a frame");
	put_value(&p, KTAP_T_STACK, 0, zeros, sizeof(struct ktap_stack) + 8 * 127);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_OK, "a stack of 127 frames");
	put_value(&p, KTAP_T_STACK, 0, zeros, sizeof(struct ktap_stack) + 8 * 128);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a stack of 128 frames");
	put_value(&p, KTAP_T_UADDR, 0, zeros, sizeof(struct ktap_stack));
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "an address of no number");
	put_int(&t, 1);
	put_value(&p, KTAP_T_TABLE, 0, t.data, t.len);
	status_is(record_of(KTAP_REC_PRINT, &p), DECODE_BAD_RECORD, "a table of half an entry");
	put_u64(&p, 1);
	put_str(&p, "key");
	put_str(&p, "no number");
	status_is(record_of(KTAP_REC_HIST_ROW, &p), DECODE_BAD_RECORD, "a row without a number");
	buf_free(&t);
}

static struct buf nested(unsigned int depth)
{
	struct buf inner = { 0 }, outer;

	put_int(&inner, 1);
	while (depth--) {
		outer = (struct buf){ 0 };
		put_value(&outer, KTAP_T_TUPLE, 0, inner.data, inner.len);
		buf_free(&inner);
		inner = outer;
	}
	return inner;
}

static void test_depth(void)
{
	struct buf shallow = nested(30), deep = nested(2000);

	status_is(record_of(KTAP_REC_PRINT, &shallow), DECODE_OK, "30 levels");
	status_is(record_of(KTAP_REC_PRINT, &deep), DECODE_BAD_RECORD, "2000 levels");
}

/* A stream of all kinds, some of its bytes changed, through the printer as well. */
static struct buf sample(void)
{
	struct buf b = { 0 }, p = { 0 }, t = { 0 };
	struct ktap_rec_error e = { .code = 1, .nframes = 2 };

	put_str(&t, "k");
	put_int(&t, 5);
	put_value(&p, KTAP_T_TABLE, 1, t.data, t.len);
	put_value(&p, KTAP_T_TUPLE, 0, t.data, t.len);
	put_evtext(&p, 3, "12345678", 8);
	put_record(&b, KTAP_REC_PRINT, 1, &p);
	p.len = 0;
	put_str(&p, "%5d %-8s %#x %c %*.*d|%s");
	for (int i = 0; i < 8; i++)
		put_int(&p, i * 1000);
	put_record(&b, KTAP_REC_PRINTF, 2, &p);
	p.len = 0;
	put_u64(&p, 7);
	put_str(&p, "row");
	put_int(&p, 10);
	put_record(&b, KTAP_REC_HIST_ROW, 3, &p);
	p.len = 0;
	put_u64(&p, 7);
	put_u64(&p, 0);
	put_record(&b, KTAP_REC_HIST_END, 4, &p);
	p.len = 0;
	buf_add(&p, &e, sizeof(e));
	put_str(&p, "x");
	put_record(&b, KTAP_REC_ERROR, 5, &p);
	buf_free(&p);
	buf_free(&t);
	return b;
}

static void test_noise(void)
{
	struct buf good = sample();
	FILE *null = fopen("/dev/null", "w");
	struct ktap_printer_opts opts = { .out = null, .err = null };
	struct ktap_printer p;
	unsigned int whole = 0;

	srand(2);
	for (unsigned int round = 0; round < 20000; round++) {
		size_t len = round % 3 ? good.len : (size_t)rand() % good.len;
		uint8_t *bytes = malloc(len + !len);

		memcpy(bytes, good.data, len);
		for (int n = rand() % 4; n && len; n--)
			bytes[rand() % len] = rand();
		opts.form = round % 2 ? &print_json : &print_text;
		ktap_printer_init(&p, &opts);
		whole += ktap_print_records(&p, bytes, len);
		ktap_printer_exit(&p);
		free(bytes);
	}
	ok(whole > 0, "damaged streams are survived, %u of 20000 to their end", whole);
	fclose(null);
	buf_free(&good);
}

int main(void)
{
	test_good();
	test_headers();
	test_values();
	test_depth();
	test_noise();
	return tap_done();
}
