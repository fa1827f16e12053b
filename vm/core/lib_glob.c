// SPDX-License-Identifier: GPL-2.0
/*
 * lib_glob.c - shell patterns in conditions.
 */
#include "budget.h"
#include "wild.h"
#include "host.h"
#include "library.h"

#define MOST_PATTERN	256u	/* bounds what one match costs */
#define NAME_BYTES	128u

static bool match(struct kp_ctx *ctx, const char *text, u32 len, const struct kp_str *pattern,
		  struct kp_value *out)
{
	u64 work = 0;

	*out = kp_bool(kp_wild(pattern->data, pattern->len, text, len, &work));
	ctx->steps -= (s64)(work >> 3);
	return kp_spend(ctx);
}

static bool match_symbol(struct kp_ctx *ctx, u64 addr, const struct kp_str *pattern,
			 struct kp_value *out)
{
	char name[NAME_BYTES];
	u32 len = kp_host_symbol_name(addr, name, sizeof(name));

	*out = kp_bool(false);
	ctx->steps -= KP_STEPS_SYMBOL;
	return !len || match(ctx, name, len, pattern, out);
}

/* A field that the event lacks, and any other value, fits no pattern. */
int kp_bi_GLOB(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	bool ok = true;

	if (n < 2 || v[1].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_GLOB, 2, n < 2 ? v : v + 1, KTAP_T_STR);
	if (v[1].str->len > MOST_PATTERN)
		ok = kp_fail0(ctx, KTAP_E_R_PATDEEP);
	else if (v[0].tag == KTAP_T_STR)
		ok = match(ctx, v[0].str->data, v[0].str->len, v[1].str, v);
	else if (v[0].tag == KTAP_T_INT || v[0].tag == KTAP_T_ADDR)
		ok = match_symbol(ctx, (u64)v[0].i, v[1].str, v);
	else
		v[0] = kp_bool(false);
	return ok ? 1 : -1;
}
