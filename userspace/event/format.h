/* SPDX-License-Identifier: GPL-2.0 */
/*
 * format.h - what an event's record looks like, from its format file: where the
 * fields are, and of which types. Each file is read once. Nothing in it is trusted.
 */
#ifndef EVENT_FORMAT_H
#define EVENT_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <ktap/event.h>
#include "event/names.h"
#include "event/tracefs.h"
#include "util/arena.h"
#include "util/buf.h"

enum format_flag {
	FORMAT_SIGNED	= 1 << 0,
	FORMAT_ARRAY	= 1 << 1,
	FORMAT_POINTER	= 1 << 2,
	FORMAT_LOCATED	= 1 << 3,	/* a word tells where the bytes are */
	FORMAT_RELATIVE	= 1 << 4,	/* counted from behind that word */
};

struct format_field {
	const char *type;	/* "const char *", "char[16]", "__data_loc char[]" */
	const char *name;
	unsigned int offset, size;
	unsigned int element;	/* bytes of an array's element, 0: not known */
	unsigned int flags;	/* enum format_flag */
};

struct format {
	const char *system, *name;
	int id;
	struct format_field *at;
	unsigned int n, cap;
	unsigned int ncommon;	/* the first ones are of every event */
	struct format *next;	/* with the same hash */
};

#define FORMATS_HASH 1024u

struct kernelfmt;

struct formats {
	const struct tracefs *tracefs;
	struct arena arena;
	struct format *known[FORMATS_HASH];
	struct kernelfmt *kernel;	/* of kernelfmt.h */
};

void formats_init(struct formats *f, const struct tracefs *tracefs);
void formats_exit(struct formats *f);

/* Owned by `f`; or NULL and a sentence in `why`, which may be NULL. */
const struct format *format_get(struct formats *f, const char *system,
				const char *name, struct buf *why);

/* Its fields, the common ones left out: from the first to before the end. */
const struct format_field *format_begin(const struct format *format);
const struct format_field *format_end(const struct format *format);

/* A field of every event; NULL: there is none of that name. */
const struct format_field *format_common(const struct format *format, const char *name);

/*
 * The field as the module reads it. For an event of the system "syscalls" a
 * word, as wide as the declared type: an int that holds -1 reads as -1.
 */
struct ktap_field format_field(const struct format_field *field);
struct ktap_field format_syscall_field(const struct format_field *field, unsigned int word);

/* Whether its bytes are a text up to NUL, and not numbers. */
bool format_holds_text(const struct format_field *field);

/* Bytes of the record that are always there, common fields included. */
unsigned int format_record_size(const struct format *format);

void format_field_names(const struct format *format, struct names *out);

/* Adds "TYPE NAME, TYPE NAME", the common fields left out. */
void format_arguments(const struct format *format, struct buf *out);

#endif
