/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stack.h - stacks as values: bytes that begin with struct ktap_stack, so they are
 * hashed and compared like strings. An address of a process is a stack of one
 * frame with a type of its own. Any context.
 */
#ifndef KP_STACK_H
#define KP_STACK_H

#include <ktap/record.h>

#include "value.h"

static inline u32 kp_stack_bytes(u32 depth)
{
	return (u32)sizeof(struct ktap_stack) + depth * (u32)sizeof(u64);
}

static inline u32 kp_stack_depth(const struct kp_str *s)
{
	return (s->len - (u32)sizeof(struct ktap_stack)) / (u32)sizeof(u64);
}

static inline struct ktap_stack *kp_stack_head(struct kp_str *s)
{
	return (struct ktap_stack *)s->data;
}

static inline u64 *kp_stack_frames(const struct kp_str *s)
{
	return (u64 *)(s->data + sizeof(struct ktap_stack));
}

#endif
