/* SPDX-License-Identifier: GPL-2.0 */
/*
 * print.h - records → what the user reads, as text or as JSON (print_form.h). Output
 * goes to one stream, errors and gaps to another, in the order of the records: whatever
 * is written to one is flushed before the other is used.
 *
 * Works on plain bytes as well as behind the reader: see ktap_print_records().
 */
#ifndef RUN_PRINT_H
#define RUN_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "output/chart.h"
#include "output/decode.h"
#include "output/format.h"
#include "output/stretch.h"
#include "output/value.h"
#include "util/buf.h"

struct ledger;
struct print_form;

/* Where records go that somebody else prints; what they add to `pending` is flushed. */
struct print_raw {
	void *arg;
	void (*record)(void *arg, const struct rec *rec, int cpu);
	void (*damage)(void *arg, const char *error, int cpu);
};

/* The caller fills these; everything else begins as zeros. */
struct ktap_printer_opts {
	FILE *out, *err;
	const struct print_form *form;	/* NULL: text */
	struct value_names names;
	const struct print_raw *raw;	/* NULL: records are printed */
	const int64_t *wall_ns;		/* the wall clock's lead, where it is not this machine's */
	bool stamps;			/* the time before each line of text */
	bool color;			/* on err */
};

/* A place that failed, the line that told of it, and its message alone. */
struct printed_error {
	uint32_t code, func, pc;
	char *line, *message;
};

struct ktap_printer {
	struct ktap_printer_opts opts;
	struct buf pending;		/* for out, not written yet */
	struct buf scratch;
	struct { struct chart *at; unsigned int n, cap; } charts;
	struct { struct printed_error *at; unsigned int n, cap; } told;
	struct known_formats formats;
	bool straight;			/* what is printed is pending as it stands */
	bool mid_line;
	bool exited;			/* an EXIT record came */
	int write_error;		/* errno of the first failed write to out */
	uint64_t exit_code;
	uint64_t records;		/* printed, LOST and PAD not counted */
	uint64_t lost;			/* as LOST records told */
	uint64_t errors;		/* ERROR records */
	uint64_t damaged;		/* records that could not be read */
};

#define KTAP_CPU_UNKNOWN (-1)

void ktap_printer_init(struct ktap_printer *p, const struct ktap_printer_opts *opts);

/* No further record comes: draws charts whose end never came, flushes. */
void ktap_printer_finish(struct ktap_printer *p);

/* Finishes and frees. The streams stay open. */
void ktap_printer_exit(struct ktap_printer *p);

void ktap_print_record(struct ktap_printer *p, const struct rec *rec, int cpu);

/* Prints what needs no look at each record, as far as that goes. */
void ktap_print_stretch(struct ktap_printer *p, struct stretch *s);

/* What was printed of an error at this place, NULL if nothing was. */
const struct printed_error *ktap_printed_error(const struct ktap_printer *p, uint32_t code,
					       uint32_t func, uint32_t pc);

/* Says on err that a ring's bytes are damaged. */
void ktap_print_damage(struct ktap_printer *p, const char *error, int cpu);

/* Prints a run of records. False if it ended at one that makes no sense. */
bool ktap_print_records(struct ktap_printer *p, const void *bytes, size_t len);

/* The account of the session, where the form tells of it. */
void ktap_print_ledger(struct ktap_printer *p, const struct ledger *l);

/* Writes what is pending, at once. */
void ktap_print_flush(struct ktap_printer *p);

#endif
