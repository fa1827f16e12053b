// SPDX-License-Identifier: GPL-2.0
#include "event/formatfile.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS	1024u

/* A piece of the text. */
struct piece {
	const char *at, *end;
};

static size_t length(struct piece p)
{
	return p.end - p.at;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct piece trimmed(struct piece p)
{
	while (p.at < p.end && is_blank(*p.at))
		p.at++;
	while (p.at < p.end && is_blank(p.end[-1]))
		p.end--;
	return p;
}

static bool begins(struct piece p, const char *with)
{
	return length(p) >= strlen(with) && !memcmp(p.at, with, strlen(with));
}

static struct piece behind(struct piece p, const char *with)
{
	p.at += strlen(with);
	return p;
}

/* Takes what stands before `stop` off `rest`; all of it if that does not come. */
static struct piece take(struct piece *rest, char stop)
{
	const char *end = memchr(rest->at, stop, length(*rest));
	struct piece p = { rest->at, end ? end : rest->end };

	rest->at = end ? end + 1 : rest->end;
	return p;
}

/* Decimal digits and nothing else, up to INT_MAX. */
static bool number(struct piece p, unsigned int *n)
{
	unsigned long value = 0;

	p = trimmed(p);
	if (p.at == p.end)
		return false;
	for (; p.at < p.end; p.at++) {
		if (!isdigit((unsigned char)*p.at) || value > (INT_MAX - 9) / 10)
			return false;
		value = value * 10 + (*p.at - '0');
	}
	*n = value;
	return true;
}

/* "offset:8", the next of these. */
static bool attribute(struct piece *line, const char *name, unsigned int *n)
{
	struct piece p = trimmed(take(line, ';'));

	return begins(p, name) && number(behind(p, name), n);
}

/* Where "prev_comm" is in "char prev_comm[16]", "filename" in "__data_loc char[] filename". */
static bool find_name(struct piece decl, struct piece *name)
{
	struct piece p = decl;

	if (p.end > p.at && p.end[-1] == ']')
		p.end = memchr(p.at, '[', length(p));
	if (!p.end)
		return false;
	p = trimmed(p);
	*name = (struct piece){ p.end, p.end };
	while (name->at > p.at && is_word(name->at[-1]))
		name->at--;
	return name->at < name->end && name->at > p.at;
}

/* What is around the name, with single blanks, one of them behind a '*': "char[16]". */
static const char *type_text(struct arena *arena, struct piece decl, struct piece name)
{
	struct piece before = trimmed((struct piece){ decl.at, name.at });
	struct piece after = trimmed((struct piece){ name.end, decl.end });
	char *text = arena_alloc(arena, 2 * length(before) + length(after) + 1), *to = text;

	for (const char *c = before.at; c < before.end; c++) {
		if (!is_blank(*c) || !is_blank(c[1]))
			*to++ = is_blank(*c) ? ' ' : *c;
		if (*c == '*' && is_word(c[1]) && c + 1 < before.end)
			*to++ = ' ';
	}
	memcpy(to, after.at, length(after));
	return text;
}

/* Of a located array: by the name of the element's type, where that tells. */
static unsigned int located_element(const char *type)
{
	static const struct { const char *type; unsigned int size; } known[] = {
		{ "u8[]", 1 }, { "u16[]", 2 }, { "u32[]", 4 }, { "u64[]", 8 },
		{ "s8[]", 1 }, { "s16[]", 2 }, { "s32[]", 4 }, { "s64[]", 8 }, { "char[]", 1 },
	};
	const char *last = strrchr(type, ' ');

	for (size_t i = 0; last && i < sizeof(known) / sizeof(*known); i++)
		if (!strcmp(last + 1, known[i].type))
			return known[i].size;
	return 0;
}

static unsigned int element_of(const struct format_field *f)
{
	const char *brackets = strchr(f->type, '[');
	unsigned long n = brackets ? strtoul(brackets + 1, NULL, 10) : 0;

	if (!brackets)
		return f->size;
	if (f->flags & FORMAT_LOCATED)
		return located_element(f->type);
	if (n)
		return f->size / n;
	return format_holds_text(f) ? 1 : strstr(f->type, "long") ? sizeof(long) : 0;
}

static unsigned int flags_of(const char *type, unsigned int is_signed)
{
	const struct piece p = { type, type + strlen(type) };
	unsigned int flags = is_signed ? FORMAT_SIGNED : 0;

	if (strchr(type, '['))
		flags |= FORMAT_ARRAY;
	if (strchr(type, '*'))
		flags |= FORMAT_POINTER;
	if (begins(p, "__data_loc ") || begins(p, "__rel_loc "))
		flags |= FORMAT_LOCATED;
	if (begins(p, "__rel_loc "))
		flags |= FORMAT_RELATIVE;
	return flags;
}

/* "char comm[16];	offset:8;	size:16;	signed:0;": kernels before 2.6.32 say nothing of signs */
static bool read_field(struct format *format, struct arena *arena, struct piece line)
{
	struct piece decl = trimmed(take(&line, ';')), name;
	struct format_field f = { 0 };
	unsigned int is_signed = 0;

	if (!find_name(decl, &name) || !attribute(&line, "offset:", &f.offset) ||
	    !attribute(&line, "size:", &f.size) || format->n == MAX_FIELDS)
		return false;
	attribute(&line, "signed:", &is_signed);
	f.name = arena_copy(arena, name.at, length(name));
	f.type = type_text(arena, decl, name);
	f.flags = flags_of(f.type, is_signed);
	f.element = element_of(&f);
	*list_push(format) = f;
	return true;
}

static bool read_line(struct format *format, struct arena *arena, struct piece line)
{
	unsigned int id;

	if (begins(line, "ID:") && number(behind(line, "ID:"), &id))
		format->id = id;
	if (line.at == line.end && format->n && !format->ncommon)
		format->ncommon = format->n;
	return !begins(line, "field:") || read_field(format, arena, behind(line, "field:"));
}

bool formatfile_read(struct format *format, struct arena *arena, const char *text, size_t len)
{
	struct piece rest = { text, text + len }, line;

	format->id = -1;
	while (rest.at < rest.end) {
		line = trimmed(take(&rest, '\n'));
		if (begins(line, "print fmt:"))
			break;
		if (!read_line(format, arena, line))
			return false;
	}
	return format->id >= 0 && format->n;
}
