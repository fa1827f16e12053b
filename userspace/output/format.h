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

/* Those that were met; all zero are none. Two that fall on one place take turns. */
struct known_formats {
	struct format *at[KNOWN_FORMATS], *last;
};

/* It stays until another is asked for. */
const struct format *format_of(struct known_formats *all, struct span text);
void known_formats_free(struct known_formats *all);

/*
 * `args` are checked values behind the format. Adds a newline where the format's last
 * conversion, at its very end, shows an event's text: that is a line.
 */
void format_put(const struct format *f, struct span args,
		const struct value_names *names, struct buf *out);

#endif
