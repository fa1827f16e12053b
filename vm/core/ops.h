/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ops.h - what single instructions do, where it is more than a line. Any context.
 * Functions that return false have failed: ctx->err is set. Operands are registers
 * (a key that is the event's text is made a value of its own, in place), results
 * are written last, so they may be operands too.
 */
#ifndef KP_OPS_H
#define KP_OPS_H

#include "ctx.h"
#include "error.h"
#include "tab.h"

/* The main chunk need not wait for others to bring memory. */
static inline void kp_refill(struct kp_ctx *ctx)
{
	if (ctx->level == KP_LEVEL_PROCESS && kp_heap_low(&ctx->vm->heap))
		kp_heap_refill(&ctx->vm->heap);
}

static inline void kp_fill_nil(struct kp_value *v, u32 n)
{
	while (n--)
		*v++ = kp_nil();
}

/*
 * Arithmetic (enum ktap_arith, not CONCAT) and order; *c is negative, 0, positive. A
 * failure to compare names b first where the script does: `swapped`.
 */
bool kp_op_arith(struct kp_ctx *ctx, u32 op, struct kp_value *out,
		 const struct kp_value *a, const struct kp_value *b);
bool kp_op_compare(struct kp_ctx *ctx, const struct kp_value *a,
		   const struct kp_value *b, bool swapped, int *c);
bool kp_op_equal(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b, bool *eq);

/* Before an update: a table; a key that tables take, the event's text made one in place. */
bool kp_op_check_tab(struct kp_ctx *ctx, const struct kp_value *t);
bool kp_op_check_key(struct kp_ctx *ctx, struct kp_value *key);

/* Tables. An update that finds no memory is counted, and is no failure. */
bool kp_op_get_tab(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *t,
		   struct kp_value *key);
bool kp_op_set_tab(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		   const struct kp_value *val);
bool kp_op_tab_arith(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		     u32 op, const struct kp_value *v);
bool kp_op_tab_add(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		   const struct kp_value *v);
bool kp_op_tab_addi(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key, s64 n);
bool kp_op_tab_concat(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		      const struct kp_value *v);
bool kp_op_in(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *key,
	      const struct kp_value *t);
bool kp_op_append(struct kp_ctx *ctx, struct kp_value *t, const struct kp_value *v,
		  u32 n, u32 first);

/* Shared variables: globals and cells. */
bool kp_op_slot_set(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v);
bool kp_op_slot_add_slow(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v);

static inline bool kp_op_slot_add(struct kp_ctx *ctx, struct kp_slot *s,
				  const struct kp_value *v)
{
	return likely(v->tag == KTAP_T_INT && kp_slot_add(s, v->i)) ||
	       kp_op_slot_add_slow(ctx, s, v);
}

bool kp_op_slot_up(struct kp_ctx *ctx, struct kp_slot *s, u32 op, const struct kp_value *v);

/* Things that are made. R are the registers of the frame f that makes a closure. */
bool kp_op_new_table(struct kp_ctx *ctx, struct kp_value *out);
struct ktap_agg_shape;
bool kp_op_new_agg(struct kp_ctx *ctx, struct kp_value *out, const struct ktap_agg_shape *shape);
bool kp_op_new_cell(struct kp_ctx *ctx, struct kp_value *out, const struct kp_value *v);
bool kp_op_new_closure(struct kp_ctx *ctx, struct kp_value *out, const struct kp_fn *fn,
		       const struct kp_frame *f, const struct kp_value *R);
bool kp_op_new_tuple(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *v, u32 n);

/* Loops: the four registers of a `for`, the iterator and its results. */
bool kp_op_for_prep(struct kp_ctx *ctx, struct kp_value *r, bool *turn);
bool kp_op_iter_next(struct kp_ctx *ctx, struct kp_value *r, u32 nkeys, u32 nvals);
/* As kp_tab_next(), but spends for what is empty; *row: there is an entry. False: failed. */
bool kp_op_next_row(struct kp_ctx *ctx, struct kp_value *it, struct kp_value *key,
		    struct kp_value *val, bool *row);

/*
 * The next turn of a loop whose fourth register holds an integer. The turn after the last one
 * may lie beyond the range of integers: no turn then.
 */
static __always_inline bool kp_op_for_count(struct kp_value *r)
{
	s64 next;

	if (__builtin_add_overflow(r[0].i, r[2].i, &next))
		return false;
	if (likely(r[2].i > 0)) {
		if (unlikely(next > r[1].i))
			return false;
	} else if (unlikely(next < r[1].i)) {
		return false;
	}
	r[0].i = next;
	r[3].i = next;
	return true;
}

/* The same whatever it holds. */
static inline bool kp_op_for_loop(struct kp_value *r)
{
	if (!kp_op_for_count(r))
		return false;
	r[3].tag = KTAP_T_INT;
	r[3].aux = 0;
	return true;
}

#endif
