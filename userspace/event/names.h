/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h - a list of names that owns its strings. Begins as all zeros.
 */
#ifndef EVENT_NAMES_H
#define EVENT_NAMES_H

#include <stdbool.h>
#include "util/buf.h"

struct names {
	char **at;
	unsigned int n, cap;
};

void names_add(struct names *n, const char *name);
void names_sort(struct names *n);
void names_unique(struct names *n);	/* sorts, and keeps one of each */
bool names_has(const struct names *n, const char *name);	/* they are sorted */
void names_remove(struct names *n, const char *name);		/* and stay so */
void names_free(struct names *n);

/* Adds "PREFIXa, b, c", and how many more there are when they are many. */
void names_enumerate(const struct names *n, const char *prefix, struct buf *out);

/* The name that was probably meant, or NULL. */
const char *names_near(const struct names *n, const char *wanted);

#endif
