// SPDX-License-Identifier: GPL-2.0
/*
 * lib_kernel.c - the kernel around the event: memory by address, symbols, facts,
 * the time of day. What cannot be read is nil, and counted.
 */
#include "ctx.h"
#include "host.h"
#include "library.h"
#include "memory.h"
#include "str.h"

/* An address is an integer or prints as a symbol. */
static bool is_number(const struct kp_value *v)
{
	return v->tag == KTAP_T_INT || v->tag == KTAP_T_ADDR;
}

static int bad_value(struct kp_ctx *ctx, u32 id, u32 n, const struct kp_value *v)
{
	return kp_no_result(kp_fail3(ctx, KTAP_E_R_VALUE, kp_int(n), kp_builtin_arg(id), *v));
}

/* --- integers --- */

/* By enum ktap_field_type. */
static const char types[][4] = { "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64" };

static int type_of(const struct kp_str *s)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(types); i++)
		if (strlen(types[i]) == s->len && !memcmp(types[i], s->data, s->len))
			return (int)i;
	return -1;
}

static int read_int(struct kp_ctx *ctx, struct kp_value *v, u64 addr, u32 type)
{
	u64 raw = 0;

	if (!kp_host_load(&raw, addr, kp_int_size(type), false))
		kp_fault(ctx, v);
	else
		v[0] = kp_int(kp_int_load(type, &raw));
	return 1;
}

int kp_bi_KREAD(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	int t = -1;

	if (!n || !is_number(v))
		return kp_bad_arg(ctx, KTAP_BI_KREAD, 1, v, KTAP_T_INT);
	if (n < 2)
		v[1] = kp_nil();
	if (v[1].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_KREAD, 2, v + 1, KTAP_T_STR);
	t = type_of(v[1].str);
	if (t < 0)
		return bad_value(ctx, KTAP_BI_KREAD, 2, v + 1);
	return read_int(ctx, v, (u64)v[0].i, (u32)t);
}

/* A number of the current task's structure, by its offset; four bytes unless told. */
int kp_bi_CURR_TASKINFO(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 size = n > 1 ? v[1].i : 4;

	if (!n || v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_CURR_TASKINFO, 1, v, KTAP_T_INT);
	if (n > 1 && v[1].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_CURR_TASKINFO, 2, v + 1, KTAP_T_INT);
	if (size != 1 && size != 2 && size != 4 && size != 8)	/* u8, u16, u32, u64 */
		return bad_value(ctx, KTAP_BI_CURR_TASKINFO, 2, v + 1);
	return read_int(ctx, v, kp_host_task() + (u64)v[0].i, (u32)__builtin_ctz((u32)size));
}

/* --- strings and bytes --- */

static int read_result(struct kp_ctx *ctx, struct kp_value *v, u32 n, u32 id, bool user, bool text)
{
	u32 limit = ctx->vm->opts.max_string;
	bool unasked = text && n < 2;	/* the limit is the session's, not the script's */
	u64 addr;

	if (!n || !is_number(v))
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_INT);
	if (n < 2)
		v[1] = text ? kp_int(limit) : kp_nil();
	if (v[1].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, id, 2, v + 1, KTAP_T_INT);
	if (v[1].i < 0 || v[1].i > limit)
		return bad_value(ctx, id, 2, v + 1);
	addr = (u64)v[0].i;
	if (!kp_read_string(ctx, addr, (u32)v[1].i, user, text, v))
		return -1;
	if (unasked && v[0].tag == KTAP_T_STR && v[0].str->len == limit)
		kp_note_cut(ctx, addr + limit, user);
	return 1;
}

int kp_bi_KERNEL_STRING(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return read_result(ctx, v, n, KTAP_BI_KERNEL_STRING, false, true);
}

int kp_bi_USER_STRING(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return read_result(ctx, v, n, KTAP_BI_USER_STRING, true, true);
}

int kp_bi_KERNEL_BYTES(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return read_result(ctx, v, n, KTAP_BI_KERNEL_BYTES, false, false);
}

int kp_bi_USER_BYTES(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return read_result(ctx, v, n, KTAP_BI_USER_BYTES, true, false);
}

/* --- symbols --- */

static int as_address(struct kp_ctx *ctx, struct kp_value *v, u32 n, u32 id)
{
	if (!n || !is_number(v))
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_INT);
	v[0].tag = KTAP_T_ADDR;
	return 1;
}

/* The number becomes a value that prints as symbol+offset. */
int kp_bi_KSYM(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return as_address(ctx, v, n, KTAP_BI_KSYM);
}

int kp_bi_IPOF(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return as_address(ctx, v, n, KTAP_BI_IPOF);
}

#define SYMBOL_LEN	128u

int kp_bi_KADDR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	char name[SYMBOL_LEN];
	u64 addr = 0;

	if (!n || v[0].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_KADDR, 1, v, KTAP_T_STR);
	if (v[0].str->len < SYMBOL_LEN) {
		memcpy(name, v[0].str->data, v[0].str->len);
		name[v[0].str->len] = 0;
		addr = kp_host_symbol(name);
	}
	v[0] = addr ? kp_int((s64)addr) : kp_nil();
	return 1;
}

/* --- facts --- */

static int text_result(struct kp_ctx *ctx, struct kp_value *v, const char *s)
{
	return kp_temp_string(ctx, s, (u32)strlen(s), v) ? 1 : -1;
}

int kp_bi_ARCH(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return text_result(ctx, v, kp_host_arch());
}

int kp_bi_KERNEL_V(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return text_result(ctx, v, kp_host_release());
}

int kp_bi_NUM_CPUS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	v[0] = kp_int(kp_host_cpus());
	return 1;
}

int kp_bi_IN_INTERRUPT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	v[0] = kp_bool(ctx->level != KP_LEVEL_TASK && ctx->level != KP_LEVEL_PROCESS);
	return 1;
}

int kp_bi_IN_IOWAIT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	v[0] = kp_bool(kp_host_iowait());
	return 1;
}

static int time_result(struct kp_value *v, s64 unit)
{
	v[0] = kp_int(KP_DIV64((s64)kp_host_walltime(), unit));
	return 1;
}

int kp_bi_GETTIMEOFDAY_NS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	return time_result(v, 1);
}

int kp_bi_GETTIMEOFDAY_US(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	return time_result(v, 1000);
}

int kp_bi_GETTIMEOFDAY_MS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	return time_result(v, 1000000);
}

int kp_bi_GETTIMEOFDAY_S(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)ctx, (void)n;
	return time_result(v, 1000000000);
}
