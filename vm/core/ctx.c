// SPDX-License-Identifier: GPL-2.0
/*
 * ctx.c - arena, young objects and errors of an invocation.
 */
#include "budget.h"
#include "builtin.h"
#include "ctx.h"
#include "host.h"
#include "obj.h"
#include "str.h"
#include "tab.h"

/* --- errors --- */

bool kp_fail3(struct kp_ctx *ctx, u32 code, struct kp_value a, struct kp_value b,
	      struct kp_value c)
{
	ctx->err.code = code;
	ctx->err.nargs = 3;
	ctx->err.placed = 0;
	ctx->err.arg[0] = a;
	ctx->err.arg[1] = b;
	ctx->err.arg[2] = c;
	return false;
}

bool kp_fail2(struct kp_ctx *ctx, u32 code, struct kp_value a, struct kp_value b)
{
	kp_fail3(ctx, code, a, b, kp_nil());
	ctx->err.nargs = 2;
	return false;
}

bool kp_fail1(struct kp_ctx *ctx, u32 code, struct kp_value a)
{
	kp_fail3(ctx, code, a, kp_nil(), kp_nil());
	ctx->err.nargs = 1;
	return false;
}

bool kp_fail0(struct kp_ctx *ctx, u32 code)
{
	kp_fail3(ctx, code, kp_nil(), kp_nil(), kp_nil());
	ctx->err.nargs = 0;
	return false;
}

/* Names in errors need no memory: a nil whose aux says which. */
#define NAME_TYPE	1u
#define NAME_BUILTIN	0x100u

struct kp_value kp_type_arg(const struct kp_value *v)
{
	return (struct kp_value){ .tag = KTAP_T_NIL, .aux = NAME_TYPE + v->tag };
}

struct kp_value kp_builtin_arg(u32 id)
{
	return (struct kp_value){ .tag = KTAP_T_NIL, .aux = NAME_BUILTIN + id };
}

const char *kp_name_arg(const struct kp_value *v)
{
	if (v->aux >= NAME_BUILTIN)
		return kp_builtin_name(v->aux - NAME_BUILTIN);
	return kp_type_name(v->aux - NAME_TYPE);
}

/* --- making and unmaking --- */

static u32 arena_bytes(u32 level)
{
	return level == KP_LEVEL_PROCESS ? KTAP_MAIN_ARENA_BYTES : KTAP_ARENA_BYTES;
}

static void lay_out(struct kp_ctx *ctx, u8 *p, u32 arena)
{
	ctx->stack = (void *)p;
	p += ctx->nstack * sizeof(ctx->stack[0]);
	ctx->frame = (void *)p;
	p += ctx->nframe * sizeof(ctx->frame[0]);
	ctx->young = (void *)p;
	p += ctx->young_room * sizeof(ctx->young[0]);
	ctx->fetched = p;
	p += KTAP_FETCH_RECORD;
	ctx->half_size = arena / 2;
	ctx->half[0] = p;
	ctx->half[1] = p + ctx->half_size;
	kp_hide(p, arena);
}

int kp_ctx_init(struct kp_ctx *ctx, enum kp_level level)
{
	bool process = level == KP_LEVEL_PROCESS;
	u32 arena = arena_bytes(level);

	memset(ctx, 0, sizeof(*ctx));
	ctx->level = level;
	ctx->nstack = process ? KTAP_MAIN_REGS : KTAP_STACK_REGS;
	ctx->nframe = process ? KTAP_MAIN_FRAMES : KTAP_MAX_FRAMES;
	ctx->young_room = process ? 4096 : 128;
	ctx->mem = kp_host_alloc(ctx->nstack * sizeof(ctx->stack[0]) +
				 ctx->nframe * sizeof(ctx->frame[0]) +
				 ctx->young_room * sizeof(ctx->young[0]) +
				 KTAP_FETCH_RECORD + arena);
	if (!ctx->mem)
		return -1;
	lay_out(ctx, ctx->mem, arena);
	return 0;
}

void kp_ctx_exit(struct kp_ctx *ctx)
{
	kp_host_free(ctx->mem);
	ctx->mem = NULL;
}

/* --- walking the registers --- */

/*
 * A caller's frame may reach beyond that of the function it called. What stands
 * there is dead, but will be walked again when the callee has returned: so it is
 * walked now, lest it point to where things were.
 */
u32 kp_ctx_limit(const struct kp_ctx *ctx)
{
	u32 i, end = ctx->top;

	for (i = 0; i < ctx->depth; i++) {
		const struct kp_frame *f = &ctx->frame[i];

		if (f->base + f->cl->fn->nregs > end)
			end = f->base + f->cl->fn->nregs;
	}
	return end;
}

