/* SPDX-License-Identifier: GPL-2.0 */
/*
 * builtin.h - the functions of builtins.def.h. Any context.
 */
#ifndef KP_BUILTIN_H
#define KP_BUILTIN_H

#include "vm.h"

/*
 * Calls builtin `id` with the n arguments at v, which lies in ctx->stack; results
 * are written from v on (room for KP_BUILTIN_ROOM values beyond the arguments is
 * the caller's promise, more is asked for by the builtin). Returns their number,
 * or -1: failed. PCALL is the interpreter's own.
 */
int kp_builtin(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n);

const char *kp_builtin_name(u32 id);

#endif
