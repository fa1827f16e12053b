/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loop.h - innermost loops of which each word has its common way in place: while one of them
 * runs, the numbers of the registers that it names most are in machine registers, their homes.
 *
 * Tags stay in memory, and so are numbers whenever anybody else may look: what has been changed
 * is written back where the loop is left and in front of each helper, and fetched again behind it.
 */
#ifndef KP_JIT_LOOP_H
#define KP_JIT_LOOP_H

#include "place.h"

/* Finds the loops of the function, before anything is emitted. */
void kp_jit_find_loops(struct kp_jit *j);

/* In front of the loop; wherever it is entered. */
void kp_jit_put_tags(struct kp_jit *j);
void kp_jit_fetch_homes(struct kp_jit *j);
void kp_jit_write_homes_back(struct kp_jit *j);

#endif
