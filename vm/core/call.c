// SPDX-License-Identifier: GPL-2.0
/*
 * call.c - frames: calling, returning, catching.
 */
#include "budget.h"
#include "builtin.h"
#include "call.h"
#include "ctx.h"
#include "error.h"
#include "ops.h"
#include "run.h"

#define MAX_PROT	100	/* pcalls around one call */
#define MAX_NESTED	2	/* functions called by builtins, inside each other */

static bool stack_room(struct kp_ctx *ctx, u32 end)
{
	/* two registers beyond any frame are scratch for op= with strings */
	return likely(end + 2 <= ctx->nstack) || kp_fail0(ctx, KTAP_E_R_STACK);
}

bool kp_stack_room(struct kp_ctx *ctx, const struct kp_value *end)
{
	return stack_room(ctx, (u32)(end - ctx->stack));
}

/*
 * Lays out a frame for fn, whose n arguments stand at stack[low]: missing ones
 * are nil, extra ones stay below the frame of a vararg function.
 */
static bool lay_frame(struct kp_ctx *ctx, struct kp_frame *f, const struct kp_closure *cl,
		      u32 low, u32 n)
{
	const struct kp_fn *fn = cl->fn;
	u32 np = fn->nparams, base = low;

	if (!stack_room(ctx, low + n + np + fn->nregs))
		return false;
	if (n < np) {
		kp_fill_nil(&ctx->stack[low + n], np - n);
		n = np;
	}
	if (fn->flags & KP_FN_VARARG) {
		base = low + n;
		memcpy(&ctx->stack[base], &ctx->stack[low], np * sizeof(ctx->stack[0]));
	}
	f->cl = cl;
	f->pc = fn->insn;
	f->base = base;
	f->nextra = base == low ? 0 : n - np;
	if (fn->flags & KP_FN_FILL)
		kp_fill_nil(&ctx->stack[base + np], fn->nregs - np);
	return true;
}

static u32 frame_low(const struct kp_frame *f)
{
	const struct kp_fn *fn = f->cl->fn;

	return fn->flags & KP_FN_VARARG ? f->base - fn->nparams - f->nextra : f->base;
}

static bool push_frame(struct kp_ctx *ctx, const struct kp_closure *cl, u32 low, u32 n,
		       u32 ret, u32 want, u32 prot)
{
	struct kp_frame *f = &ctx->frame[ctx->depth];

	if (ctx->depth >= ctx->nframe || prot > MAX_PROT)
		return kp_fail0(ctx, KTAP_E_R_STACK);
	if (!lay_frame(ctx, f, cl, low, n))
		return false;
	f->ret = ret;
	f->want = want;
	f->prot = prot;
	ctx->depth++;
	ctx->top = 0;
	return true;
}

/*
 * Puts n results at stack[from] where the caller wants them: `want` of them (plus
 * one), or all up to a new top. Each pcall on the way puts `true` in front.
 */
bool kp_deliver(struct kp_ctx *ctx, u32 to, u32 from, u32 n, u32 want, u32 prot)
{
	struct kp_value *dst = &ctx->stack[to];
	u32 i;

	if (prot && !stack_room(ctx, to + n + prot))
		return false;
	if (to + prot != from)
		memmove(dst + prot, &ctx->stack[from], n * sizeof(*dst));
	for (i = 0; i < prot; i++)
		dst[i] = kp_bool(true);
	n += prot;
	ctx->top = want ? 0 : to + n;
	if (want && n < want - 1)
		kp_fill_nil(dst + n, want - 1 - n);
	return true;
}

/* The error under way becomes results of the pcall that catches it. */
static bool deliver_error(struct kp_ctx *ctx, u32 to, u32 want, u32 prot)
{
	struct kp_value msg;

	if (!stack_room(ctx, to + 2 + prot) || !kp_error_value(ctx, &msg))
		return false;
	ctx->stack[to] = kp_bool(false);
	ctx->stack[to + 1] = msg;
	return kp_deliver(ctx, to, to, 2, want, prot - 1);
}

/* What no pcall catches: the handler is to end. */
static bool is_final(const struct kp_ctx *ctx)
{
	u32 code = ctx->err.code;

	return code == KTAP_E_R_INTR || kp_error_is_budget(code);
}

/* The callee stands at stack[at], its n arguments behind it. Results go to stack[to]. */
static bool call_builtin(struct kp_ctx *ctx, u32 at, u32 n, u32 to, u32 want, u32 prot)
{
	const struct kp_value *fn = &ctx->stack[at];
	u32 depth = ctx->depth;
	int got = -1;

	if (fn->tag != KTAP_T_BUILTIN)
		kp_fail1(ctx, KTAP_E_R_CALL, kp_type_arg(fn));
	else if (stack_room(ctx, at + 1 + n + 1))
		got = kp_builtin(ctx, (u32)fn->i, &ctx->stack[at + 1], n);
	if (got >= 0)
		return kp_deliver(ctx, to, at + 1, (u32)got, want, prot);
	if (!prot || is_final(ctx))
		return false;
	/* it may have failed in a function that it called: those frames tell where */
	return kp_error_text(ctx) && (ctx->depth = depth, true) &&
	       deliver_error(ctx, to, want, prot);
}

