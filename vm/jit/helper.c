// SPDX-License-Identifier: GPL-2.0
/*
 * helper.c - single instructions as functions. Each does what its case in the
 * interpreter does; both consist of the same operations (core/ops.h, core/call.h).
 */
#include "helper.h"
#include "../core/agg.h"
#include "../core/budget.h"
#include "../core/builtin.h"
#include "../core/call.h"
#include "../core/event.h"
#include "../core/ops.h"
#include "../core/ops_fast.h"

#define PC(w)		((u32)((w) >> 32) & 0xffff)
#define EXT(w)		((u32)((w) >> 48))
#define INDEX(r)	((u32)((r) - ctx->stack))
#define COUNT(cnt, r)	((cnt) ? (u32)(cnt) - 1 : ctx->top - INDEX(r))
#define TOP(ctx)	(&(ctx)->frame[(ctx)->depth - 1])
#define GLOBAL		(&ctx->vm->global[KTAP_D((u32)w)])
#define UPV		((struct kp_value *)&TOP(ctx)->cl->up[KTAP_D((u32)w)])
#define UPSLOT		(&UPV->cell->slot)

/* HELPER(NAME, expression): true is OK. */
#define HELPER(NAME, expr)							\
static u64 help_##NAME(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b, \
		       struct kp_value *c, u64 w)				\
{										\
	(void)ctx, (void)a, (void)b, (void)c, (void)w;				\
	return expr;								\
}

static bool do_nil(struct kp_value *v, u32 n)
{
	kp_fill_nil(v, n);
	return true;
}

static bool load(struct kp_value *to, struct kp_value from)
{
	*to = from;
	return true;
}

static u64 taken(bool jump)
{
	return jump ? KP_HELPER_TAKEN : KP_HELPER_NEXT;
}

HELPER(LOADNIL, do_nil(a, KTAP_D((u32)w)))
HELPER(GETGLOB, load(a, kp_slot_load(GLOBAL)))
HELPER(SETGLOB, kp_op_slot_set(ctx, GLOBAL, a))
HELPER(GLOBADD, kp_op_slot_add(ctx, GLOBAL, a))
HELPER(GLOBUP, kp_op_slot_up(ctx, GLOBAL, EXT(w), a))
HELPER(GETUPV, load(a, *UPV))
HELPER(GETUPC, load(a, kp_slot_load(UPSLOT)))
HELPER(SETUPC, kp_op_slot_set(ctx, UPSLOT, a))
HELPER(UPCADD, kp_op_slot_add(ctx, UPSLOT, a))
HELPER(UPCUP, kp_op_slot_up(ctx, UPSLOT, EXT(w), a))
HELPER(NEWCELL, kp_op_new_cell(ctx, a, b))
HELPER(GETCELL, load(a, kp_slot_load(&b->cell->slot)))
HELPER(SETCELL, kp_op_slot_set(ctx, &a->cell->slot, b))
HELPER(CELLADD, kp_op_slot_add(ctx, &a->cell->slot, b))
HELPER(CELLUP, kp_op_slot_up(ctx, &a->cell->slot, EXT(w), b))
HELPER(GLOBAGG, kp_op_slot_agg(ctx, GLOBAL, a))
HELPER(UPCAGG, kp_op_slot_agg(ctx, UPSLOT, a))
HELPER(CELLAGG, kp_op_slot_agg(ctx, &a->cell->slot, b))

HELPER(NEWTAB, kp_op_new_table(ctx, a))
HELPER(GETTAB, kp_quick_get_tab(a, b, c) || kp_op_get_tab(ctx, a, b, c))
HELPER(SETTAB, kp_op_set_tab(ctx, a, b, c))
HELPER(TABADD, (c->tag == KTAP_T_INT && kp_quick_tab_add(a, b, c->i)) || kp_op_tab_add(ctx, a, b, c))
HELPER(TABAGG, kp_op_tab_agg(ctx, a, b, c))
HELPER(TUPLE, kp_op_new_tuple(ctx, a, b, KTAP_C((u32)w)))
HELPER(IN, kp_op_in(ctx, a, b, c))
HELPER(CONCAT, kp_concat(ctx, b, KTAP_C((u32)w), a))

static u64 help_TABADDI(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			struct kp_value *c, u64 w)
{
	s64 n = KTAP_SC((u32)w);

	(void)c;
	return kp_quick_tab_add(a, b, n) || kp_op_tab_addi(ctx, a, b, n);
}

static u64 help_TABUP(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	if (EXT(w) == KTAP_ARITH_CONCAT)
		return kp_op_tab_concat(ctx, a, b, c);
	return kp_op_tab_arith(ctx, a, b, EXT(w), c);
}

