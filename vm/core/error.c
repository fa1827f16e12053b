// SPDX-License-Identifier: GPL-2.0
/*
 * error.c - runtime errors.
 */
#include <ktap/ioctl.h>

#include "ctx.h"
#include "emit.h"
#include "error.h"
#include "host.h"
#include "str.h"

struct kp_str kp_trace_name = {
	.o = { .type = KTAP_T_STR, .flags = KP_OBJ_STATIC },
	.len = 5,
	.data = "trace\0\0",
};

static const char *const messages[] = {
#define _(code, text) text,
	KTAP_ERRORS(_)
#undef _
};

/* A bounded text under construction. */
struct text {
	char buf[KP_ERROR_TEXT];
	u32 len;
};

static void add(struct text *t, const char *s, u32 len)
{
	u32 room = sizeof(t->buf) - t->len;

	if (len > room)
		len = room;
	memcpy(t->buf + t->len, s, len);
	t->len += len;
}

static void add_int(struct text *t, s64 n)
{
	char digits[20];

	add(t, digits, kp_format_int(digits, n));
}

static void add_value(struct text *t, const struct kp_value *v)
{
	const char *name;

	if (v->tag == KTAP_T_STR) {
		add(t, v->str->data, v->str->len);
	} else if (v->tag == KTAP_T_INT) {
		add_int(t, v->i);
	} else {
		name = v->tag == KTAP_T_NIL && v->aux ? kp_name_arg(v) : kp_type_name(v->tag);
		add(t, name, strlen(name));
	}
}

/* "file:line: " of the innermost frame. */
static void add_place(struct text *t, const struct kp_ctx *ctx)
{
	const struct kp_frame *f = &ctx->frame[ctx->depth - 1];
	const struct kp_fn *fn = f->cl->fn;
	const struct kp_str *file = fn->prog->str[fn->file];
	u32 pc = kp_frame_pc(f);

	add(t, file->data, file->len);
	add(t, ":", 1);
	add_int(t, kp_fn_pos(fn, pc ? pc - 1 : 0) >> 10);
	add(t, ": ", 2);
}

static void add_message(struct text *t, const struct kp_error *err)
{
	const char *p = messages[err->code];
	u32 arg = 0;

	for (; *p; p++) {
		if (*p != '%' || arg >= err->nargs) {
			add(t, p, 1);
			continue;
		}
		add_value(t, &err->arg[arg++]);
		p++;
	}
}

/* error() may throw any value; only text is told where it came from. */
static bool is_text(const struct kp_error *err)
{
	return err->code != KTAP_E_R_USER || (err->nargs == 1 && err->arg[0].tag == KTAP_T_STR);
}

bool kp_error_text(struct kp_ctx *ctx)
{
	struct kp_value v;
	struct text t;

	if (ctx->err.placed || !is_text(&ctx->err))
		return true;
	t.len = 0;
	if (ctx->depth)
		add_place(&t, ctx);
	add_message(&t, &ctx->err);
	if (!kp_temp_string(ctx, t.buf, t.len, &v))
		return false;
	kp_fail1(ctx, KTAP_E_R_USER, v);
	ctx->err.placed = 1;
	return true;
}

bool kp_error_value(struct kp_ctx *ctx, struct kp_value *out)
{
	if (!kp_error_text(ctx))
		return false;
	*out = ctx->err.arg[0];
	return true;
}

/* Places are found by open addressing; those beyond the room are only summed up. */
static struct kp_error_place *claim(struct kp_vm *vm, u64 key, bool *first)
{
	u32 i, h = (u32)((key * 0x9e3779b97f4a7c15ull) >> 32);

	for (i = 0; i < 16; i++) {
		struct kp_error_place *p = &vm->place[(h + i) % KP_ERROR_PLACES];
		u64 was = kp_read64(&p->key);

		if (!was)
			was = (u64)atomic64_cmpxchg((atomic64_t *)&p->key, 0, (s64)key);
		*first = !was;
		if (!was || was == key)
			return p;
	}
	return NULL;
}

static u64 place_key(const struct kp_ctx *ctx, u32 code)
{
	const struct kp_frame *f = &ctx->frame[ctx->depth ? ctx->depth - 1 : 0];
	u64 key = 1ull << 63 | (u64)code << 40;

	if (ctx->depth)
		key |= (u64)f->cl->fn->index << 16 | (u16)(kp_frame_pc(f) - 1);
	return key;
}

bool kp_error_read(const struct kp_error_place *p, struct ktap_error_count *e)
{
	u64 key = kp_read64(&p->key);

	*e = (struct ktap_error_count){
		.code = (u32)(key >> 40) & 0x7fffff,
		.func = (u32)(key >> 16) & 0xffffff,
		.pc = (u32)key & 0xffff,
		.count = (u64)atomic64_read(&p->count),
	};
	return key;
}

/* Machine code has not noted in the frame where it is. */
static void place_native(const struct kp_ctx *ctx, struct kp_frame *f)
{
	f->pc = f->cl->fn->insn + ctx->at;
}

bool kp_count_dropped(struct kp_ctx *ctx)
{
	struct kp_error_place *p;
	bool first;

	kp_host_count(ctx->ev, KP_COUNT_DROP);
	if (ctx->at)
		place_native(ctx, &ctx->frame[ctx->depth - 1]);
	p = claim(ctx->vm, place_key(ctx, KTAP_E_R_DROPPED), &first);
	if (p)
		atomic64_inc(&p->count);
	return true;
}

void kp_error_report(struct kp_ctx *ctx)
{
	u64 key = place_key(ctx, ctx->err.code);
	struct kp_error_place *p;
	bool first = false;

	atomic64_inc(&ctx->vm->errors);
	if (kp_error_is_budget(ctx->err.code))
		kp_host_count(ctx->ev, KP_COUNT_BUDGET);
	p = claim(ctx->vm, key, &first);
	if (!p) {
		atomic64_inc(&ctx->vm->errors_unplaced);
		return;
	}
	atomic64_inc(&p->count);
	if (first)
		kp_emit_error(ctx);
}
