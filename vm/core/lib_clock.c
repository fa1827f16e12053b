// SPDX-License-Identifier: GPL-2.0
/*
 * lib_clock.c - times in the output. A record has its time: the reader makes text of it.
 */
#include <ktap/record.h>

#include "emit.h"
#include "library.h"

int kp_bi_TIME(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!kp_want_str(ctx, KTAP_BI_TIME, v, n, 1))
		return -1;
	return kp_no_result(kp_emit_values(ctx, KTAP_REC_TIME, v, 1));
}

int kp_bi_PRINT_CLOCK(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	v[0] = kp_nil();
	return kp_no_result(kp_emit_values(ctx, KTAP_REC_TIME, v, 1));
}
