/* SPDX-License-Identifier: GPL-2.0 */
/*
 * print_form.h - what a printer's output looks like: text (print_text.c), or a JSON
 * object a line (print_json.c, doc/json.md). A form is one filled-in struct; each
 * function adds to p->pending, or writes to p->opts.err by print_complaint().
 */
#ifndef RUN_PRINT_FORM_H
#define RUN_PRINT_FORM_H

#include "output/ledger.h"
#include "output/print.h"

/* Where a record comes from. */
struct origin {
	uint64_t time_ns;	/* 0: not known */
	int cpu;		/* KTAP_CPU_UNKNOWN */
	uint16_t probe;		/* KTAP_PROBE_NONE */
};

struct print_form {
	/* p->scratch has what the script printed; `values`: what it gave to print(), else NULL */
	void (*text)(struct ktap_printer *p, const struct origin *from, const struct span *values);
	/* Adds the key of a chart's row, as `chart` wants it. */
	void (*chart_key)(const struct value *key, const struct value_names *names, struct buf *out);
	/* A ranked chart. `lost`: rows that never came, UINT64_MAX: who knows how many */
	void (*chart)(struct ktap_printer *p, const struct origin *from, const struct chart *c,
		      uint64_t lost);
	/* A runtime error; p->scratch has it as text. */
	void (*error)(struct ktap_printer *p, const struct origin *from, const struct rec *rec);
	/* A gap of so many records, and bytes that cannot be read. */
	void (*lost)(struct ktap_printer *p, const struct origin *from, uint64_t records);
	void (*damage)(struct ktap_printer *p, const struct origin *from, const char *error);
	/* Handlers take too much of from->cpu, or do not any more. */
	void (*throttle)(struct ktap_printer *p, const struct origin *from, const struct ktap_rec_throttle *t);
	/* The account at the end. NULL: it is told elsewhere. */
	void (*ledger)(struct ktap_printer *p, const struct ledger *l);
};

extern const struct print_form print_text, print_json;

/* p->scratch on err, what is pending before it: on a terminal both streams are one text. */
void print_complaint(struct ktap_printer *p);

#endif
