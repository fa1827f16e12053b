// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <string.h>

#include "json.h"

#define DEEPEST	200

struct reader {
	const unsigned char *at, *end;
	int depth;
};

static int peek(const struct reader *r)
{
	return r->at < r->end ? *r->at : -1;
}

static bool takes(struct reader *r, char c)
{
	if (peek(r) != (unsigned char)c)
		return false;
	r->at++;
	return true;
}

static void blanks(struct reader *r)
{
	while (r->at < r->end && strchr(" \t\r\n", *r->at) && *r->at)
		r->at++;
}

static bool word(struct reader *r, const char *w)
{
	size_t n = strlen(w);

	if ((size_t)(r->end - r->at) < n || memcmp(r->at, w, n))
		return false;
	r->at += n;
	return true;
}

static bool digits(struct reader *r)
{
	const unsigned char *from = r->at;

	while (peek(r) >= '0' && peek(r) <= '9')
		r->at++;
	return r->at > from;
}

static bool number(struct reader *r)
{
	takes(r, '-');
	if (!takes(r, '0') && !digits(r))
		return false;
	if (takes(r, '.') && !digits(r))
		return false;
	if (peek(r) == 'e' || peek(r) == 'E') {
		r->at++;
		if (!takes(r, '+'))
			takes(r, '-');
		return digits(r);
	}
	return true;
}

static bool escape(struct reader *r)
{
	int i, c = peek(r);

	if (c < 0 || !strchr("\"\\/bfnrtu", c))
		return false;
	r->at++;
	for (i = 0; c == 'u' && i < 4; i++, r->at++)
		if (peek(r) < 0 || !strchr("0123456789abcdefABCDEF", peek(r)) || !peek(r))
			return false;
	return true;
}

/* A character of more than one byte: the shortest form, no surrogate, none past the last. */
static bool wide(struct reader *r)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	int c = *r->at++, more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : 1, i;
	uint32_t u = c & (0x3f >> more);

	if (c < 0xc2 || c > 0xf4)
		return false;
	for (i = 0; i < more; i++, r->at++) {
		if (peek(r) < 0 || (peek(r) & 0xc0) != 0x80)
			return false;
		u = u << 6 | (*r->at & 0x3f);
	}
	return u >= least[more] && u <= 0x10ffff && (u < 0xd800 || u > 0xdfff);
}

static bool string(struct reader *r)
{
	if (!takes(r, '"'))
		return false;
	while (!takes(r, '"')) {
		if (peek(r) < 0x20)
			return false;
		if (takes(r, '\\') ? !escape(r) : peek(r) < 0x80 ? !r->at++ : !wide(r))
			return false;
	}
	return true;
}

static bool value(struct reader *r);

/* What stands between brackets; of an object with names. */
static bool members(struct reader *r, char close, bool named)
{
	blanks(r);
	if (takes(r, close))
		return true;
	do {
		blanks(r);
		if (named && !string(r))
			return false;
		blanks(r);
		if (named && !takes(r, ':'))
			return false;
		if (!value(r))
			return false;
		blanks(r);
	} while (takes(r, ','));
	return takes(r, close);
}

static bool value(struct reader *r)
{
	bool good;

	if (++r->depth > DEEPEST)
		return false;
	blanks(r);
	if (takes(r, '{'))
		good = members(r, '}', true);
	else if (takes(r, '['))
		good = members(r, ']', false);
	else if (peek(r) == '"')
		good = string(r);
	else
		good = word(r, "true") || word(r, "false") || word(r, "null") || number(r);
	r->depth--;
	return good;
}

bool json_is(const char *text, size_t len)
{
	struct reader r = { (const unsigned char *)text, (const unsigned char *)text + len, 0 };

	if (!value(&r))
		return false;
	blanks(&r);
	return r.at == r.end;
}
