/* SPDX-License-Identifier: GPL-2.0 */
/*
 * catalog.h - what this machine has to trace: each part is opened when a source
 * of events first asks for it, so an event needs only its own. All zeros at
 * first; used by one thread.
 */
#ifndef EVENT_CATALOG_H
#define EVENT_CATALOG_H

#include <stdbool.h>
#include "event/format.h"
#include "event/ksyms.h"
#include "event/traceable.h"
#include "event/tracefs.h"
#include "event/types.h"
#include "util/buf.h"

struct event_catalog {
	struct tracefs tracefs;
	struct formats formats;
	bool has_tracefs;
	struct ksyms ksyms;	/* reads what it needs by itself */
	struct types types;	/* so does this */
	int pid;		/* the process whose files are meant; 0: none in particular */
	struct traceable traceable;
	struct buf modules;	/* as catalog_check() saw them last */
};

void catalog_close(struct event_catalog *c);

/* What was read may not be true any more: it is read again when it is next asked for. */
void catalog_renew(struct event_catalog *c);

/*
 * Renews it if other modules are loaded than at the last call, or if this is the first: for
 * what is read from here on, module by module, somebody else has to be told of changes.
 */
void catalog_check(struct event_catalog *c);

/* Whether `types` may be used: the kernel describes its types. */
bool catalog_has_types(struct event_catalog *c);

/* Where it does not: "; " and why, behind a sentence about what that makes impossible. */
void catalog_untyped(struct event_catalog *c, struct buf *why);

/* The format of a tracepoint's record; NULL: it is not known. */
const struct format *catalog_format(struct event_catalog *c, const char *system, const char *name);

/* 0, and `tracefs` and `formats` may be used; or -1 and a sentence. */
int catalog_need_tracefs(struct event_catalog *c, struct buf *why);

#endif
