// SPDX-License-Identifier: GPL-2.0
/*
 * lib_output.c - printing.
 */
#include <ktap/record.h>

#include "emit.h"
#include "library.h"

int kp_bi_PRINT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return kp_no_result(kp_emit_values(ctx, KTAP_REC_PRINT, v, n));
}

int kp_bi_PRINTF(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_PRINTF, 1, v, KTAP_T_STR);
	return kp_no_result(kp_emit_values(ctx, KTAP_REC_PRINTF, v, n));
}

int kp_bi_PRINT_HIST(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	if (!n || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, KTAP_BI_PRINT_HIST, 1, v, KTAP_T_TABLE);
	if (n > 1 && v[1].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_PRINT_HIST, 2, v + 1, KTAP_T_INT);
	return kp_no_result(kp_emit_hist(ctx, v[0].tab, n > 1 ? v[1].i : 0));
}

int kp_bi_HISTOGRAM(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return kp_bi_PRINT_HIST(ctx, v, n);
}
