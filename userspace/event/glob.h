/* SPDX-License-Identifier: GPL-2.0 */
/*
 * glob.h - shell patterns for names of events: `*`, `?`, `[a-z]`, `[!a-z]`, `\`
 * before a literal. Bytes, not characters; time at most length times length.
 */
#ifndef EVENT_GLOB_H
#define EVENT_GLOB_H

#include <stdbool.h>

bool glob_match(const char *pattern, const char *text);

/* Whether the pattern can match anything but itself. */
bool glob_is_pattern(const char *text);

#endif
