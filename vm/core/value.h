/* SPDX-License-Identifier: GPL-2.0 */
/*
 * value.h - what a register holds, what a shared variable or table entry holds,
 * and the header of every object. All of it may run in probe context.
 */
#ifndef KP_VALUE_H
#define KP_VALUE_H

#include "port.h"
#include <ktap/bytecode.h>

/* A register: private to one invocation, so tag and payload need not agree atomically. */
struct kp_value {
	u32 tag;		/* enum ktap_type */
	u32 aux;		/* of ITER: position; else 0 */
	union {
		s64 i;
		struct kp_obj *obj;
		struct kp_str *str;
		struct kp_tuple *tuple;
		struct kp_tab *tab;
		struct kp_closure *fn;
		struct kp_cell *cell;
		struct kp_agg *agg;
	};
};

/*
 * A slot: a value that all CPUs and contexts share. `obj` is a tag below
 * KP_SLOT_TAGS for an immediate value, whose number is in `num`, or a pointer to
 * an object, whose header holds the type. One load of `obj` therefore decides
 * the kind, and a concurrent change of kind can only make an addition to `num`
 * come before or after it, never make an object of a number.
 */
struct kp_slot {
	atomic64_t num;
	uintptr_t obj;
};

#define KP_SLOT_TAGS	((uintptr_t)64)
#define KP_SLOT_GONE	(KP_SLOT_TAGS - 1)	/* of an entry that has left its table (tab.h) */

_Static_assert(KTAP_T__MAX <= 63, "tags are below KP_SLOT_GONE");

enum kp_obj_flag {
	KP_OBJ_TEMP	= 1 << 0,	/* in an arena: vanishes with the invocation */
	KP_OBJ_STATIC	= 1 << 1,	/* lives as long as the program: not counted */
	KP_OBJ_SHARED	= 1 << 2,	/* others may have seen it: free after a grace period */
};

/* The header of every object. */
struct kp_obj {
	atomic_t refs;
	u8 type;		/* enum ktap_type */
	u8 flags;		/* enum kp_obj_flag */
	u8 cls;			/* size class in the heap */
	u8 mark;		/* of a temporary: it has been copied, `link` tells where to */
	struct kp_obj *link;	/* in the list of retired or free objects */
};

/* Immutable bytes, padded with NUL to a multiple of 8: of which types, kp_is_bytes() says. */
struct kp_str {
	struct kp_obj o;
	u32 len;
	u32 hash;		/* 0: not computed yet */
	char data[];
};

/* A composite key: as many values as `n`, none of them a tuple. */
struct kp_tuple {
	struct kp_obj o;
	u32 n;
	u32 hash;
	struct kp_value v[];
};

/* A variable that inner functions assign. */
struct kp_cell {
	struct kp_obj o;
	struct kp_slot slot;
};

struct kp_closure {
	struct kp_obj o;
	const struct kp_fn *fn;
	u32 nup;
	u32 reserved;
	struct kp_value up[];	/* plain values, or CELL; constant once made */
};

static inline bool kp_is_true(const struct kp_value *v)
{
	return v->tag >= KTAP_T_TRUE;
}

static inline bool kp_is_obj(const struct kp_value *v)
{
	return v->tag >= KTAP_T_STR && v->tag != KTAP_T_ITER && v->obj;
}

/* Types whose objects are struct kp_str: equal when their bytes are. */
static inline bool kp_is_bytes(u32 tag)
{
	return tag == KTAP_T_STR || tag == KTAP_T_EVTEXT || tag == KTAP_T_STACK ||
	       tag == KTAP_T_UADDR;
}

static inline struct kp_value kp_nil(void)
{
	return (struct kp_value){ .tag = KTAP_T_NIL };
}

static inline struct kp_value kp_int(s64 i)
{
	return (struct kp_value){ .tag = KTAP_T_INT, .i = i };
}

static inline struct kp_value kp_bool(bool b)
{
	return (struct kp_value){ .tag = b ? KTAP_T_TRUE : KTAP_T_FALSE };
}

/* A value of the object's own type. The object is not counted. */
static inline struct kp_value kp_objval(void *o)
{
	struct kp_obj *obj = o;

	return (struct kp_value){ .tag = obj->type, .obj = obj };
}

const char *kp_type_name(u32 tag);

/* Hash of any key; the low bits are good ones. Never 0. */
u32 kp_value_hash(const struct kp_value *v, u32 seed);

/* Equality of the language: never fails, false across types. */
bool kp_value_equal(const struct kp_value *a, const struct kp_value *b);

#endif
