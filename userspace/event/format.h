/* SPDX-License-Identifier: GPL-2.0 */
/*
 * format.h - what an event's record looks like, from its format file: where
 * the fields are, and how the kernel prints them. Each file is read once.
 */
#ifndef EVENT_FORMAT_H
#define EVENT_FORMAT_H

#include <stdbool.h>
#include <ktap/event.h>
#include "event/names.h"
#include "event/tracefs.h"
#include "util/buf.h"

struct tep_event;
struct tep_format_field;
struct tep_handle;

#define FORMATS_RECENT 1024u

struct formats {
	const struct tracefs *tracefs;
	struct tep_handle *tep;
	struct tep_event *recent[FORMATS_RECENT];	/* by hash of the name: a short cut */
};

void formats_init(struct formats *f, const struct tracefs *tracefs);
void formats_exit(struct formats *f);

/* Owned by `f`; or NULL and a sentence in `why`, which may be NULL. */
struct tep_event *format_get(struct formats *f, const char *system,
			     const char *name, struct buf *why);

/*
 * The field as the module reads it. For an event of the system "syscalls" a
 * word, as wide as the declared type: an int that holds -1 reads as -1.
 */
struct ktap_field format_field(const struct tep_format_field *field);
struct ktap_field format_syscall_field(const struct tep_format_field *field,
				       unsigned int word);

/* Whether its bytes are a text up to NUL, and not numbers. */
bool format_holds_text(const struct tep_format_field *field);

/* Bytes of the record that are always there, common fields included. */
unsigned int format_record_size(const struct tep_event *event);

void format_field_names(const struct tep_event *event, struct names *out);

/* Adds "TYPE NAME, TYPE NAME", the common fields left out. */
void format_arguments(const struct tep_event *event, struct buf *out);

#endif
