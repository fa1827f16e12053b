/* SPDX-License-Identifier: GPL-2.0 */
/*
 * making.h - one event on its way from a name to struct ktap_event: its fields
 * are collected, then it enters the list, which owns them.
 */
#ifndef EVENT_MAKING_H
#define EVENT_MAKING_H

#include "event/fetch.h"
#include "event/source.h"

struct making {
	const struct event_query *query;
	struct ktap_event ev;
	LIST(struct ktap_field) fields;
	LIST(struct ktap_fetch) fetch;
	struct params *params;	/* of positional arguments that are fetched; NULL: none are */
};

/* No name, no number, no field as yet. */
struct making making_begin(const struct event_query *query, __u32 kind);

/* Whether the query has this event left out. */
bool making_knows(const struct event_query *query, const char *system, const char *name);

/* False if one of the names is too long for an event. */
bool making_name(struct making *m, const char *system, const char *name);

/* The next positional argument; then, when all are there, the next reference. */
void making_arg(struct making *m, struct ktap_field field);
void making_ref(struct making *m, struct ktap_field field);

/* The positional argument number `n`, none past the end or where it is hidden. */
struct ktap_field making_nth(const struct making *m, unsigned int n);

/* That of this name, hidden or not; none if there is no such parameter. */
struct ktap_field making_named(const struct making *m, const char *name);

/* The field that this fetch gives; none if it is too long. */
struct ktap_field making_fetch(struct making *m, const struct fetch *f);

/* The next positional argument is fetched, and this is what it is called. */
struct param *making_param(struct making *m, const char *name, const char *ctype,
			   enum param_style style, const struct fetch *f);

/* All references of the query are nil. */
void making_no_refs(struct making *m);

void making_finish(struct making *m, struct event_list *list);

/* An event of the session's own, called as its text is and without any field. */
void making_own(struct making *m, struct event_list *list);
void making_own_label(const struct ktap_event *ev, struct buf *out);

/* It stays out of the list, which says so. */
void making_skip(struct making *m, struct event_list *list, const char *system, const char *name);

static inline struct ktap_field field_none(void)
{
	return (struct ktap_field){ .source = KTAP_SRC_NONE };
}

#endif