static u64 help_APPEND(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		       struct kp_value *c, u64 w)
{
	bool ok = kp_op_append(ctx, a, b, COUNT(KTAP_C((u32)w), b), EXT(w));

	(void)c;
	if (ok)
		ctx->top = 0;
	return ok;
}

static u64 help_ITERPREP(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			 struct kp_value *c, u64 w)
{
	(void)c, (void)w;
	if (b->tag != KTAP_T_TABLE)
		return kp_fail1(ctx, KTAP_E_R_ITER, kp_type_arg(b));
	kp_tab_iter(b->tab, a);
	return KP_HELPER_OK;
}

HELPER(ITERNEXT, taken(kp_op_iter_next(ctx, a, KTAP_B((u32)w), KTAP_C((u32)w))))

/* ADD .. USHR and ADDK .. USHRK: the operator is told by the opcode. */
static u64 help_arith(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	u32 op = KTAP_OP((u32)w);

	op -= op >= KTAP_OP_ADDK ? KTAP_OP_ADDK : KTAP_OP_ADD;
	return kp_op_arith(ctx, op, a, b, c);
}

static u64 help_unary(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	bool neg = KTAP_OP((u32)w) == KTAP_OP_NEG;
	struct kp_value left = kp_int(neg ? 0 : -1);

	(void)c;
	return kp_op_arith(ctx, neg ? KTAP_ARITH_SUB : KTAP_ARITH_BXOR, a, &left, b);
}

static u64 help_NOT(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		    struct kp_value *c, u64 w)
{
	(void)ctx, (void)c, (void)w;
	*a = kp_bool(!kp_is_true(b));
	return KP_HELPER_OK;
}

static u64 help_equal(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	u32 op = KTAP_OP((u32)w);
	bool eq;

	(void)c;
	if (!kp_op_equal(ctx, a, b, &eq))
		return KP_HELPER_FAIL;
	return taken(eq == (op == KTAP_OP_EQ || op == KTAP_OP_EQK));
}

static bool holds(u32 op, int c)
{
	switch (op) {
	case KTAP_OP_LT:
	case KTAP_OP_LTK: return c < 0;
	case KTAP_OP_LE:
	case KTAP_OP_LEK: return c <= 0;
	case KTAP_OP_GTK: return c > 0;
	default: return c >= 0;
	}
}

/* EXT: the sides are the other way round in the script. */
static u64 help_order(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	int order;

	(void)c;
	if (!kp_op_compare(ctx, a, b, EXT(w), &order))
		return KP_HELPER_FAIL;
	return taken(holds(KTAP_OP((u32)w), order));
}

static u64 help_FORPREP(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			struct kp_value *c, u64 w)
{
	bool turn = false;

	(void)b, (void)c, (void)w;
	if (!kp_op_for_prep(ctx, a, &turn))
		return KP_HELPER_FAIL;
	return taken(!turn);
}

static u64 help_CLOSURE(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			struct kp_value *c, u64 w)
{
	const struct kp_frame *f = TOP(ctx);

	(void)b, (void)c;
	return kp_op_new_closure(ctx, a, &f->cl->fn->prog->fn[KTAP_D((u32)w)], f,
				 &ctx->stack[f->base]);
}

/* Where the frame goes on, or which instruction has failed. */
static void save(struct kp_ctx *ctx, u32 pc)
{
	struct kp_frame *f = TOP(ctx);

	f->pc = f->cl->fn->insn + pc;
	ctx->at = 0;
}

static u64 call(struct kp_ctx *ctx, struct kp_value *a, u64 w, u32 prot)
{
	u32 depth = ctx->depth;

	save(ctx, PC(w));
	if (!kp_spend(ctx) ||
	    !kp_call(ctx, INDEX(a), COUNT(KTAP_B((u32)w), a + 1), KTAP_C((u32)w), prot))
		return KP_HELPER_FAIL;
	return ctx->depth == depth ? KP_HELPER_OK : KP_HELPER_LEAVE;
}

HELPER(CALL, call(ctx, a, w, 0))
HELPER(PCALL, call(ctx, a, w, 1))

static u64 help_TAILCALL(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			 struct kp_value *c, u64 w)
{
	(void)b, (void)c;
	save(ctx, PC(w));
	if (!kp_spend(ctx) || !kp_tail_call(ctx, INDEX(a), COUNT(KTAP_B((u32)w), a + 1)))
		return KP_HELPER_FAIL;
	return KP_HELPER_LEAVE;
}

/* From a frame that is not the first. */
static u64 leave(struct kp_ctx *ctx, u64 w, u32 from, u32 n)
{
	save(ctx, PC(w));
	return kp_return(ctx, from, n) ? KP_HELPER_LEAVE : KP_HELPER_FAIL;
}

