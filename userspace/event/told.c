// SPDX-License-Identifier: GPL-2.0
#include "event/told.h"

#include <signal.h>
#include <string.h>

#include "event/making.h"
#include "util/text.h"

#define SIGNAL	"signal:"

/* Signals that a script may have for itself. SIGINT and SIGTERM end tracing. */
static const struct { const char *name; int nr; } signals[] = {
	{ "SIGUSR1", SIGUSR1 }, { "SIGUSR2", SIGUSR2 }, { "SIGHUP", SIGHUP },
	{ "SIGQUIT", SIGQUIT }, { "SIGCONT", SIGCONT }, { "SIGWINCH", SIGWINCH },
};

#define COUNT	(sizeof(signals) / sizeof(*signals))

static bool is_signal(const char *text)
{
	return !strncmp(text, SIGNAL, strlen(SIGNAL));
}

/* "signal:foo" may be a tracepoint of the system of that name. */
static bool owns(const char *text)
{
	return !strncmp(text, SIGNAL "SIG", strlen(SIGNAL) + 3) || !strcmp(text, "exit");
}

static int signal_number(const char *name, struct buf *why)
{
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (!strcmp(signals[i].name, name))
			return signals[i].nr;
	if (!strcmp(name, "SIGINT") || !strcmp(name, "SIGTERM"))
		buf_printf(why, "%s ends tracing: trace_end runs then; a script may trace", name);
	else
		buf_printf(why, "a script cannot trace '%s'; there are", name);
	for (i = 0; i < COUNT; i++)
		buf_printf(why, " %s", signals[i].name);
	return -1;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	bool signal = is_signal(query->text);
	struct making m = making_begin(query, signal ? KTAP_EV_SIGNAL : KTAP_EV_EXIT);

	(void)c;
	if (signal)
		m.ev.nr = signal_number(query->text + strlen(SIGNAL), why);
	if (signal && m.ev.nr < 0)
		return EVENT_REFUSED;
	making_own(&m, out);
	return 0;
}

const struct event_source told_source = {
	.kinds		= 1 << KTAP_EV_SIGNAL | 1 << KTAP_EV_EXIT,
	.owns		= owns,
	.resolve	= resolve,
	.label		= making_own_label,
};
