/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emit.h - values into records (record.h has the format). Any context. Functions
 * return false with ctx->err set where the script is at fault; a record that finds
 * no room is dropped and counted by the host and is no failure.
 */
#ifndef KP_EMIT_H
#define KP_EMIT_H

#include "vm.h"

/* A record of n values: PRINT, PRINTF. */
bool kp_emit_values(struct kp_ctx *ctx, u32 kind, const struct kp_value *v, u32 n);

/*
 * The same of numbers and strings, where there is room and nobody need be told of it. Any
 * nesting, preemption off: no invocation is asked for. 0: it has done nothing.
 */
u64 kp_emit_quick(const struct kp_probe *probe, const struct kp_value *v, u64 n, u64 kind,
		  const struct kp_vm *vm);

/*
 * The same in parts, for a front that puts numbers and strings of the program itself: room for a
 * record of `len` bytes, its payload's beginning or NULL as above; a string, and what is
 * behind it; and it is whole.
 */
u64 *kp_emit_begin(const struct kp_probe *probe, u64 len, u64 kind, const struct kp_vm *vm);
u64 *kp_emit_string(u64 *to, const struct kp_str *s);
u64 kp_emit_end(const struct kp_vm *vm);

/*
 * All rows of a table as a chart, or an aggregate as one of a single row without key, nil as
 * one of none; `rows` of them are to be shown, 0 = as usual. unit: enum ktap_unit.
 */
bool kp_emit_hist(struct kp_ctx *ctx, const struct kp_value *v, s64 rows, u32 unit);

/* The error in ctx->err with its call stack. */
void kp_emit_error(struct kp_ctx *ctx);

#endif
