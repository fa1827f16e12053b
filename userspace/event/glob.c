// SPDX-License-Identifier: GPL-2.0
#include "event/glob.h"

#include <stddef.h>
#include <string.h>

bool glob_is_pattern(const char *text)
{
	return strpbrk(text, "*?[\\") != NULL;
}

/* The end of the set that `p` begins (behind its bracket), or NULL: no set. */
static const char *set_end(const char *p)
{
	if (*p == '!' || *p == '^')
		p++;
	return *p ? strchr(p + 1, ']') : NULL;
}

static bool set_has(const char *p, const char *end, unsigned char c)
{
	bool negated = *p == '!' || *p == '^', found = false;

	for (p += negated; p < end; p++) {
		unsigned char low = *p, high = low;

		if (p[1] == '-' && p + 2 < end) {
			high = p[2];
			p += 2;
		}
		found |= low <= c && c <= high;
	}
	return found != negated;
}

/* Matches one byte; returns the rest of the pattern, NULL if it differs. */
static const char *match_one(const char *p, char c)
{
	const char *end;

	if (*p == '?')
		return p + 1;
	if (*p == '[' && (end = set_end(p + 1)))
		return set_has(p + 1, end, c) ? end + 1 : NULL;
	if (*p == '\\' && p[1])
		p++;
	return *p && *p == c ? p + 1 : NULL;
}

/* On a mismatch only the last star has to be tried again, one byte further. */
bool glob_match(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL, *next;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if ((next = match_one(pattern, *text))) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}
