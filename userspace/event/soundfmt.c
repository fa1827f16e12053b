// SPDX-License-Identifier: GPL-2.0
#include "event/soundfmt.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct text {
	const char *at, *end;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Moves behind the next of these words; false: there is none. */
static bool skip_past(struct text *t, const char *words)
{
	const char *found = memmem(t->at, (size_t)(t->end - t->at), words, strlen(words));

	if (found)
		t->at = found + strlen(words);
	return found;
}

static struct text word(struct text from)
{
	struct text w = { from.at, from.at };

	while (w.end < from.end && is_word(*w.end))
		w.end++;
	return w;
}

/* The last word of a declaration, before its `;` or `[`. */
static struct text declared(struct text from)
{
	struct text w = { from.at, from.at };

	while (w.end < from.end && !strchr(";[\n", *w.end))
		w.end++;
	w.at = w.end;
	while (w.at > from.at && is_word(w.at[-1]))
		w.at--;
	return w;
}

static bool same(struct text a, struct text b)
{
	return a.end - a.at == b.end - b.at && !memcmp(a.at, b.at, (size_t)(a.end - a.at));
}

static bool has_field(struct text fields, struct text name)
{
	while (skip_past(&fields, "field:"))
		if (same(declared(fields), name))
			return true;
	return false;
}

size_t format_sound(const char *file, size_t len)
{
	struct text print = { file, file + len }, fields = { file, file };

	if (!skip_past(&print, "\nprint fmt"))
		return len;
	fields.end = print.at;
	while (skip_past(&print, "REC->"))
		if (!has_field(fields, word(print)))
			return (size_t)(fields.end - file) - strlen("print fmt");
	return len;
}
