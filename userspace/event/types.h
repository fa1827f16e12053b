/* SPDX-License-Identifier: GPL-2.0 */
/*
 * types.h - the kernel's own description of its types (BTF): the prototypes of
 * its functions and tracepoints. Read when first asked for, from /sys/kernel/btf,
 * or from KTAP_BTF: a folder like that one, or a file with the types of vmlinux.
 * One thread at a time.
 */
#ifndef EVENT_TYPES_H
#define EVENT_TYPES_H

#include <stdbool.h>
#include <stdint.h>
#include "event/names.h"
#include "util/buf.h"

struct btf;

/* The types of vmlinux, or what a module adds to them. */
struct type_set {
	char *name;
	struct btf *btf;
	struct type_name *names;	/* hashed; NULL: not needed as yet */
	uint32_t nnames;		/* a power of two */
};

/* All zeros at first. */
struct types {
	bool tried, modules_tried;
	char *folder;			/* of the modules' types, NULL: only vmlinux is there */
	struct buf why;			/* there are none: the reason */
	LIST(struct type_set) sets;	/* vmlinux first */
};

/* What a function takes and gives. Valid until types_close(). */
struct prototype {
	const struct btf *btf;
	uint32_t id;			/* of its type */
	uint32_t first;			/* parameters before those that count */
};

/* 0; or -1 and a sentence that says what there is without types. */
int types_need(struct types *t, struct buf *why);
void types_close(struct types *t);

/*
 * After types_need(). The function in `module`; NULL: in vmlinux, else in any
 * module. False: its prototype is not known. A file of types has those of modules too.
 */
bool types_function(struct types *t, const char *module, const char *name, struct prototype *p);

/* The tracepoint's own arguments, in vmlinux or any module. */
bool types_tracepoint(struct types *t, const char *name, struct prototype *p);

/* Adds the names of all tracepoints. */
void types_tracepoints(struct types *t, struct names *out);

unsigned int prototype_count(const struct prototype *p);
bool prototype_is_variadic(const struct prototype *p);

/* "" where it has none. */
const char *prototype_name(const struct prototype *p, unsigned int n);

/* The parameter of that name, or -1. */
int prototype_find(const struct prototype *p, const char *name);

/* Adds "struct task_struct *", and with its name "struct task_struct *prev". */
void prototype_type_text(const struct prototype *p, unsigned int n, struct buf *out);
void prototype_text(const struct prototype *p, unsigned int n, struct buf *out);
void prototype_params_text(const struct prototype *p, struct buf *out);	/* all, with commas */
void prototype_result_text(const struct prototype *p, struct buf *out);

/* Types by number: of a parameter, of the result. */
uint32_t prototype_type(const struct prototype *p, unsigned int n);
uint32_t prototype_result(const struct prototype *p);

#endif
