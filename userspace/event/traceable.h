/* SPDX-License-Identifier: GPL-2.0 */
/*
 * traceable.h - the functions that the kernel's function tracer reaches, by the
 * list that it has of them. All zeros at first.
 */
#ifndef EVENT_TRACEABLE_H
#define EVENT_TRACEABLE_H

#include <stdbool.h>
#include "event/ksyms.h"
#include "util/buf.h"

struct traceable {
	struct buf text;
	const char **name;	/* a hash table; NULL: there is no list */
	unsigned int mask;
	bool read;
};

/* Whether there is a list below that folder: there is if the kernel can put its tracer into functions. */
bool traceable_is_listed(const char *root);

/* Reads the list below the folder of the kernel's tracing, the first time. */
void traceable_need(struct traceable *t, const char *root);

/* Whether a function of that name is in it; true for all if there is no list. */
bool traceable_has(const struct traceable *t, const struct ksym *sym);

void traceable_free(struct traceable *t);

#endif
