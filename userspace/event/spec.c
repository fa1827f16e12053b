// SPDX-License-Identifier: GPL-2.0
#include "event/spec.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "util/text.h"

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
	const char *bad = bad_letter(text), *colon = strchr(text, ':');

	if (!*text)
		text_str(why, "the event has no name: write SYSTEM:NAME, such as sched:sched_switch");
	else if (!strncmp(text, "ftrace:", 7))
		buf_printf(why, "of the function tracer's events there is ftrace:function only: '%s'", text);
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
	char *copy = text_trimmed(text), *colon;
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
