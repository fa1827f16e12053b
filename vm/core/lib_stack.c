// SPDX-License-Identifier: GPL-2.0
/*
 * lib_stack.c - the kernel's stack and the process's, as values and printed.
 */
#include "budget.h"
#include "ctx.h"
#include "emit.h"
#include "host.h"
#include "library.h"
#include "stack.h"
#include "str.h"

/* Room for `depth` frames; NULL: failed. */
static struct kp_str *new_stack(struct kp_ctx *ctx, u32 depth)
{
	struct kp_str *s;

	if (!kp_temp_reserve(ctx, kp_str_size(kp_stack_bytes(depth))))
		return NULL;
	s = kp_temp_str(ctx, KTAP_T_STACK, kp_stack_bytes(depth));
	memset(kp_stack_head(s), 0, sizeof(struct ktap_stack));
	return s;
}

/* An argument from `least` on; as it was if it is left out. False: failed. */
static bool take(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n, u32 arg,
		 s64 least, s64 *out)
{
	if (!kp_want_int(ctx, id, v, n, arg, out))
		return false;
	if (*out >= least && *out <= KTAP_MAX_STACK)
		return true;
	kp_bad_value(ctx, id, arg, *out);
	return false;
}

static bool make_stack(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n, bool user)
{
	s64 depth = KTAP_MAX_STACK, skip = 0;
	struct kp_str *s;
	u32 len;

	if (!take(ctx, id, v, n, 1, 1, &depth) || !take(ctx, id, v, n, 2, 0, &skip))
		return false;
	s = new_stack(ctx, (u32)depth);
	if (!s)
		return false;
	len = user ? kp_host_user_stack(ctx, kp_stack_head(s), kp_stack_frames(s), (u32)depth) :
		     kp_host_stack(ctx, kp_stack_frames(s), (u32)depth, (u32)skip);
	kp_temp_shorten(ctx, s, kp_stack_bytes(len));
	v[0] = kp_objval(s);
	return kp_spend_work(ctx, (len + 1) * KP_STEPS_FRAME);
}

int kp_bi_STACK(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return make_stack(ctx, KTAP_BI_STACK, v, n, false) ? 1 : -1;
}

int kp_bi_USTACK(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return make_stack(ctx, KTAP_BI_USTACK, v, n, true) ? 1 : -1;
}

int kp_bi_PRINT_STACK(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return kp_no_result(make_stack(ctx, KTAP_BI_PRINT_STACK, v, n, false) &&
			    kp_emit_values(ctx, KTAP_REC_PRINT, v, 1));
}

/* The number, and of which process: nil where there is none. */
int kp_bi_USYM(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_str *s;

	if (!n || (v[0].tag != KTAP_T_INT && v[0].tag != KTAP_T_ADDR))
		return kp_bad_arg(ctx, KTAP_BI_USYM, 1, v, KTAP_T_INT);
	s = new_stack(ctx, 1);
	if (!s)
		return -1;
	s->o.type = KTAP_T_UADDR;
	kp_stack_frames(s)[0] = (u64)v[0].i;
	v[0] = kp_host_process(ctx, kp_stack_head(s)) ? kp_objval(s) : kp_nil();
	return 1;
}