/* pcall as a value: the function is its first argument. */
static bool is_pcall(const struct kp_value *fn, u32 n)
{
	return unlikely(fn->tag == KTAP_T_BUILTIN) && fn->i == KTAP_BI_PCALL && n;
}

bool kp_call(struct kp_ctx *ctx, u32 at, u32 n, u32 want, u32 prot)
{
	u32 base = ctx->frame[ctx->depth - 1].base, to = at;

	while (is_pcall(&ctx->stack[at], n))
		at++, n--, prot++;
	if (likely(ctx->stack[at].tag == KTAP_T_FUNC))
		return push_frame(ctx, ctx->stack[at].fn, at + 1, n, to - base, want, prot);
	return call_builtin(ctx, at, n, to, want, prot);
}

/* The frame that a builtin called leaves one result where its arguments stood. */
static void leave_one(struct kp_ctx *ctx, const struct kp_frame *f, struct kp_value v)
{
	ctx->stack[frame_low(f)] = v;
	ctx->top = 0;
}

/* Ends the innermost frame; n results stand at stack[from]. */
bool kp_return(struct kp_ctx *ctx, u32 from, u32 n)
{
	struct kp_frame *f = &ctx->frame[--ctx->depth];

	if (ctx->depth == ctx->floor) {
		leave_one(ctx, f, f->prot ? kp_bool(true) : n ? ctx->stack[from] : kp_nil());
		return true;
	}
	return kp_deliver(ctx, ctx->frame[ctx->depth - 1].base + f->ret, from, n, f->want, f->prot);
}

/* A script function takes over the frame; a builtin is called and returned from. */
bool kp_tail_call(struct kp_ctx *ctx, u32 at, u32 n)
{
	struct kp_frame *f = &ctx->frame[ctx->depth - 1];
	u32 low = frame_low(f), prot = 0;
	const struct kp_closure *cl;

	while (is_pcall(&ctx->stack[at], n))
		at++, n--, prot++;
	if (unlikely(ctx->stack[at].tag != KTAP_T_FUNC))
		return call_builtin(ctx, at, n, at, 0, prot) &&
		       kp_return(ctx, at, ctx->top - at);
	if (f->prot + prot > MAX_PROT)
		return kp_fail0(ctx, KTAP_E_R_STACK);
	cl = ctx->stack[at].fn;
	memmove(&ctx->stack[low], &ctx->stack[at + 1], n * sizeof(ctx->stack[0]));
	ctx->top = 0;
	f->prot += prot;
	return lay_frame(ctx, f, cl, low, n);
}

bool kp_vararg(struct kp_ctx *ctx, const struct kp_frame *f, u32 at, u32 want)
{
	u32 n = want ? want - 1 : f->nextra, have = n < f->nextra ? n : f->nextra;

	if (!stack_room(ctx, at + n))
		return false;
	memcpy(&ctx->stack[at], &ctx->stack[f->base - f->nextra], have * sizeof(ctx->stack[0]));
	kp_fill_nil(&ctx->stack[at + have], n - have);
	ctx->top = want ? 0 : at + n;
	return true;
}

/* Unwinds to the innermost frame that a pcall guards. False if there is none. */
bool kp_catch(struct kp_ctx *ctx)
{
	struct kp_frame *f;
	u32 d = ctx->depth;

	while (d > ctx->floor && !ctx->frame[d - 1].prot)
		d--;
	if (d == ctx->floor || is_final(ctx))
		return false;
	f = &ctx->frame[d - 1];
	if (d == ctx->floor + 1) {
		ctx->depth = ctx->floor;
		leave_one(ctx, f, kp_bool(false));
		return true;
	}
	/* the message is made while the frames still tell where */
	return kp_error_text(ctx) && (ctx->depth = d - 1, true) &&
	       deliver_error(ctx, ctx->frame[d - 2].base + f->ret, f->want, f->prot);
}

bool kp_call_enter(struct kp_ctx *ctx, struct kp_closure *fn, u32 n)
{
	return push_frame(ctx, fn, 0, n, 0, 1, 0);
}

/*
 * The interpreter calls itself here and nowhere else. When the function fails its
 * frames stay, so that the report shows them; whoever catches the error unwinds.
 */
bool kp_call_back(struct kp_ctx *ctx, u32 at, u32 n)
{
	u32 floor = ctx->floor;
	bool ok;

	if (ctx->nested == MAX_NESTED)
		return kp_fail0(ctx, KTAP_E_R_STACK);
	if (!kp_spend(ctx) || !push_frame(ctx, ctx->stack[at].fn, at + 1, n, 0, 1, 0))
		return false;
	ctx->floor = ctx->depth - 1;
	ctx->nested++;
	ok = kp_run(ctx) == KP_INTERP_DONE;
	ctx->at = 0;
	ctx->nested--;
	ctx->floor = floor;
	return ok;
}
