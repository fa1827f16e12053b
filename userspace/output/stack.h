/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stack.h - stacks and a process's addresses of a record as text. Names are asked
 * of whoever prints.
 */
#ifndef RUN_STACK_H
#define RUN_STACK_H

#include "output/value.h"

/* Whose it is, and its addresses as words (span_u64()). */
struct span stack_frames(const struct value *v, struct ktap_stack *whose);

/* Why no frame is behind the last; NULL: nobody called it, or the depth was reached. */
const char *stack_end(const struct ktap_stack *whose);

/*
 * One frame a line, the innermost first, each after four blanks; then why there are
 * no more, where that is not their beginning. No newline behind the last. What stands
 * before it on its line gets a line of its own.
 */
void stack_text(const struct value *v, const struct value_names *names, struct buf *out);

/* "symbol+0x10" */
void user_address_text(const struct value *v, const struct value_names *names, struct buf *out);

#endif
