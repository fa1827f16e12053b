/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value.h - a value of a record as text. What a value means beyond its bytes
 * (functions' names, events' texts) is asked of whoever prints.
 */
#ifndef RUN_VALUE_H
#define RUN_VALUE_H

#include "run/decode.h"
#include "util/buf.h"

/* How the printer's world is asked; members may be NULL. */
struct value_names {
	void *arg;
	const char *(*function)(void *arg, uint32_t index);
	void (*event)(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out);
	/* `back` 1: a return address, whose call belongs to the symbol below it */
	void (*address)(void *arg, uint64_t address, unsigned int back, struct buf *out);
	void (*user)(void *arg, const struct ktap_stack *whose, uint64_t address,
		     unsigned int back, struct buf *out);
};

/* A decimal number; the commonest thing that is printed. */
void integer_text(int64_t n, struct buf *out);

void value_text(const struct value *v, const struct value_names *names, struct buf *out);

#endif
