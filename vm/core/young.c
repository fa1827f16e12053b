// SPDX-License-Identifier: GPL-2.0
/*
 * young.c - the heap objects of which an invocation has a reference of its own: those
 * made here, and in process context those that its registers hold while it lets others in.
 */
#include "ctx.h"
#include "obj.h"
#include "tab.h"

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

/* Where an object stands in the sorted list, or would stand. */
static u32 place_of(const struct kp_ctx *ctx, const struct kp_obj *o)
{
	u32 low = 0, high = ctx->nyoung;

	while (low < high) {
		u32 mid = (low + high) / 2;

		if (young_addr(ctx, mid) < (uintptr_t)o)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool stands_at(const struct kp_ctx *ctx, u32 i, const struct kp_obj *o)
{
	return i < ctx->nyoung && young_addr(ctx, i) == (uintptr_t)o;
}

/* --- walking the registers --- */

typedef bool see_fn(struct kp_ctx *ctx, struct kp_obj *o);

static bool see_value(struct kp_ctx *ctx, const struct kp_value *v, see_fn *see)
{
	if (v->tag == KTAP_T_ITER)
		return see(ctx, (struct kp_obj *)kp_iter_tab(v));
	return !kp_is_obj(v) || see(ctx, v->obj);
}

static bool see_register(struct kp_ctx *ctx, const struct kp_value *v, see_fn *see)
{
	u32 i;

	if (!see_value(ctx, v, see))
		return false;
	if (v->tag == KTAP_T_TUPLE && v->obj && (v->obj->flags & KP_OBJ_TEMP))
		for (i = 0; i < v->tuple->n; i++)
			if (!see_value(ctx, &v->tuple->v[i], see))
				return false;
	return true;
}

/* Shows each object that is in use, until `see` says no. Frames keep the closures that they run. */
static bool see_all(struct kp_ctx *ctx, see_fn *see)
{
	u32 i, n = kp_ctx_limit(ctx);

	for (i = 0; i < n; i++)
		if (!see_register(ctx, &ctx->stack[i], see))
			return false;
	for (i = 0; i < ctx->depth; i++)
		if (!see(ctx, (struct kp_obj *)ctx->frame[i].cl))
			return false;
	return see(ctx, (struct kp_obj *)ctx->handler);
}

/* --- making room --- */

/* Of an object that is in the list more than once, one place is enough. */
static bool mark(struct kp_ctx *ctx, struct kp_obj *o)
{
	u32 i = place_of(ctx, o);

	if (stands_at(ctx, i, o))
		ctx->young[i] = (void *)((uintptr_t)o | NEEDED);
	return true;
}

static void sweep_young(struct kp_ctx *ctx)
{
	u32 i, kept = 0;

	sort_young(ctx);
	see_all(ctx, mark);
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

/* --- letting others in --- */

static bool hold(struct kp_ctx *ctx, struct kp_obj *o)
{
	u32 i;

	if (!o || o->flags & (KP_OBJ_TEMP | KP_OBJ_STATIC))
		return true;
	i = place_of(ctx, o);
	if (stands_at(ctx, i, o))
		return true;
	if (ctx->nyoung == ctx->young_room)
		return false;
	memmove(&ctx->young[i + 1], &ctx->young[i], (ctx->nyoung++ - i) * sizeof(ctx->young[0]));
	kp_obj_get(o);
	ctx->young[i] = o;
	return true;
}

/*
 * Proof that nothing in a register is freed while others are let in. An object in a
 * register was made here, and is in the list since, or was loaded from a shared place
 * inside a read-side section. If that section is the present one, the object has not been
 * freed, whatever became of its references, since that takes a grace period which ends no
 * sooner than the section; so it may be taken up, as by storing it. If it is an earlier one,
 * it was taken up when that ended, by this function: every register that is walked now was
 * walked then, or was set to nil as its frame began, and has been in the list as long as a
 * register held it.
 */
bool kp_young_hold(struct kp_ctx *ctx)
{
	if (kp_refused(YOUNG))
		return false;
	sweep_young(ctx);
	return see_all(ctx, hold);
}
