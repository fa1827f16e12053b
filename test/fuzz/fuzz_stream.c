// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_stream.c - the stream of a device (ktap/stream.h), written by the writer that
 * ktap-run has, rendered as it is and with bytes changed, parts cut off, left out and
 * doubled, as text and as JSON. As it is it gives what was printed; cut off it is never
 * taken for whole. The sanitizers judge the rest.
 *
 *   fuzz_stream ROUNDS SEED LAST
 *
 * The fixture's event formats are those of the device. LAST is what was tried last.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/bytecode.h>
#include <ktap/stream.h>

#include "event/resolve.h"
#include "lib/compile.h"
#include "lib/libktap.h"
#include "random.h"
#include "records.h"
#include "output/raw.h"
#include "util/text.h"

#define EXPECTED "7\tsh\nsys_close(fd: 2a)\nvalue 5\n"

static struct dice dice;
static struct { unsigned long whole, refused; } seen;

static void fail(const char *what)
{
	printf("%s\n", what);
	exit(1);
}

/* --- a stream --- */

static void no_flush(void *arg)
{
	(void)arg;
}

static void attach(struct event_catalog *c, struct probes *probes, const char *text, uint32_t id)
{
	const struct event_query query = { .text = text };
	struct event_list list;
	struct buf why = { 0 };

	if (event_resolve(c, &query, &list, &why))
		fail(text_cstr(&why));
	list.at[0].probe = id;
	probes_begin(probes);
	probes_end(probes, &list, 0, 1);
	event_list_free(&list);
}

static void add(struct raw *raw, uint16_t kind, uint16_t probe, uint64_t time, const struct buf *payload)
{
	struct buf bytes = { 0 };
	const char *error;
	struct rec rec;

	put_record(&bytes, kind, time, payload);
	if (rec_decode(bytes.data, bytes.len, &rec, &error) != DECODE_OK)
		fail(error);
	rec.probe = probe;
	raw_record(raw, &rec, probe & 1);
	buf_free(&bytes);
}

static void add_records(struct raw *raw)
{
	const uint64_t words[7] = { 3, 42 };
	struct buf payload = { 0 };

	put_int(&payload, 7);
	put_str(&payload, "sh");
	add(raw, KTAP_REC_PRINT, 0, 1000, &payload);
	payload.len = 0;
	put_evtext(&payload, 1, words, sizeof(words));
	add(raw, KTAP_REC_PRINT, 1, 2000, &payload);
	payload.len = 0;
	put_str(&payload, "value %d\n");
	put_int(&payload, 5);
	add(raw, KTAP_REC_PRINTF, 1, 3000, &payload);
	buf_free(&payload);
}

static struct buf make_stream(void)
{
	const struct ktap_compile_opts opts = { .size = sizeof(opts), .name = "device.kp",
						.text = "print(1)", .text_len = 8 };
	struct ktap_diag diag = { .out = stderr };
	struct event_catalog c = { 0 };
	struct ktap_image_buf bytes;
	struct buf out = { 0 }, why = { 0 }, device = { 0 };
	struct probes probes;
	struct image image;
	struct raw raw;

	if (ktap_compile(&opts, &diag, &bytes) || image_open(&image, bytes.data, bytes.len, &why) ||
	    catalog_need_tracefs(&c, &why))
		fail("there is no program or no fixture");
	probes_init(&probes);
	attach(&c, &probes, "sched:sched_switch", 0);
	attach(&c, &probes, "syscalls:sys_enter_close", 1);
	raw = (struct raw){ .out = &out, .flush = no_flush, .probes = &probes, .tracefs = &c.tracefs };
	text_str(&device, "release: 6.1\n");
	raw_begin(&raw, &image, &device);
	add_records(&raw);
	raw_damage(&raw, "a record is damaged", 0);
	raw_end(&raw, 0, 0, 0);
	raw_free(&raw);
	probes_exit(&probes);
	catalog_close(&c);
	ktap_image_free(&bytes);
	buf_free(&device);
	return out;
}

/* --- rendering --- */

