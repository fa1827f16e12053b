/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value.h - a value of a record as text. What a value means beyond its bytes
 * (functions' names, events' texts) is asked of whoever prints.
 */
#ifndef RUN_VALUE_H
#define RUN_VALUE_H

#include "event/symbol.h"
#include "run/decode.h"
#include "run/image.h"
#include "util/buf.h"

/* How the printer's world is asked; members may be NULL. */
struct value_names {
	void *arg;
	const struct image *image;	/* of the program */
	/* an event's bytes as text, and its fields as members of a JSON object */
	void (*event)(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out);
	void (*members)(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out);
	/* how people call a probe's event */
	void (*probe)(void *arg, uint32_t probe, struct buf *out);
	/* `back` 1: a return address, whose call belongs to the symbol below it */
	struct symbol (*address)(void *arg, uint64_t address, unsigned int back);
	struct symbol (*user)(void *arg, const struct ktap_stack *whose, uint64_t address,
			      unsigned int back);
};

/* What is asked, whether or not somebody answers. */
void names_event(const struct value_names *names, uint32_t probe, struct span bytes, struct buf *out);
const char *names_function(const struct value_names *names, uint32_t index);
struct symbol names_symbol(const struct value_names *names, const struct ktap_stack *whose,
			   uint64_t address, unsigned int back);

const char *builtin_name(int64_t index);

/* A decimal number; the commonest thing that is printed. */
void integer_text(int64_t n, struct buf *out);

struct table_entry {
	struct value key, value;
};

/* A table's entries in the order in which they are shown; the caller frees `at`. */
struct table_entries {
	struct table_entry *at;
	unsigned int n, cap;
};

struct table_entries table_entries(struct span table);

void value_text(const struct value *v, const struct value_names *names, struct buf *out);

#endif
