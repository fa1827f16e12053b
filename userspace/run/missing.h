/* SPDX-License-Identifier: GPL-2.0 */
/*
 * missing.h - fields that an image asks for and no event of this machine has: the
 * compiler says so where it can, but it may have been another machine's.
 */
#ifndef RUN_MISSING_H
#define RUN_MISSING_H

#include <stdbool.h>
#include "event/resolve.h"
#include "util/buf.h"

struct session;

/* Of each reference: whether an event has it, and what was said where one has not. */
struct missing {
	struct missing_ref { bool found, told; struct buf why; } *at;
};

/* Remembers what the events lack of the program's references. */
void missing_note(struct session *s, const struct event_query *query, const struct event_list *list);

/* Tells of the references that no event had, each once. */
void missing_tell(struct session *s);
void missing_free(struct session *s);

#endif
