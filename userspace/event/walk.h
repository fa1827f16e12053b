/* SPDX-License-Identifier: GPL-2.0 */
/*
 * walk.h - a chain of members while it is walked (deref.c), and how it ends
 * (walk_end.c).
 */
#ifndef EVENT_WALK_H
#define EVENT_WALK_H

#include <stdbool.h>
#include <stdint.h>
#include "event/deref.h"

struct btf_type;

#define WORD_BITS	64u
#define WORD_BYTES	8u

/*
 * Where on the chain the walk stands: at a value in registers, of which nothing
 * has been fetched, or at a place in memory, `offset` behind what the operations
 * so far give.
 */
struct walk {
	const struct prototype *p;
	const struct btf *btf;
	struct deref *out;
	struct buf *why;
	const char *at;		/* the rest of the chain */
	struct buf done;	/* the text of what is behind, for messages */
	bool place;
	bool user;		/* the place is in the task's memory */
	unsigned int source;	/* of a value: ARG or RETVAL, */
	unsigned int word;	/* and its first word */
	uint64_t bit;		/* of a value, of a bit-field: the lowest, from there */
	unsigned int bits;	/* of a bit-field how many, 0 else */
	int64_t offset;
	uint32_t type;		/* as declared */
};

static inline int walk_failed(void)
{
	return -1;
}

#define WALK_FAIL(w, ...)	(buf_printf((w)->why, __VA_ARGS__), walk_failed())

/* Operations; 0 or -1 and a sentence. */
int walk_emit(struct walk *w, enum ktap_fetch_op op, unsigned int type, int64_t imm);

/* The integer at the place. */
int walk_load(struct walk *w, unsigned int type);

/* The whole word of a value that holds the bit where the walk stands. */
int walk_word(struct walk *w);

/* The value of what is there; its address. */
int walk_end(struct walk *w);
int walk_end_address(struct walk *w);

#endif
