// SPDX-License-Identifier: GPL-2.0
/*
 * list.c - the events of this machine, a line each: text, tab, arguments.
 */
#include <errno.h>
#include <string.h>

#include "event/listing.h"
#include "lib/libktap.h"
#include "util/text.h"

#define BOLD	"\033[1m"
#define PLAIN	"\033[0m"

static void put(void *arg, const char *text, const char *arguments)
{
	const struct ktap_list_opts *o = arg;

	fprintf(o->out, "%s%s%s%s%s\n", o->color ? BOLD : "", text, o->color ? PLAIN : "",
		*arguments ? "\t" : "", arguments);
}

static enum listing_kind kind_of(char letter)
{
	switch (letter) {
	case 'e': return LISTING_TRACEPOINTS;
	case 'f': return LISTING_FUNCTIONS;
	case 'm': return LISTING_MODULES;
	default: return LISTING_ALL;
	}
}

int ktap_events__list(const struct ktap_list_opts *opts, struct buf *why)
{
	struct event_catalog catalog = { 0 };
	int err = event_listing(&catalog, kind_of(opts->kind), opts->glob ? opts->glob : "*", put,
				(void *)opts, why);

	catalog_close(&catalog);
	if (!err && (fflush(opts->out) || ferror(opts->out)) && errno != EPIPE) {
		buf_printf(why, "cannot write the list: %s", strerror(errno));
		err = -1;
	}
	return err;
}
