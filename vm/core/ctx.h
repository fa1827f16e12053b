/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ctx.h - the private memory of an invocation: temporaries in an arena that is
 * collected by copying when it fills, and the list of heap objects made here
 * ("young"). Any context: the work is bounded by the registers in use.
 *
 * An operation that needs temporary memory first has it reserved, which may move
 * every temporary that a register holds, and only then looks at its registers.
 */
#ifndef KP_CTX_H
#define KP_CTX_H

#include "vm.h"

/* Sets ctx->err and returns false; arguments are kp_value by value. */
bool kp_fail0(struct kp_ctx *ctx, u32 code);
bool kp_fail1(struct kp_ctx *ctx, u32 code, struct kp_value a);
bool kp_fail2(struct kp_ctx *ctx, u32 code, struct kp_value a, struct kp_value b);
bool kp_fail3(struct kp_ctx *ctx, u32 code, struct kp_value a, struct kp_value b,
	      struct kp_value c);

/*
 * Names as arguments of an error: a value's type, a builtin. They are nils with
 * `aux` set, and kp_name_arg() is their text.
 */
struct kp_value kp_type_arg(const struct kp_value *v);
struct kp_value kp_builtin_arg(u32 id);
const char *kp_name_arg(const struct kp_value *v);

/* Makes room, collecting if need be. False: failed. */
bool kp_temp_reserve(struct kp_ctx *ctx, size_t bytes);

/* From the room reserved: never fails and never collects. */
struct kp_str *kp_temp_str(struct kp_ctx *ctx, u32 type, u32 len);
struct kp_tuple *kp_temp_tuple(struct kp_ctx *ctx, u32 n);

/* The string made last has only `len` bytes. */
void kp_temp_shorten(struct kp_ctx *ctx, struct kp_str *s, u32 len);

/* Reserve and make: a string of these bytes, which are not temporaries themselves. */
bool kp_temp_string(struct kp_ctx *ctx, const char *bytes, u32 len, struct kp_value *out);

/* Room for one more young object. False: failed. */
bool kp_young_reserve(struct kp_ctx *ctx);
void kp_young_add(struct kp_ctx *ctx, struct kp_obj *o);

/* Gives up the references to young objects. */
void kp_young_drop(struct kp_ctx *ctx);

/*
 * Process context, before the read-side section is let go of: every object that a register
 * holds gets a reference, and is young from then on. False: there is no room for so many.
 */
bool kp_young_hold(struct kp_ctx *ctx);

/* Forgets all temporaries and young objects: the invocation is over. */
static inline void kp_ctx_reset(struct kp_ctx *ctx)
{
	if (unlikely(ctx->nyoung))
		kp_young_drop(ctx);
	kp_hide(ctx->half[0], ctx->half_size);
	ctx->used = 0;
	ctx->have = 0;
	ctx->depth = 0;
	ctx->top = 0;
}

/* End of the registers in use, as an index into the stack. */
u32 kp_ctx_limit(const struct kp_ctx *ctx);

#endif
