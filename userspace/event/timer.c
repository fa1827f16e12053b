// SPDX-License-Identifier: GPL-2.0
#include "event/timer.h"

#include <string.h>
#include <ktap/limits.h>

#include "event/making.h"
#include "event/period.h"
#include "util/text.h"

static const struct { const char *prefix; enum ktap_event_kind kind; } timers[] = {
	{ "tick-", KTAP_EV_TICK },
	{ "profile-", KTAP_EV_PROFILE },
};

#define COUNT	(sizeof(timers) / sizeof(*timers))

/* The number of the timer, COUNT if the text is none. */
static unsigned int timer_of(const char *text)
{
	unsigned int i = 0;

	while (i < COUNT && strncmp(text, timers[i].prefix, strlen(timers[i].prefix)))
		i++;
	return i;
}

static bool owns(const char *text)
{
	return timer_of(text) < COUNT;
}

static int check_period(const char *text, uint64_t ns, struct buf *why)
{
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
	unsigned int i = timer_of(text);
	uint64_t ns = 0;

	if (period_parse(text + strlen(timers[i].prefix), &ns, why) || check_period(text, ns, why))
		return -1;
	ev->kind = timers[i].kind;
	ev->period_ns = ns;
	return 0;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct making m = making_begin(query, KTAP_EV_TICK);

	(void)c;
	if (parse(query->text, &m.ev, why))
		return EVENT_REFUSED;
	making_own(&m, out);
	return 0;
}

const struct event_source timer_source = {
	.kinds		= 1 << KTAP_EV_TICK | 1 << KTAP_EV_PROFILE,
	.owns		= owns,
	.resolve	= resolve,
	.label		= making_own_label,
};
