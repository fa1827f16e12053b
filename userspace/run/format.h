/* SPDX-License-Identifier: GPL-2.0 */
/*
 * format.h - printf: a format and values → text, as in C. Values need not fit
 * their conversions: %s takes any value, and a conversion to a number that is
 * given something else shows that. A missing value is nil.
 */
#ifndef RUN_FORMAT_H
#define RUN_FORMAT_H

#include "run/value.h"

/*
 * `args` are values behind the format. Adds a newline where the format's last
 * conversion, at its very end, shows an event's text: that is a line.
 */
void format_text(struct span format, struct span args,
		 const struct value_names *names, struct buf *out);

#endif
