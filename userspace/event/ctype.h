/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ctype.h - questions about a type of C in the kernel's description of its types.
 */
#ifndef EVENT_CTYPE_H
#define EVENT_CTYPE_H

#include <stdbool.h>
#include <stdint.h>
#include "util/buf.h"
#include "util/near.h"

struct btf;
struct btf_type;

/* What a type is past typedefs, const, volatile, restrict and tags; NULL: nothing known. */
const struct btf_type *ctype_of(const struct btf *btf, uint32_t id);
uint32_t ctype_strip(const struct btf *btf, uint32_t id);

/* A structure that is only announced here, if it is described elsewhere: that one. */
uint32_t ctype_described(const struct btf *btf, uint32_t id);

bool ctype_is_array(const struct btf_type *t);
bool ctype_is_pointer(const struct btf_type *t);
bool ctype_is_struct(const struct btf_type *t);		/* or a union */
bool ctype_is_number(const struct btf_type *t);		/* integer, enum, pointer */
bool ctype_is_signed(const struct btf_type *t);

/* Bytes; negative: it has no size. */
int64_t ctype_size(const struct btf *btf, uint32_t id);

/* The integer of enum ktap_field_type that is like a number, or has so many bytes; -1: none. */
int ctype_number(const struct btf *btf, uint32_t id);
int ctype_integer(int64_t bytes, bool is_signed);

/*
 * C's way to say text is a pointer to const char, or an array of char: what is
 * written through a pointer is a buffer. char, signed char and unsigned char by
 * these names: a u8 is a number.
 */
bool ctype_points_to_text(const struct btf *btf, uint32_t id);
bool ctype_is_text_array(const struct btf *btf, const struct btf_type *t);

/* Whether what the pointer points to is said to be the task's. */
bool ctype_points_to_user(const struct btf *btf, const struct btf_type *t);

struct ctype_member {
	uint32_t type;
	uint64_t bit;		/* from the structure's beginning */
	unsigned int bits;	/* of a bit-field, 0 else */
};

/* Members of nameless members are the structure's own. */
bool ctype_member(const struct btf *btf, uint32_t id, const char *name, struct ctype_member *m);
void ctype_offer_members(const struct btf *btf, uint32_t id, struct near_search *near);

/* Adds "struct task_struct *", "unsigned int". */
void ctype_text(const struct btf *btf, uint32_t id, struct buf *out);

#endif
