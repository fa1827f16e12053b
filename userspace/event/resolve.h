/* SPDX-License-Identifier: GPL-2.0 */
/*
 * resolve.h - from the text of an event to the concrete events of this machine,
 * as the module wants them.
 *
 * In: a text such as "syscalls:*", and the fields that the program names.
 * Out: a list of struct ktap_event with their fields, the caller's to free.
 * Fails when the text is no event or matches nothing, with a sentence that
 * names near misses.
 */
#ifndef EVENT_RESOLVE_H
#define EVENT_RESOLVE_H

#include <stdbool.h>
#include <ktap/event.h>
#include <ktap/image.h>
#include "event/format.h"
#include "event/names.h"
#include "event/tracefs.h"
#include "util/buf.h"

struct event_source {
	struct tracefs tracefs;
	struct formats formats;
};

/* 0; or -1 and a sentence. */
int event_source_open(struct event_source *src, struct buf *why);
void event_source_close(struct event_source *src);

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
};

struct event_list {
	struct ktap_event *at;
	unsigned int n, cap;
	struct names skipped;	/* matched, but not known to this ktap: "SYSTEM:NAME" */
};

/* 0, and at least one event in `out`; or -1 and a sentence. */
int event_resolve(struct event_source *src, const struct event_query *query,
		  struct event_list *out, struct buf *why);
void event_list_free(struct event_list *list);

/* Where reference number `ref` of the query is found in event number `i`. */
const struct ktap_field *event_list_ref(const struct event_list *list, size_t i, size_t ref);

/*
 * Says in `why` which of the names is a field of none of the events in the list
 * and what is near. Returns the index of the reference, -1 if all is well.
 */
int event_missing_ref(struct event_source *src, const struct event_query *query,
		      const struct event_list *list, struct buf *why);

#endif
