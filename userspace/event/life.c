// SPDX-License-Identifier: GPL-2.0
#include "event/life.h"

#include <string.h>
#include <ktap/limits.h>

#include "event/making.h"
#include "event/period.h"
#include "util/text.h"

#define TICK	"tick-"

static bool is_tick(const char *text)
{
	return !strncmp(text, TICK, strlen(TICK));
}

static bool owns(const char *text)
{
	return is_tick(text) || !strcmp(text, "begin");
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

static int parse(const char *text, struct ktap_event *ev, struct buf *why)
{
	if (is_tick(text))
		return parse_tick(text, ev, why);
	ev->kind = KTAP_EV_BEGIN;
	return 0;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct making m = making_begin(query, KTAP_EV_BEGIN);

	(void)c;
	if (parse(query->text, &m.ev, why))
		return EVENT_REFUSED;
	making_name(&m, "ktap", query->text);
	making_no_refs(&m);
	making_finish(&m, out);
	return 0;
}

static void label(const struct ktap_event *ev, struct buf *out)
{
	text_str(out, ev->name);
}

const struct event_source life_source = {
	.kinds		= 1 << KTAP_EV_BEGIN | 1 << KTAP_EV_TICK,
	.owns		= owns,
	.resolve	= resolve,
	.label		= label,
};
