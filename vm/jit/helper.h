/* SPDX-License-Identifier: GPL-2.0 */
/*
 * helper.h - what the machine code of a function calls: one helper for each
 * instruction that is not, or not always, done in place. Any context.
 */
#ifndef KP_JIT_HELPER_H
#define KP_JIT_HELPER_H

#include "../core/run.h"

/*
 * a, b, c: the registers or constants that the operands name, NULL where an operand
 * names something else. w: the instruction's word in the low half; above it, for
 * instructions that call, are pairs with EXT or may leave the function, 16 bits of
 * the next instruction's pc and 16 bits of what the EXT holds (d of APPEND, a else).
 */
typedef u64 kp_jit_helper_fn(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			     struct kp_value *c, u64 w);

/* What comes back: FAIL, or OK; of those that jump, NEXT or TAKEN; of those that call
 * or return, OK or LEAVE: another frame is innermost now. */
enum { KP_HELPER_FAIL, KP_HELPER_OK, KP_HELPER_NEXT = 1, KP_HELPER_TAKEN, KP_HELPER_LEAVE = 2 };

/* NULL: always done in place. */
extern kp_jit_helper_fn *const kp_jit_helper[KTAP_OP__MAX];

/* The failure is that of the instruction before pc (in w); notes it in the frame. */
kp_jit_helper_fn kp_jit_failed;

/* A slice of steps is spent; w: pc behind the jump. FAIL or OK. */
kp_jit_helper_fn kp_jit_spent;

#endif
