// SPDX-License-Identifier: GPL-2.0
/*
 * lib_event.c - the event object.
 */
#include "event.h"
#include "library.h"

int kp_bi_EVTEXT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	v[0] = ctx->ev ? (struct kp_value){ .tag = KTAP_T_EVTEXT } : kp_nil();
	return 1;
}

/* e.field(n), or with the event in front. */
int kp_bi_EVFIELD(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	const struct kp_value *i = n ? &v[n - 1] : v;

	if (!n || i->tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_EVFIELD, 1, i, KTAP_T_INT);
	return kp_event_arg(ctx, i->i - 1, v) ? 1 : -1;
}

int kp_bi_ARG(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_ARG, 1, v, KTAP_T_INT);
	return kp_event_arg(ctx, v[0].i, v) ? 1 : -1;
}
