/* SPDX-License-Identifier: GPL-2.0 */
/*
 * inplace.h - instructions that are done without a helper, where the verifier or a test
 * of the tag says that they are about integers. Where the test fails they leave by
 * slow_way().
 */
#ifndef KP_JIT_INPLACE_H
#define KP_JIT_INPLACE_H

#include "place.h"

/* The common way of the instruction at hand. False: it has none, and nothing is emitted. */
bool kp_jit_in_place(struct kp_jit *j);

/* The slot that R1 has the address of += the first register of the instruction at hand. */
void kp_jit_add_to_slot(struct kp_jit *j);

/* Goes to another word; backwards it costs a step. */
void kp_jit_go(struct kp_jit *j, u32 target);

/* To the target of the pair at hand if a `jump` b or, where b is negative, a `jump` n. */
void kp_jit_branch(struct kp_jit *j, u8 jump, u32 a, s32 b, s64 n);

#endif