/* --- the arena --- */

static void *bump(struct kp_ctx *ctx, size_t bytes)
{
	void *p = ctx->half[0] + ctx->used;

	kp_assert(ctx->used + bytes <= ctx->half_size);
	ctx->used += (bytes + 7) & ~(size_t)7;
	return p;
}

static bool is_temp(const struct kp_value *v)
{
	return (kp_is_bytes(v->tag) || v->tag == KTAP_T_TUPLE) &&
	       v->obj && (v->obj->flags & KP_OBJ_TEMP);
}

static size_t temp_size(const struct kp_value *v)
{
	if (v->tag == KTAP_T_TUPLE)
		return sizeof(*v->tuple) + v->tuple->n * sizeof(v->tuple->v[0]);
	return kp_str_size(v->str->len);
}

/* Copies a temporary once; its old header then says where it went. */
static void forward(struct kp_ctx *ctx, struct kp_value *v)
{
	struct kp_obj *to;
	size_t bytes;

	if (!v->obj->mark) {
		bytes = temp_size(v);
		to = bump(ctx, bytes);
		memcpy(to, v->obj, bytes);
		v->obj->mark = 1;
		v->obj->link = to;
	}
	v->obj = v->obj->link;
}

/* Tuples hold temporaries, but no tuples. */
static void forward_parts(struct kp_ctx *ctx, struct kp_tuple *t)
{
	u32 i;

	if (t->o.mark)
		return;
	for (i = 0; i < t->n; i++)
		if (is_temp(&t->v[i]))
			forward(ctx, &t->v[i]);
}

static void forward_all(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++) {
		if (!is_temp(&v[i]))
			continue;
		if (v[i].tag == KTAP_T_TUPLE)
			forward_parts(ctx, v[i].tuple);
		forward(ctx, &v[i]);
	}
}

static void collect(struct kp_ctx *ctx)
{
	u8 *from = ctx->half[0];
	u32 i;

	ctx->half[0] = ctx->half[1];
	ctx->half[1] = from;
	ctx->used = 0;
	ctx->steps -= kp_steps_of_bytes(ctx->half_size);
	kp_show(ctx->half[0], ctx->half_size);
	forward_all(ctx, ctx->stack, kp_ctx_limit(ctx));
	for (i = 0; i < KTAP_CTX__MAX; i++)
		if (ctx->have & 1u << i)
			forward_all(ctx, &ctx->cached[i], 1);
	kp_hide(from, ctx->half_size);
	kp_hide(ctx->half[0] + ctx->used, ctx->half_size - ctx->used);
}

bool kp_temp_reserve(struct kp_ctx *ctx, size_t bytes)
{
	bytes += 8;
	if (!kp_spend_work(ctx, kp_steps_of_bytes((u32)bytes)))
		return false;
	if (kp_refused(TEMP))
		return kp_fail0(ctx, KTAP_E_R_ARENA);
	if (unlikely(bytes > ctx->half_size - ctx->used) || kp_restless())
		collect(ctx);
	if (unlikely(bytes > ctx->half_size - ctx->used))
		return kp_fail0(ctx, KTAP_E_R_ARENA);
	kp_show(ctx->half[0] + ctx->used, bytes);
	return true;
}

struct kp_str *kp_temp_str(struct kp_ctx *ctx, u32 type, u32 len)
{
	return kp_str_init(bump(ctx, kp_str_size(len)), type, KP_OBJ_TEMP, len);
}

void kp_temp_shorten(struct kp_ctx *ctx, struct kp_str *s, u32 len)
{
	kp_assert((u8 *)s + kp_str_size(s->len) == ctx->half[0] + ctx->used);
	ctx->used -= (u32)(KP_STR_PAD(s->len) - KP_STR_PAD(len));
	s->len = len;
	memset(s->data + len, 0, KP_STR_PAD(len) - len);
}

struct kp_tuple *kp_temp_tuple(struct kp_ctx *ctx, u32 n)
{
	struct kp_tuple *t = bump(ctx, sizeof(*t) + n * sizeof(t->v[0]));

	memset(&t->o, 0, sizeof(t->o));
	t->o.type = KTAP_T_TUPLE;
	t->o.flags = KP_OBJ_TEMP;
	t->n = n;
	t->hash = 0;
	return t;
}

bool kp_temp_string(struct kp_ctx *ctx, const char *bytes, u32 len, struct kp_value *out)
{
	struct kp_str *s;

	if (!kp_temp_reserve(ctx, kp_str_size(len)))
		return false;
	s = kp_temp_str(ctx, KTAP_T_STR, len);
	memcpy(s->data, bytes, len);
	*out = kp_objval(s);
	return true;
}
