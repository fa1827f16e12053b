/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source.h - a source of events: a way of writing them, and how what is written
 * becomes struct ktap_event. One file per source, one row in source.c for each.
 */
#ifndef EVENT_SOURCE_H
#define EVENT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <ktap/event.h>
#include <ktap/image.h>
#include "event/catalog.h"
#include "event/names.h"
#include "event/params.h"
#include "util/buf.h"

/* A field as a program names it: struct ktap_ifref with its name at hand. */
struct event_ref {
	enum ktap_fref_kind kind;
	unsigned int index;
	const char *name;
};

struct event_query {
	const char *text;
	const struct event_ref *refs;
	size_t nrefs;
	bool positions;		/* the program may ask for fields by position */
	bool shown;		/* it may make text of the event */
	const struct names *known;	/* "SYSTEM:NAME", sorted: those that are left out; NULL: none */
};

struct event_list {
	struct ktap_event *at;
	unsigned int n, cap;
	LIST(struct params *) params;	/* of each event; NULL: it fetches none */
	struct names skipped;	/* matched, but not to be traced: "SYSTEM:NAME (why)" */
};

/* What resolving says, beside 0. */
#define EVENT_REFUSED	(-1)	/* there is no such event */
#define EVENT_UNKNOWN	(-2)	/* this machine does not let one know */
#define EVENT_ABSENT	(-3)	/* there is none now; a module of the kernel may bring it */

/* `text` has no blanks around it. What may be NULL says so. */
struct event_source {
	/* Kinds of its events, 1 << enum ktap_event_kind. */
	unsigned int kinds;

	/* Modules of the kernel bring events of their own. */
	bool comes_later;

	/* Whether it is this source that the text is meant for. */
	bool (*owns)(const char *text);

	/* 0, and events are in the list; or EVENT_* and a sentence that names near misses. */
	int (*resolve)(struct event_catalog *c, const struct event_query *query,
		       struct event_list *out, struct buf *why);

	/* Adds the names of the event's fields. NULL: it has none. */
	void (*fields)(struct event_catalog *c, const struct ktap_event *ev, struct names *out);

	/* Says what is wrong with a field's name that is more than a name, such as
	 * prev->comm, and which part of it: 0 is the first. NULL: such fields have none. */
	unsigned int (*explain)(struct event_catalog *c, const struct ktap_event *ev,
				const char *field, struct buf *why);

	/* Adds the texts of all its events that match the glob. NULL: they are countless. */
	void (*enumerate)(struct event_catalog *c, const char *glob, struct names *out);

	/* Adds the arguments of one of these, "TYPE NAME, TYPE NAME". NULL: they have none. */
	void (*arguments)(struct event_catalog *c, const char *text, struct buf *out);

	/* The event's bytes as one line of text; `params` are its own, or NULL. No
	 * function: its name. */
	void (*render)(struct event_catalog *c, const struct ktap_event *ev,
		       const struct params *params, const void *bytes, size_t len,
		       struct buf *out);

	/* Its fields as members of a JSON object. NULL: what it fetches, and no other. */
	void (*members)(struct event_catalog *c, const struct ktap_event *ev,
			const void *bytes, size_t len, struct buf *out);

	/* How people call the event. NULL: SYSTEM:NAME. */
	void (*label)(const struct ktap_event *ev, struct buf *out);

	/* Why the module says that error of one. NULL, as function or as answer: what it
	 * says of any event. */
	const char *(*reason)(int error);
};

/* Both always find one. */
const struct event_source *source_of_text(const char *text);
const struct event_source *source_of_event(const struct ktap_event *ev);

/* The sources by number, from 0; NULL past the last. */
const struct event_source *source_number(unsigned int n);

#endif
