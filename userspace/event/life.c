// SPDX-License-Identifier: GPL-2.0
#include "event/life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ktap/limits.h>

#include "event/period.h"
#include "util/text.h"

#define BLANKS	" \t\r\n"
#define TICK	"tick-"

/* The text without blanks around it; the caller's to free. */
static char *trimmed(const char *text)
{
	char *copy = text_dup(text + strspn(text, BLANKS));
	size_t len = strlen(copy);

	while (len && strchr(BLANKS, copy[len - 1]))
		copy[--len] = 0;
	return copy;
}

static bool is_tick(const char *text)
{
	return !strncmp(text, TICK, strlen(TICK));
}

bool life_is_event(const char *text)
{
	char *copy = trimmed(text);
	bool yes = is_tick(copy) || !strcmp(copy, "begin");

	free(copy);
	return yes;
}

static int parse_tick(const char *text, struct ktap_event *ev, struct buf *why)
{
	uint64_t ns = 0;

	if (period_parse(text + strlen(TICK), &ns, why))
		return -1;
	ev->kind = KTAP_EV_TICK;
	ev->period_ns = ns;
	if (ns < KTAP_MIN_TICK_NS)
		buf_printf(why, "the period of '%s' is too short: %u us at least", text,
			   KTAP_MIN_TICK_NS / 1000);
	else if (ns > KTAP_MAX_TICK_NS)
		buf_printf(why, "the period of '%s' is too long: a year at most", text);
	else
		return 0;
	return -1;
}

int life_parse(const char *text, struct ktap_event *ev, struct buf *why)
{
	char *copy = trimmed(text);
	int err = 0;

	snprintf(ev->system, sizeof(ev->system), "ktap");
	snprintf(ev->name, sizeof(ev->name), "%s", copy);
	if (is_tick(copy))
		err = parse_tick(copy, ev, why);
	else
		ev->kind = KTAP_EV_BEGIN;
	free(copy);
	return err;
}
