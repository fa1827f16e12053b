// SPDX-License-Identifier: GPL-2.0
/*
 * lib_output.c - printing.
 */
#include <ktap/agg.h>
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

/* A unit by its name; false if it is none. */
static bool unit_of(const struct kp_value *v, u32 *unit)
{
	static const char *const name[] = {
#define _(NAME, text) text,
		KTAP_UNITS(_)
#undef _
	};

	for (*unit = 1; *unit < KTAP_UNIT__MAX; ++*unit)
		if (v->str->len == strlen(name[*unit]) &&
		    !memcmp(v->str->data, name[*unit], v->str->len))
			return true;
	return false;
}

/* What has had no sample is nil: a chart without rows. */
static bool has_chart(const struct kp_value *v)
{
	return v->tag == KTAP_T_TABLE || v->tag == KTAP_T_AGG || v->tag == KTAP_T_NIL;
}

/* After the table or aggregate: rows, then a unit; either may be absent. */
int kp_bi_PRINT_HIST(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 unit = KTAP_UNIT_NONE, i = 1;
	s64 rows = 0;

	if (!n || !has_chart(&v[0]))
		return kp_bad_arg(ctx, KTAP_BI_PRINT_HIST, 1, v, KTAP_T_TABLE);
	if (i < n && v[i].tag == KTAP_T_INT)
		rows = v[i++].i;
	if (i < n && v[i].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_PRINT_HIST, i + 1, v + i,
				  i == 1 ? KTAP_T_INT : KTAP_T_STR);
	if (i < n && !unit_of(&v[i], &unit))
		return kp_no_result(kp_fail1(ctx, KTAP_E_R_UNIT, v[i]));
	if (i + 1 < n)
		return kp_bad_arg(ctx, KTAP_BI_PRINT_HIST, 2, v + 1, KTAP_T_INT);
	return kp_no_result(kp_emit_hist(ctx, &v[0], rows, unit));
}

int kp_bi_HISTOGRAM(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return kp_bi_PRINT_HIST(ctx, v, n);
}
