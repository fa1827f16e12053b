/* SPDX-License-Identifier: GPL-2.0 */
/*
 * format.h - printf: a format and values → text, as in C. Values need not fit
 * their conversions: %s takes any value, and a conversion to a number that is
 * given something else shows that. A missing value is nil.
 *
 * A format is read when it is met, and kept: programs have few.
 */
#ifndef RUN_FORMAT_H
#define RUN_FORMAT_H

#include "output/value.h"

#define KNOWN_FORMATS	64

struct format;

/* Text around values that are shown as they stand, one between two. */
struct around {
	const char *text;	/* behind it there are eight bytes more */
	size_t len;
};

/* A format that has no other conversions, for who makes text in one go. */
struct plain_format {
	const void *bytes;	/* as records have it: a value, padded with NUL */
	size_t size;
	const struct around *around;
	unsigned int values;
};

/*
 * Those that were met; all zero are none. Two that fall on one place take turns. What a
 * probe's last one was is a good guess.
 */
struct known_formats {
	struct format *at[KNOWN_FORMATS], *last;
	const struct plain_format *guess[KNOWN_FORMATS];
};

/* It stays until another is asked for. */
const struct format *format_of(struct known_formats *all, struct span text);

/* The same as plain, NULL if it is not. */
const struct plain_format *format_plain(struct known_formats *all, struct span text);

void known_formats_free(struct known_formats *all);

/*
 * `args` are checked values behind the format. Adds a newline where the format's last
 * conversion, at its very end, shows an event's text: that is a line.
 */
void format_put(const struct format *f, struct span args,
		const struct value_names *names, struct buf *out);

#endif
