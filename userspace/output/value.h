/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value.h - a value of a record as text. What a value means beyond its bytes
 * (functions' names, events' texts) is asked of whoever prints.
 */
#ifndef RUN_VALUE_H
#define RUN_VALUE_H

#include <string.h>

#include <ktap/bytecode.h>

#include "event/symbol.h"
#include "output/decode.h"
#include "output/image.h"
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

/* A decimal number. */
void integer_text(int64_t n, struct buf *out);

/* Adds bytes behind which there are others, up to a multiple of eight. */
static inline void add_padded(struct buf *out, const void *bytes, size_t len)
{
	char *to = buf_room(out, len + 8);
	uint64_t word;

	for (size_t i = 0; i < len; i += sizeof(word)) {
		memcpy(&word, (const char *)bytes + i, sizeof(word));
		memcpy(to + i, &word, sizeof(word));
	}
	out->len += len;
}

/*
 * What is printed most: a number or a whole string, taken off a checked span and added as
 * it stands. False: the next value is another, or there is none.
 */
static inline bool quick_text(struct span *s, struct buf *out)
{
	struct ktap_val head;
	int64_t n;

	if (s->at == s->end)
		return false;
	memcpy(&head, s->at, sizeof(head));
	if (head.tag == KTAP_T_INT) {
		memcpy(&n, s->at + sizeof(head), sizeof(n));
		integer_text(n, out);
		s->at += sizeof(head) + sizeof(n);
		return true;
	}
	if (head.tag != KTAP_T_STR || head.aux)
		return false;
	add_padded(out, s->at + sizeof(head), head.len);
	s->at += value_size(head.len);
	return true;
}

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