HELPER(RETURN, leave(ctx, w, INDEX(a), COUNT(KTAP_B((u32)w), a)))
HELPER(RET0, leave(ctx, w, TOP(ctx)->base, 0))
HELPER(RET1, leave(ctx, w, INDEX(a), 1))
HELPER(VARARG, kp_vararg(ctx, TOP(ctx), INDEX(a), KTAP_B((u32)w)))

static u64 help_BUILTIN(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
			struct kp_value *c, u64 w)
{
	int got;

	(void)b, (void)c;
	save(ctx, PC(w));
	got = kp_builtin(ctx, KTAP_C((u32)w), a, COUNT(KTAP_B((u32)w), a));
	if (got < 0)
		return KP_HELPER_FAIL;
	kp_deliver(ctx, INDEX(a), INDEX(a), (u32)got, EXT(w), 0);
	return KP_HELPER_OK;
}

HELPER(CTX, kp_ctxvar(ctx, KTAP_D((u32)w), a))

static u64 help_FIELD(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	(void)b, (void)c;
	if (ctx->ev)
		return kp_event_field(ctx, &ctx->ev->probe->refs[KTAP_D((u32)w)], a);
	*a = kp_nil();
	return KP_HELPER_OK;
}

static u64 help_trace(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		      struct kp_value *c, u64 w)
{
	const struct kp_fn *fn = TOP(ctx)->cl->fn;
	u32 op = KTAP_OP((u32)w);

	(void)c;
	save(ctx, PC(w));
	if (op == KTAP_OP_TRACEEND)
		return kp_at_end(ctx, a);
	return kp_at_trace(ctx, a, op == KTAP_OP_TRACE ? KTAP_D((u32)w) : ~0u, b,
			   b ? kp_fn_pos(fn, PC(w) - 1) : 0);
}

u64 kp_jit_failed(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		  struct kp_value *c, u64 w)
{
	(void)a, (void)b, (void)c;
	save(ctx, (u32)w);
	return KP_HELPER_FAIL;
}

u64 kp_jit_spent(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b,
		 struct kp_value *c, u64 w)
{
	(void)a, (void)b, (void)c;
	save(ctx, (u32)w);
	return kp_spend_slow(ctx);
}

#define EACH(NAME)	[KTAP_OP_##NAME] = help_##NAME
#define ARITH(NAME)	[KTAP_OP_##NAME] = help_arith, [KTAP_OP_##NAME##K] = help_arith

kp_jit_helper_fn *const kp_jit_helper[KTAP_OP__MAX] = {
	EACH(LOADNIL), EACH(GETGLOB), EACH(SETGLOB), EACH(GLOBADD), EACH(GLOBUP), EACH(GETUPV),
	EACH(GETUPC), EACH(SETUPC), EACH(UPCADD), EACH(UPCUP), EACH(NEWCELL), EACH(GETCELL),
	EACH(SETCELL), EACH(CELLADD), EACH(CELLUP), EACH(GLOBAGG), EACH(UPCAGG), EACH(CELLAGG),
	EACH(NEWTAB), EACH(GETTAB), [KTAP_OP_GETTABK] = help_GETTAB, EACH(SETTAB),
	[KTAP_OP_SETTABK] = help_SETTAB, EACH(TABADD), EACH(TABADDI), EACH(TABUP), EACH(TABAGG),
	EACH(APPEND), EACH(TUPLE), EACH(IN), EACH(ITERPREP), EACH(ITERNEXT),
	ARITH(ADD), ARITH(SUB), ARITH(MUL), ARITH(DIV), ARITH(MOD), ARITH(BAND), ARITH(BOR),
	ARITH(BXOR), ARITH(SHL), ARITH(SHR), ARITH(USHR),
	[KTAP_OP_NEG] = help_unary, [KTAP_OP_BNOT] = help_unary, EACH(NOT), EACH(CONCAT),
	[KTAP_OP_EQ] = help_equal, [KTAP_OP_NE] = help_equal, [KTAP_OP_EQK] = help_equal,
	[KTAP_OP_NEK] = help_equal, [KTAP_OP_LT] = help_order, [KTAP_OP_LE] = help_order,
	[KTAP_OP_LTK] = help_order, [KTAP_OP_LEK] = help_order, [KTAP_OP_GTK] = help_order,
	[KTAP_OP_GEK] = help_order, EACH(FORPREP), EACH(CLOSURE), EACH(CALL), EACH(PCALL),
	EACH(TAILCALL), EACH(RETURN), EACH(RET0), EACH(RET1), EACH(VARARG), EACH(BUILTIN),
	EACH(CTX), EACH(FIELD), [KTAP_OP_TRACE] = help_trace, [KTAP_OP_TRACES] = help_trace,
	[KTAP_OP_TRACEEND] = help_trace,
};