static int render(const struct buf *stream, bool json, struct buf *out, struct buf *why)
{
	char *text = NULL;
	size_t len = 0;
	struct ktap_render_opts opts = { .in = fmemopen(stream->data, stream->len, "r"),
					 .out = open_memstream(&text, &len), .err = fopen("/dev/null", "w"),
					 .json = json };
	int code = ktap_stream__render(&opts, why);

	fclose(opts.in);
	fclose(opts.out);
	fclose(opts.err);
	buf_add(out, text, len);
	free(text);
	if (code && code != KTAP_EXIT_SCRIPT)
		fail("another status than 0 and 1");
	return code;
}

/* Damage is in it, so it is a failure also as it is; but a whole one. */
static void check_whole(const struct buf *stream)
{
	struct buf out = { 0 }, why = { 0 };

	if (render(stream, false, &out, &why) != KTAP_EXIT_SCRIPT || why.len)
		fail("the stream as it is: not the failure that its damage is");
	if (strcmp(text_cstr(&out), EXPECTED))
		fail(text_cstr(&out));
	buf_free(&out);
	buf_free(&why);
}

/* Wherever it ends before its end, that is said. */
static void check_cuts(const struct buf *stream)
{
	for (size_t len = 1; len < stream->len; len += 1 + pick(&dice, stream->len / 40)) {
		struct buf cut = { 0 }, out = { 0 }, why = { 0 };

		buf_add(&cut, stream->data, len);
		if (!render(&cut, false, &out, &why) || !why.len)
			fail("a stream that is cut off passes for whole");
		buf_free(&cut);
		buf_free(&out);
		buf_free(&why);
	}
}

/* --- changes --- */

static void change_bytes(struct buf *b)
{
	for (unsigned int n = 1 + pick(&dice, 4); n; n--)
		b->data[pick(&dice, b->len)] = (char)any(&dice);
}

/* A word of 4 bytes where the format has such words. */
static void change_word(struct buf *b)
{
	uint32_t word = (uint32_t)odd_number(&dice);

	memcpy(b->data + (pick(&dice, b->len / 4) * 4), &word, sizeof(word));
}

static void double_part(struct buf *b)
{
	size_t at = pick(&dice, b->len / 8) * 8, len = pick(&dice, (b->len - at) / 8) * 8;
	struct buf changed = { 0 };

	buf_add(&changed, b->data, at + len);
	buf_add(&changed, b->data + at, b->len - at);
	buf_free(b);
	*b = changed;
}

static void drop_part(struct buf *b)
{
	size_t at = pick(&dice, b->len / 8) * 8, len = pick(&dice, (b->len - at) / 8) * 8;

	memmove(b->data + at, b->data + at + len, b->len - at - len);
	b->len -= len;
}

static void change(struct buf *b)
{
	static void (*const kinds[])(struct buf *b) = { change_bytes, change_word, change_word, double_part, drop_part };

	for (unsigned int n = 1 + pick(&dice, 3); n && b->len > 64; n--)
		kinds[pick(&dice, sizeof(kinds) / sizeof(*kinds))](b);
}

static void keep(const char *name, const struct buf *b)
{
	FILE *f = fopen(name, "we");

	if (!f || fwrite(b->data, 1, b->len, f) != b->len || fclose(f))
		fail(name);
}

static void try(const struct buf *stream, const char *last)
{
	struct buf changed = { 0 }, out = { 0 }, why = { 0 };

	buf_add(&changed, stream->data, stream->len);
	change(&changed);
	keep(last, &changed);
	render(&changed, once_in(&dice, 2), &out, &why);
	*(why.len ? &seen.refused : &seen.whole) += 1;
	buf_free(&changed);
	buf_free(&out);
	buf_free(&why);
}

int main(int argc, char **argv)
{
	unsigned int rounds = argc > 3 ? (unsigned int)atoi(argv[1]) : 0;
	struct buf stream;

	if (!rounds)
		return 2;
	dice_seed(&dice, strtoull(argv[2], NULL, 0));
	stream = make_stream();
	keep(argv[3], &stream);
	check_whole(&stream);
	check_cuts(&stream);
	for (unsigned int i = 0; i < rounds; i++)
		try(&stream, argv[3]);
	buf_free(&stream);
	if (!seen.refused || !seen.whole)
		fail("nothing was refused, or everything");
	printf("%u changed streams: %lu refused, %lu rendered\n", rounds, seen.refused, seen.whole);
	return 0;
}
