// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - trace and trace_end statements.
 */
#include "ctx.h"
#include "error.h"
#include "interp.h"

static bool check_handler(struct kp_ctx *ctx, const struct kp_value *fn)
{
	if (!ctx->main || ctx->nested)
		return kp_fail1(ctx, KTAP_E_R_CONTEXT, kp_objval(&kp_trace_name));
	if (fn->tag != KTAP_T_FUNC)
		return kp_fail1(ctx, KTAP_E_R_HANDLER, fn->tag == KTAP_T_BUILTIN ?
				kp_builtin_arg((u32)fn->i) : kp_type_arg(fn));
	return true;
}

/* While it waits for userspace it is in no read-side section. */
bool kp_at_trace(struct kp_ctx *ctx, const struct kp_value *fn, u32 spec,
		     const struct kp_value *text, u32 pos)
{
	if (!check_handler(ctx, fn))
		return false;
	if (text && text->tag != KTAP_T_STR)
		return kp_fail3(ctx, KTAP_E_R_ARGTYPE, kp_int(1), kp_objval(&kp_trace_name),
				kp_type_arg(text));
	if (!kp_young_hold(ctx))
		return kp_fail0(ctx, KTAP_E_R_ARENA);
	ctx->handler = fn->fn;
	ctx->spec = spec;
	ctx->spec_text = text ? text->str : NULL;
	ctx->spec_pos = pos;
	return true;
}

bool kp_at_end(struct kp_ctx *ctx, const struct kp_value *fn)
{
	return check_handler(ctx, fn) && kp_vm_add_end(ctx, fn->fn);
}
