// SPDX-License-Identifier: GPL-2.0
#include "event/spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

#define BLANKS " \t\r\n"

/* Sources of events that the language has and this version lacks. */
static const struct { const char *prefix, *what; } absent[] = {
	{ "ftrace:",	"event of the function tracer but ftrace:function" },
	{ "interval:",	"timers" },
	{ "profile:",	"profiling timers" },
};

static const char *absent_source(const char *text)
{
	for (size_t i = 0; i < sizeof(absent) / sizeof(*absent); i++)
		if (!strncmp(text, absent[i].prefix, strlen(absent[i].prefix)))
			return absent[i].what;
	return NULL;
}

static char *trimmed(const char *text)
{
	char *copy = text_dup(text + strspn(text, BLANKS));
	size_t len = strlen(copy);

	while (len && strchr(BLANKS, copy[len - 1]))
		copy[--len] = 0;
	return copy;
}

/* The letters of a glob or a name: a slash would lead out of the folder of events. */
static const char *bad_letter(const char *s)
{
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && !strchr("_-.*?[]!^:\\", *s))
			return s;
	return NULL;
}

static int refuse(const char *text, struct buf *why)
{
	const char *what = absent_source(text), *bad = bad_letter(text), *colon = strchr(text, ':');

	if (!*text)
		text_str(why, "the event has no name: write SYSTEM:NAME, such as sched:sched_switch");
	else if (what)
		buf_printf(why, "this version of ktap has no %s: '%s'", what, text);
	else if (!strncmp(text, "tracepoint:", 11))
		buf_printf(why, "a tracepoint is written SYSTEM:NAME: '%s'", text + 11);
	else if (bad)
		buf_printf(why, "'%c' cannot be part of an event's name: '%s'",
			    isprint((unsigned char)*bad) ? *bad : '?', text);
	else if (!colon)
		buf_printf(why, "an event is written SYSTEM:NAME, such as sched:sched_switch: '%s'", text);
	else if (colon == text || !colon[1])
		buf_printf(why, "the event lacks its %s: '%s'", colon == text ? "system" : "name", text);
	else if (strchr(colon + 1, ':'))
		buf_printf(why, "an event is written SYSTEM:NAME, with one colon: '%s'", text);
	else
		return 0;
	return -1;
}

int spec_parse(const char *text, struct event_spec *spec, struct buf *why)
{
	char *copy = trimmed(text), *colon;
	int err = refuse(copy, why);

	if (!err) {
		colon = strchr(copy, ':');
		spec->name = text_dup(colon + 1);
		*colon = 0;
		spec->system = text_dup(copy);
	}
	free(copy);
	return err;
}

void spec_free(struct event_spec *spec)
{
	free(spec->system);
	free(spec->name);
	*spec = (struct event_spec){ 0 };
}
