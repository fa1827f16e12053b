/* SPDX-License-Identifier: GPL-2.0 */
/*
 * resolve.h - from the text of an event to the concrete events of this machine,
 * as the module wants them, whatever source they come from.
 *
 * In: a text such as "syscalls:*", and the fields that the program names.
 * Out: a list of struct ktap_event with their fields, the caller's to free.
 */
#ifndef EVENT_RESOLVE_H
#define EVENT_RESOLVE_H

#include "event/source.h"

/* 0, and at least one event in `out`, unless all are known; or EVENT_* and a sentence. */
int event_resolve(struct event_catalog *c, const struct event_query *query,
		  struct event_list *out, struct buf *why);

/* Whether a module of the kernel may bring events that the text names. */
bool event_comes_later(const char *text);

void event_list_free(struct event_list *list);

/* Where reference number `ref` of the query is found in event number `i`. */
const struct ktap_field *event_list_ref(const struct event_list *list, size_t i, size_t ref);

/*
 * Says in `why` which of the names is a field of none of the events in the list
 * and what is near. Returns the index of the reference, -1 if all is well; `part`
 * is which part of a name such as prev->comm is wrong, 0 is the first.
 */
int event_missing_ref(struct event_catalog *c, const struct event_query *query,
		      const struct event_list *list, unsigned int *part, struct buf *why);

/*
 * Whether the events have the reference's argument, but not what the program asks
 * of it, or none of their arguments is described: then `why` says so. References
 * are those of a whole program, so nothing is said of arguments that they lack.
 */
bool event_lacks_part(struct event_catalog *c, const struct event_query *query,
		      const struct event_list *list, size_t ref, struct buf *why);

/* Adds the texts of all events of this machine that match the glob. */
void event_enumerate(struct event_catalog *c, const char *glob, struct names *out);

/*
 * An event's bytes as one line. They may be short or damaged: what cannot be
 * shown is left out.
 */
void event_render(struct event_catalog *c, const struct ktap_event *ev,
		  const struct params *params, const void *bytes, size_t len, struct buf *out);

/* Its fields as members of a JSON object; what is not whole is null. */
void event_members(struct event_catalog *c, const struct ktap_event *ev,
		   const struct params *params, const void *bytes, size_t len, struct buf *out);

/* Why the module did not attach it, where its source knows; NULL else. */
const char *event_reason(const struct ktap_event *ev);

/* How people call the event. */
void event_label(const struct ktap_event *ev, struct buf *out);

#endif
