// SPDX-License-Identifier: GPL-2.0
#include "event/habit.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define MAX_PARTS	3

static const struct { const char *theirs, *ours; } habits[] = {
#define HABIT(theirs, ours) { theirs, ours },
#include "event/habit.def.h"
#undef HABIT
};

/* What stood for the signs of a pattern. */
struct parts {
	const char *at[MAX_PARTS];
	size_t len[MAX_PARTS];
	unsigned int n;
};

static bool stands_for(char sign, char c)
{
	return sign == '@' || (sign == '$' ? c != ':' : isdigit((unsigned char)c));
}

/* A part ends ahead of the letter that follows its sign. */
static size_t part_length(const char *sign, const char *text)
{
	size_t len = 0;

	while (text[len] && text[len] != sign[1] && stands_for(*sign, text[len]))
		len++;
	return len;
}

static bool matches(const char *theirs, const char *text, struct parts *parts)
{
	for (parts->n = 0; *theirs; theirs++) {
		size_t len = 1;

		if (strchr("@$#", *theirs)) {
			len = part_length(theirs, text);
			parts->at[parts->n] = text;
			parts->len[parts->n++] = len;
		} else if (*theirs != *text) {
			return false;
		}
		if (!len)
			return false;
		text += len;
	}
	return !*text;
}

static void compose(const char *ours, const struct parts *parts, struct buf *out)
{
	for (; *ours; ours++) {
		if (*ours != '\\') {
			buf_putc(out, *ours);
			continue;
		}
		ours++;
		buf_add(out, parts->at[*ours - '1'], parts->len[*ours - '1']);
	}
}

bool habit_translate(const char *text, struct buf *ours)
{
	struct parts parts;

	for (size_t i = 0; i < sizeof(habits) / sizeof(*habits); i++)
		if (matches(habits[i].theirs, text, &parts)) {
			compose(habits[i].ours, &parts, ours);
			return true;
		}
	return false;
}
