/* SPDX-License-Identifier: GPL-2.0 */
/*
 * listing.h - which events there are, with their arguments: `ktap -l`.
 */
#ifndef EVENT_LISTING_H
#define EVENT_LISTING_H

#include "event/source.h"

/* `arguments` as C would have them: "int dfd, const char * filename"; "" if none are known. */
typedef void (*listing_fn)(void *arg, const char *text, const char *arguments);

enum listing_kind {
	LISTING_ALL,
	LISTING_TRACEPOINTS,
	LISTING_FUNCTIONS,	/* of the kernel */
	LISTING_MODULES,	/* functions of its modules, with the module: probe:MODULE:NAME */
};

/*
 * Calls `fn` for each event that matches, in order of the texts. A glob without a
 * colon is for the part behind the first one; a text that names places in a file
 * is what a trace statement takes. 0; or -1 and a sentence: none matches.
 */
int event_listing(struct event_catalog *c, enum listing_kind kind, const char *glob,
		  listing_fn fn, void *arg, struct buf *why);

#endif
