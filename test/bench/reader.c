// SPDX-License-Identifier: GPL-2.0
/*
 * reader.c - how many lines a second the reader prints: the merge of the rings and the
 * printer, on records as the module leaves them, in rings of the default size that are
 * half full when the reader comes. The output goes to a file, over and over.
 *
 *   reader FILE LINES [FORM]    LINES of each form: nanoseconds of processor time a line,
 *                               lines a second
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <ktap/limits.h>

#include "output/merge.h"
#include "output/print.h"
#include "records.h"

#define CPUS	2

static struct ktap_ring_page page[CPUS];
static uint8_t *bytes[CPUS];
static struct merge merge;
static struct ktap_printer printer;
static uint64_t clock_ns = 1000000000;
static size_t damaged;

/* --- what handlers print --- */

static void counted(struct buf *b, unsigned long n)
{
	put_str(b, "%d %s\n");
	put_int(b, 100 + n % 900);
	put_str(b, "workload");
}

static void columns(struct buf *b, unsigned long n)
{
	put_str(b, "%-6d %-16s %4d %s\n");
	put_int(b, 100 + n % 30000);
	put_str(b, "systemd-journal");
	put_int(b, n % 100);
	put_str(b, "/usr/lib/x86_64-linux-gnu/libc.so.6");
}

static void hexadecimal(struct buf *b, unsigned long n)
{
	put_str(b, "%x %p %08x\n");
	put_int(b, n);
	put_int(b, 0x7f0000000000 + n * 4096);
	put_int(b, n * 2654435761u);
}

static void printed(struct buf *b, unsigned long n)
{
	put_int(b, 100 + n % 900);
	put_str(b, "workload");
	put_int(b, n);
}

static const struct form {
	const char *name, *shown;
	uint16_t kind;
	void (*values)(struct buf *b, unsigned long n);
} forms[] = {
	{ "line", "printf(\"%d %s\\n\")", KTAP_REC_PRINTF, counted },
	{ "columns", "printf(\"%-6d %-16s %4d %s\\n\")", KTAP_REC_PRINTF, columns },
	{ "hexadecimal", "printf(\"%x %p %08x\\n\")", KTAP_REC_PRINTF, hexadecimal },
	{ "values", "print(number, string, number)", KTAP_REC_PRINT, printed },
};

/* --- the module's side --- */

/* Puts a record into a ring, as the module does: never across the end. */
static void publish(unsigned int cpu, const struct buf *rec)
{
	__u64 *head = &page[cpu].head;
	uint64_t at = *head % KTAP_DEF_RING;
	struct ktap_rec pad = { .len = KTAP_DEF_RING - at, .kind = KTAP_REC_PAD };

	if (at + rec->len > KTAP_DEF_RING) {
		memcpy(bytes[cpu] + at, &pad, 8);
		*head += pad.len;
		at = 0;
	}
	memcpy(bytes[cpu] + at, rec->data, rec->len);
	*head += rec->len;
}

/* Each processor writes some records, then another. How many. */
static unsigned long fill(const struct form *form, unsigned long room, unsigned long from)
{
	struct buf values = { 0 }, rec = { 0 };
	unsigned long n = 0;

	for (; n < room && page[0].head - page[0].tail < KTAP_DEF_RING / 2; n++) {
		values.len = rec.len = 0;
		form->values(&values, from + n);
		put_record(&rec, form->kind, clock_ns += 100, &values);
		publish(n / 8 % CPUS, &rec);
	}
	buf_free(&values);
	buf_free(&rec);
	return n;
}

/* --- the reader's --- */

static void on_record(void *arg, const struct rec *rec, int cpu)
{
	ktap_print_record(arg, rec, cpu);
}

static void on_stretch(void *arg, struct stretch *s)
{
	ktap_print_stretch(arg, s);
}

static void on_damage(void *arg, const char *error, int cpu)
{
	(void)arg, (void)error, (void)cpu;
	damaged++;
}

static void begin(FILE *out)
{
	const struct ktap_printer_opts opts = { .out = out, .err = stderr };
	struct ring ring[CPUS];

	for (int i = 0; i < CPUS; i++) {
		page[i].size = KTAP_DEF_RING;
		bytes[i] = calloc(1, KTAP_DEF_RING);
		if (!bytes[i])
			exit(1);
		ring[i] = (struct ring){ .page = &page[i], .data = bytes[i], .size = KTAP_DEF_RING, .cpu = i };
	}
	merge_init(&merge, ring, CPUS);
	ktap_printer_init(&printer, &opts);
}

static void end(void)
{
	ktap_printer_exit(&printer);
	merge_exit(&merge);
	for (int i = 0; i < CPUS; i++)
		free(bytes[i]);
}

static double used_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void measure(const struct form *form, unsigned long lines)
{
	const struct merge_sink sink = { &printer, on_stretch, on_record, on_damage };
	unsigned long done = 0, shown = 0;
	double ns = 0, since;

	while (done < lines) {
		done += fill(form, lines - done, done);
		rewind(printer.opts.out);
		since = used_ns();
		shown += merge_drain(&merge, clock_ns + 2 * MERGE_SLACK_NS, false, &sink);
		ktap_print_flush(&printer);
		ns += used_ns() - since;
	}
	if (shown != lines || damaged || printer.write_error)
		exit(fprintf(stderr, "reader: %lu of %lu lines, %zu damaged\n", shown, lines, damaged));
	printf("%-12s %8.1f %12.0f   %s\n", form->name, ns / lines, lines * 1e9 / ns, form->shown);
}

int main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "w") : NULL;

	if (!out)
		return fprintf(stderr, "usage: reader FILE LINES [FORM]\n"), 2;
	begin(out);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (argc < 4 || !strcmp(argv[3], forms[i].name))
			measure(&forms[i], strtoul(argv[2], NULL, 10));
	end();
	return fclose(out) != 0;
}
