/* SPDX-License-Identifier: GPL-2.0 */
/*
 * userplace.h - an event at a place in the file of a program or library: what
 * functions and markers share.
 */
#ifndef EVENT_USERPLACE_H
#define EVENT_USERPLACE_H

#include "event/elf.h"
#include "event/making.h"
#include "event/userspec.h"

/* The file that a specification means, open; NULL: a sentence. */
struct elf *userplace_open(struct event_catalog *c, const struct userspec *spec, struct buf *why);

/* The file's name without folders. */
const char *userplace_file(const struct elf *e);

/* Names it, cutting one that is too long, and says where it is. False: the file has no code there. */
bool userplace_set(struct making *m, const struct elf *e, const char *system, const char *name,
		   uint64_t address);

/* The next positional arguments tell the place; of a return also where it goes on. */
void userplace_add(struct making *m);

/* The same, for the text only. */
void userplace_hide(struct making *m);

/* A field by name, by position, or the return value. */
void userplace_refs(struct making *m);

/* "(0x401136) a=1", and of a return "(0x401200 <- 0x401136)". */
void userplace_text(struct event_catalog *c, const struct ktap_event *ev, const struct params *params,
		    const void *bytes, size_t len, struct buf *out);

void userplace_label(const struct ktap_event *ev, struct buf *out);

/* Why the module did not attach one. */
const char *userplace_reason(int error);

#endif
