// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz_records.c - the reader's half, on bytes that no module writes: records of real
 * scripts, some of their bytes changed, by themselves and in rings with nonsense in their
 * control pages. They are decoded, merged and printed, as text and as JSON, each line of
 * which must be JSON. The sanitizers judge the rest.
 *
 *   fuzz_records ROUNDS SEED LAST FILE...
 *
 * A FILE is a script, or a corpus file NAME.rec. LAST is where the bytes under way are kept.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "lib/compile.h"
#include "random.h"
#include "output/merge.h"
#include "output/print.h"
#include "output/print_form.h"
#include "../tool/simrun.h"

#define SLOW		20	/* seconds after which printing is said to have no end */
#define MAX_BYTES	(24u << 10)
#define RINGS		3
#define RING_BYTES	(8u << 10)

struct input {
	const char *name;
	struct buf records;
	struct ktap_image_buf image;
};

static struct dice dice;
static FILE *nowhere;
static struct { unsigned long records, damaged, lines, merged; } seen;

/* --- what to change --- */

static bool is_record(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".rec");
}

static void read_records(struct input *in)
{
	FILE *f = fopen(in->name, "re");
	char bytes[4096];
	size_t n;

	while (f && (n = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_add(&in->records, bytes, n);
	if (f)
		fclose(f);
}

/* The records of a script are what it writes on the userspace host. */
static void make_records(struct input *in)
{
	struct ktap_compile_opts opts = { .size = sizeof(opts), .name = in->name,
					  .library = "../../scripts/lib" };
	struct simrun r = { .out = nowhere, .err = nowhere, .mem_limit = 4 << 20, .rounds = 2, .max_steps = 20000,
			    .patience = 4, .records = &in->records, .now = 1000000000, .tick = 1000 };
	struct ktap_diag diag = { 0 };
	struct ktap_error_info err;
	struct kp_prog *prog;

	if (ktap_compile(&opts, &diag, &in->image))
		return;
	if (kp_prog_load(in->image.data, in->image.len, 1, &prog, &err) || kp_verify(prog, &err))
		abort();
	simrun(prog, &r);
	kp_prog_free(prog);
}

/* --- changing --- */

static void change_bit(char *p, size_t *len)
{
	p[pick(&dice, (uint32_t)*len)] ^= (char)(1 << pick(&dice, 8));
}

/* Headers are words: a length, a count, an offset becomes another. */
static void change_word(char *p, size_t *len)
{
	uint32_t word = (uint32_t)odd_number(&dice), at = 4 * pick(&dice, (uint32_t)*len / 4);

	if (once_in(&dice, 2)) {
		memcpy(&word, p + at, sizeof(word));
		word += 8 * (pick(&dice, 9) - 4);
	}
	if (at + sizeof(word) <= *len)
		memcpy(p + at, &word, sizeof(word));
}

/* The tag of a value, or what looks like one. */
static void change_tag(char *p, size_t *len)
{
	p[8 * pick(&dice, (uint32_t)*len / 8)] = (char)pick(&dice, KTAP_T__MAX + 1);
}

static void copy_piece(char *p, size_t *len)
{
	uint32_t words = (uint32_t)*len / 8, from = pick(&dice, words), to = pick(&dice, words);
	uint32_t n = 1 + pick(&dice, 16), room = words - (from > to ? from : to);

	memmove(p + 8 * to, p + 8 * from, 8 * (n < room ? n : room));
}

static void cut(char *p, size_t *len)
{
	(void)p;
	if (once_in(&dice, 4))
		*len = pick(&dice, (uint32_t)*len + 1);
}

static void (*const change[])(char *p, size_t *len) = {
	change_bit, change_word, change_word, change_tag, change_tag, copy_piece, cut,
};

static struct buf changed(const struct input *in)
{
	size_t len = in->records.len, from = 0;
	struct buf b = { 0 };
	unsigned int n = 1 + pick(&dice, 6);

	if (len > MAX_BYTES) {
		from = 8 * pick(&dice, (uint32_t)(len - MAX_BYTES) / 8);	/* inside a record, mostly */
		len = MAX_BYTES;
	}
	buf_add(&b, in->records.data + (once_in(&dice, 8) ? from : 0), len);
	while (n-- && b.len >= 8)
		change[pick(&dice, sizeof(change) / sizeof(change[0]))](b.data, &b.len);
	return b;
}

/* --- reading --- */

static void some_event(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out)
{
	(void)arg;
	buf_printf(out, "event %u of %zu", probe, len);
	if (len)
		buf_add(out, bytes, 1);
}

static void check_lines(const char *text, size_t len)
{
	while (len) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;

		seen.lines++;
		if (!json_is(text, n)) {
			printf("no JSON: %.*s\n", (int)n, text);
			exit(1);
		}
		n += end != NULL;
		text += n;
		len -= n;
	}
}

struct reading {
	struct ktap_printer p;
	FILE *to;
	char *text;
	size_t len;
	bool json;
};

static void begin(struct reading *r, const struct image *names, bool json)
{
	struct ktap_printer_opts opts = { .form = json ? &print_json : &print_text,
					  .names = { .image = names, .event = some_event },
					  .stamps = once_in(&dice, 2), .color = once_in(&dice, 2) };

	*r = (struct reading){ .json = json };
	r->to = open_memstream(&r->text, &r->len);
	opts.out = r->to;
	opts.err = nowhere;
	ktap_printer_init(&r->p, &opts);
}

static void end(struct reading *r)
{
	ktap_printer_finish(&r->p);
	seen.records += r->p.records;
	seen.damaged += r->p.damaged;
	ktap_printer_exit(&r->p);
	fclose(r->to);
	if (r->json)
		check_lines(r->text, r->len);
	free(r->text);
}

/* In memory of its own size, so that a byte beyond is seen. */
static void read_alone(const struct buf *b, const struct image *names, bool json)
{
	char *exact = malloc(b->len + !b->len);
	struct reading r;

	if (b->len)
		memcpy(exact, b->data, b->len);
	begin(&r, names, json);
	ktap_print_records(&r.p, exact, b->len);
	end(&r);
	free(exact);
}

static void on_record(void *arg, const struct rec *rec, int cpu)
{
	seen.merged++;
	ktap_print_record(&((struct reading *)arg)->p, rec, cpu);
}

static void on_stretch(void *arg, struct stretch *s)
{
	size_t before = s->count;

	ktap_print_stretch(&((struct reading *)arg)->p, s);
	seen.merged += s->count - before;
}

static void on_damage(void *arg, const char *error, int cpu)
{
	ktap_print_damage(&((struct reading *)arg)->p, error, cpu);
}

/* The control page tells the truth, mostly. */
static void publish(struct ktap_ring_page *page, uint64_t head)
{
	page->head = once_in(&dice, 10) ? odd_number(&dice) : head;
	page->busy = once_in(&dice, 3);
	if (once_in(&dice, 10))
		page->size = (uint32_t)odd_number(&dice);
	if (once_in(&dice, 10))
		page->tail = odd_number(&dice);
}

static void read_merged(const struct buf *b, const struct image *names, bool json)
{
	struct ktap_ring_page page[RINGS] = { 0 };
	struct ring ring[RINGS];
	struct merge m;
	struct reading r;
	struct merge_sink sink = { .arg = &r, .stretch = on_stretch, .record = on_record, .damage = on_damage };
	uint64_t rounds = 1 + pick(&dice, 4);

	for (int i = 0; i < RINGS; i++) {
		uint8_t *data = calloc(1, RING_BYTES);

		for (size_t at = 0; b->len && at < RING_BYTES; at += b->len)
			memcpy(data + at, b->data, b->len < RING_BYTES - at ? b->len : RING_BYTES - at);
		ring[i] = (struct ring){ .page = &page[i], .data = data, .size = RING_BYTES, .cpu = i };
	}
	begin(&r, names, json);
	merge_init(&m, ring, RINGS);
	for (uint64_t i = 1; i <= rounds; i++) {
		for (int k = 0; k < RINGS; k++)
			publish(&page[k], i * 8 * pick(&dice, RING_BYTES / 8));
		merge_drain(&m, once_in(&dice, 4) ? odd_number(&dice) : i * 1000000000, i == rounds, &sink);
	}
	merge_exit(&m);
	end(&r);
	for (int i = 0; i < RINGS; i++)
		free((void *)ring[i].data);
}

static void keep(const char *path, const struct buf *b)
{
	FILE *f = fopen(path, "we");

	if (!f || (b->len && fwrite(b->data, b->len, 1, f) != 1) || fclose(f)) {
		perror(path);
		exit(2);
	}
}

static void try(const struct buf *b, const struct image *names)
{
	bool json = once_in(&dice, 2);

	alarm(SLOW);
	read_alone(b, names, json);
	read_merged(b, names, !json);
	alarm(0);
}

static void fuzz_one(const struct input *in, const char *last)
{
	struct buf b = changed(in), why = { 0 };
	struct image names;
	bool named = in->image.len && !image_open(&names, in->image.data, in->image.len, &why);

	keep(last, &b);
	try(&b, named ? &names : NULL);
	buf_free(&why);
	buf_free(&b);
}

int main(int argc, char **argv)
{
	unsigned int rounds, n = 0;
	struct input *in;

	nowhere = fopen("/dev/null", "we");
	if (argc < 5 || !nowhere)
		return 2;
	rounds = (unsigned int)atoi(argv[1]);
	dice_seed(&dice, strtoull(argv[2], NULL, 0));
	in = calloc((size_t)argc, sizeof(*in));
	for (int i = 4; i < argc; i++) {
		in[n].name = argv[i];
		if (is_record(argv[i])) {
			read_records(&in[n]);
			try(&in[n].records, NULL);
		} else {
			make_records(&in[n]);
		}
		if (in[n].records.len)
			n++;
		else
			ktap_image_free(&in[n].image);	/* it prints nothing */
	}
	for (unsigned int i = 0; i < rounds; i++)
		fuzz_one(&in[pick(&dice, n)], argv[3]);
	printf("%u changed outputs of %u scripts: %lu records printed, %lu damaged, %lu merged, %lu lines of JSON\n",
	       rounds, n, seen.records, seen.damaged, seen.merged, seen.lines);
	while (n--) {
		buf_free(&in[n].records);
		ktap_image_free(&in[n].image);
	}
	free(in);
	fclose(nowhere);
	return !(seen.records && seen.damaged && seen.merged && seen.lines);
}
