// SPDX-License-Identifier: GPL-2.0
#include "wild.h"

static bool is_negated(const char *p, const char *end)
{
	return p < end && (*p == '!' || *p == '^');
}

/* The end of the set that begins at p, behind its bracket; NULL: there is no set. */
static const char *set_end(const char *p, const char *end)
{
	for (p += is_negated(p, end) + 1; p < end; p++)
		if (*p == ']')
			return p;
	return NULL;
}

static bool set_has(const char *p, const char *end, u8 c)
{
	bool negated = is_negated(p, end), found = false;

	for (p += negated; p < end; p++) {
		u8 low = (u8)*p, high = low;

		if (p + 2 < end && p[1] == '-') {
			high = (u8)p[2];
			p += 2;
		}
		found |= low <= c && c <= high;
	}
	return found != negated;
}

/* Matches one byte; the rest of the pattern, NULL if it differs. */
static const char *match_one(const char *p, const char *end, char c)
{
	const char *set;

	if (p == end)
		return NULL;
	if (*p == '?')
		return p + 1;
	if (*p == '[' && (set = set_end(p + 1, end)))
		return set_has(p + 1, set, (u8)c) ? set + 1 : NULL;
	if (*p == '\\' && p + 1 < end)
		p++;
	return *p == c ? p + 1 : NULL;
}

/* On a mismatch only the last star has to be tried again, one byte further. */
bool kp_wild(const char *pattern, u32 plen, const char *text, u32 len, u64 *work)
{
	const char *p = pattern, *pend = p + plen, *end = text + len;
	const char *star = NULL, *resume = NULL, *next;

	for (; text < end; ++*work) {
		if (p < pend && *p == '*') {
			star = ++p;
			resume = text;
		} else if ((next = match_one(p, pend, *text))) {
			*work += (u64)(next - p);
			p = next;
			text++;
		} else if (star) {
			p = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (p < pend && *p == '*')
		p++;
	return p == pend;
}
