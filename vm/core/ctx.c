// SPDX-License-Identifier: GPL-2.0
/*
 * ctx.c - arena, young objects and errors of an invocation.
 */
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

/* --- young objects --- */

/*
 * Who is still needed is noted in the list, in the lowest bit of the pointer, and
 * not in the object: another invocation may have the same object in its own list.
 */
#define NEEDED	((uintptr_t)1)

static inline uintptr_t young_addr(const struct kp_ctx *ctx, u32 i)
{
	return (uintptr_t)ctx->young[i] & ~NEEDED;
}

/* By address, with ever smaller gaps. */
static void sort_young(struct kp_ctx *ctx)
{
	u32 gap, i, k;

	for (gap = ctx->nyoung / 2; gap; gap = gap > 2 ? gap * 5 / 11 : gap / 2) {
		for (i = gap; i < ctx->nyoung; i++) {
			struct kp_obj *o = ctx->young[i];

			for (k = i; k >= gap && ctx->young[k - gap] > o; k -= gap)
				ctx->young[k] = ctx->young[k - gap];
			ctx->young[k] = o;
		}
	}
}

/* Of an object that is in the list more than once, one place is enough. */
static void mark_obj(struct kp_ctx *ctx, const void *o)
{
	u32 low = 0, high = ctx->nyoung;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (young_addr(ctx, mid) < (uintptr_t)o)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < ctx->nyoung && young_addr(ctx, low) == (uintptr_t)o)
		ctx->young[low] = (void *)((uintptr_t)o | NEEDED);
}

static void mark_value(struct kp_ctx *ctx, const struct kp_value *v)
{
	if (v->tag == KTAP_T_ITER)
		mark_obj(ctx, kp_iter_tab(v));
	else if (kp_is_obj(v))
		mark_obj(ctx, v->obj);
}

static void mark_register(struct kp_ctx *ctx, const struct kp_value *v)
{
	u32 i;

	mark_value(ctx, v);
	if (v->tag == KTAP_T_TUPLE && v->obj && (v->obj->flags & KP_OBJ_TEMP))
		for (i = 0; i < v->tuple->n; i++)
			mark_value(ctx, &v->tuple->v[i]);
}

/* Frames keep the closures that they run. */
static void mark_all(struct kp_ctx *ctx)
{
	u32 i, n = kp_ctx_limit(ctx);

	for (i = 0; i < n; i++)
		mark_register(ctx, &ctx->stack[i]);
	for (i = 0; i < ctx->depth; i++)
		mark_obj(ctx, ctx->frame[i].cl);
	mark_obj(ctx, ctx->handler);
}

static void sweep_young(struct kp_ctx *ctx)
{
	u32 i, kept = 0;

	sort_young(ctx);
	mark_all(ctx);
	for (i = 0; i < ctx->nyoung; i++) {
		struct kp_obj *o = (void *)young_addr(ctx, i);

		if (o != ctx->young[i])
			ctx->young[kept++] = o;
		else
			kp_obj_put(ctx->vm, o);
	}
	ctx->nyoung = kept;
}

bool kp_young_reserve(struct kp_ctx *ctx)
{
	if (kp_refused(YOUNG))
		return kp_fail0(ctx, KTAP_E_R_ARENA);
	if (likely(ctx->nyoung < ctx->young_room) && !kp_restless())
		return true;
	sweep_young(ctx);
	return ctx->nyoung < ctx->young_room || kp_fail0(ctx, KTAP_E_R_ARENA);
}

void kp_young_add(struct kp_ctx *ctx, struct kp_obj *o)
{
	kp_assert(ctx->nyoung < ctx->young_room);
	ctx->young[ctx->nyoung++] = o;
}

void kp_young_drop(struct kp_ctx *ctx)
{
	u32 i;

	for (i = 0; i < ctx->nyoung; i++)
		kp_obj_put(ctx->vm, ctx->young[i]);
	ctx->nyoung = 0;
}

/* The last few are looked at first: a loop loads the same table again and again. */
bool kp_ctx_hold(struct kp_ctx *ctx, struct kp_value *v)
{
	u32 i;

	if (!kp_is_obj(v) || (v->obj->flags & (KP_OBJ_TEMP | KP_OBJ_STATIC)))
		return true;
	for (i = 1; i <= 4 && i <= ctx->nyoung; i++)
		if (ctx->young[ctx->nyoung - i] == v->obj)
			return true;
	if (!kp_young_reserve(ctx))
		return false;
	kp_obj_get(v->obj);
	kp_young_add(ctx, v->obj);
	return true;
}
