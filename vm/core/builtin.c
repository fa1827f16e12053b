// SPDX-License-Identifier: GPL-2.0
/*
 * builtin.c - the table that calls the functions of builtins.def.h, and what they
 * share. The functions themselves are in lib_*.c.
 */
#include "budget.h"
#include "library.h"

int kp_bad_arg(struct kp_ctx *ctx, u32 id, u32 n, const struct kp_value *v, u32 want)
{
	struct kp_value wanted = { .tag = want };

	kp_fail3(ctx, KTAP_E_R_ARGTYPE, kp_int(n), kp_builtin_arg(id), kp_type_arg(v));
	ctx->err.arg[3] = kp_type_arg(&wanted);
	ctx->err.nargs = 4;
	return -1;
}

enum context { ANY, PROCESS };

static bool allowed(struct kp_ctx *ctx, u32 id, enum context where)
{
	return where == ANY || ctx->level == KP_LEVEL_PROCESS ||
	       kp_fail1(ctx, KTAP_E_R_PROCESS, kp_builtin_arg(id));
}

/* A missing first argument reads as nil: v always has room for one. */
int kp_builtin(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n)
{
	if (!kp_spend_work(ctx, 1))
		return -1;
	if (!n)
		v[0] = kp_nil();
	switch (id) {
#define _(NAME, name, min, max, results, contexts, help) \
	case KTAP_BI_##NAME: return allowed(ctx, id, contexts) ? kp_bi_##NAME(ctx, v, n) : -1;
	KTAP_BUILTINS(_)
#undef _
	default: return -1;	/* the verifier lets none come here */
	}
}

const char *kp_builtin_name(u32 id)
{
	static const char *const names[] = {
#define _(NAME, name, min, max, results, contexts, help) name,
		KTAP_BUILTINS(_)
#undef _
	};

	return id < ARRAY_SIZE(names) ? names[id] : "?";
}
