// SPDX-License-Identifier: GPL-2.0
/*
 * lib_stats.c - the ledger, for the script that it is of. Process context.
 */
#include <ktap/counts.def.h>

#include "budget.h"
#include "host.h"
#include "library.h"
#include "ops.h"
#include "tab.h"

/* The session's own counts know of the main chunk as well. */
static void of_session(const struct kp_vm *vm, struct kp_stats *s)
{
	s->probe.dropped = s->dropped;
	s->probe.errors = (u64)atomic64_read(&vm->errors);
	s->probe.updates_dropped = (u64)atomic64_read(&vm->table_drops);
	s->probe.faults = (u64)atomic64_read(&vm->faults);
	s->probe.strings_cut = (u64)atomic64_read(&vm->truncated);
}

static bool is_called(const struct kp_str *name, const char *what)
{
	return name->len == strlen(what) && !memcmp(name->data, what, name->len);
}

static bool put(struct kp_ctx *ctx, struct kp_tab *t, const char *name, u64 n)
{
	struct kp_value key, val = kp_int((s64)n);

	kp_refill(ctx);
	if (!kp_temp_string(ctx, name, strlen(name), &key))
		return false;
	return kp_tab_set(t, NULL, &key, &val) == KP_DONE || kp_fail0(ctx, KTAP_E_R_NOMEM);
}

static bool put_counts(struct kp_ctx *ctx, struct kp_tab *t, const struct ktap_probe_stats *s)
{
#define _(member, kind, name, text) && put(ctx, t, #member, s->member)
	return true KTAP_PROBE_COUNTS(_);
#undef _
}

/* No memory is needed for one, and where it is short is where it matters. */
static struct kp_value one_count(const struct kp_stats *s, const struct kp_str *name, bool session)
{
#define _(member, kind, name_, text) \
	if (is_called(name, #member)) \
		return kp_int((s64)s->probe.member);
	KTAP_PROBE_COUNTS(_)
#undef _
	if (session && is_called(name, "emitted"))
		return kp_int((s64)s->emitted);
	if (session && is_called(name, "delivered"))
		return kp_int((s64)s->delivered);
	return kp_nil();
}

static bool put_table(struct kp_ctx *ctx, struct kp_value *v, const struct kp_stats *s, bool session)
{
	return kp_op_new_table(ctx, v) && put_counts(ctx, v->tab, &s->probe) &&
	       (!session || (put(ctx, v->tab, "emitted", s->emitted) &&
			     put(ctx, v->tab, "delivered", s->delivered)));
}

/* Its first argument may be nil. */
static bool check(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return (!n || v[0].tag == KTAP_T_NIL || kp_want_str(ctx, KTAP_BI_STATS, v, n, 1)) &&
	       (n < 2 || kp_want_str(ctx, KTAP_BI_STATS, v, n, 2));
}

int kp_bi_STATS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_stats s = { 0 };
	bool session;

	if (!check(ctx, v, n))
		return -1;
	session = v[0].tag == KTAP_T_NIL;
	if (!kp_host_stats(ctx->vm, session ? NULL : v[0].str, &s)) {
		v[0] = kp_nil();
		return 1;
	}
	if (session)
		of_session(ctx->vm, &s);
	if (n > 1)
		v[0] = one_count(&s, v[1].str, session);
	else if (!put_table(ctx, v, &s, session))
		return -1;
	return 1;
}
