/* SPDX-License-Identifier: GPL-2.0 */
/*
 * params.h - the positional arguments of an event that fetches them: what they are
 * called and how they are shown. Made by the event's source, immutable when the
 * event is in a list, shared by threads by counting.
 */
#ifndef EVENT_PARAMS_H
#define EVENT_PARAMS_H

#include <stddef.h>
#include <ktap/event.h>
#include "event/ksyms.h"
#include "util/buf.h"

enum param_style {
	PARAM_DECIMAL,		/* by its type's sign */
	PARAM_HEX,		/* 0x2a */
	PARAM_CHAR,		/* 'c' */
	PARAM_TEXT,		/* "text" */
	PARAM_SYMBOL,		/* an address of the kernel: vfs_read+0x10 */
	PARAM_PLACE,		/* the same with the symbol's size: vfs_read+0x10/0x140 */
};

struct param {
	char *name;
	char *ctype;		/* as a listing shows it: "const char *", "u32" */
	enum param_style style;
	__u8 type;		/* enum ktap_field_type, of one element if it is an array */
	unsigned int count;	/* elements of an array, 0: it is none */
};

struct params {
	unsigned int users;
	LIST(struct param) list;
};

/* One reference, the caller's. */
struct params *params_new(void);
struct params *params_get(struct params *p);	/* NULL stays NULL */
void params_put(struct params *p);

/* Copies the names. Returns the new one, whose style and count may be changed. */
struct param *params_add(struct params *p, const char *name, const char *ctype,
			 enum param_style style, __u8 type);

/* The index of the parameter of that name, or -1. */
int params_find(const struct params *p, const char *name);

/* The bytes of an event's text, `fetched` of ktap/record.h. */
struct fetched {
	const unsigned char *bytes;
	size_t len;
	unsigned int nargs;
};

/* False: it could not be fetched, or the bytes are damaged. */
bool fetched_word(const struct fetched *f, unsigned int n, uint64_t *word);

/* Argument n of `f` as its parameter says; "(fault)" if it could not be fetched. */
void params_value(const struct params *p, unsigned int n, const struct fetched *f,
		  struct ksyms *k, struct buf *out);

/* Those whose names begin so tell the place; they are not shown. */
#define PARAM_HIDDEN	"__"

/* The others as members of a JSON object; null: it could not be fetched. */
void params_members(const struct params *p, const struct fetched *f, struct ksyms *k, struct buf *out);

/* "a=1 b=2", the parameters from `first` on. */
void params_text(const struct params *p, unsigned int first, const struct fetched *f,
		 struct ksyms *k, struct buf *out);

#endif
