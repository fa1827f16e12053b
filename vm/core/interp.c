// SPDX-License-Identifier: GPL-2.0
/*
 * interp.c - the dispatch loop.
 *
 * The vocabulary of the cases:
 *   RA, RB, RC, RD   registers named by the operands
 *   KB, KC, KD       constants
 *   NEXT             on to the next instruction
 *   FAIL             ctx->err is set: unwind to the nearest pcall
 * `pc` points behind the instruction under way; it is stored in the frame before
 * anything that may fail, call or look at frames (SAVE).
 *
 * Each instruction ends in a jump of its own by a table of labels: natively each such jump
 * is predicted by itself, and in a kernel whose compiler makes no jump tables of a switch
 * it goes once through the thunk instead of down a tree of comparisons.
 */
#include "agg.h"
#include "arith.h"
#include "budget.h"
#include "builtin.h"
#include "call.h"
#include "ctx.h"
#include "error.h"
#include "event.h"
#include "frame.h"
#include "interp.h"
#include "ops.h"
#include "ops_fast.h"

/* --- trace statements --- */

static bool check_handler(struct kp_ctx *ctx, const struct kp_value *fn)
{
	if (!ctx->main || ctx->nested)
		return kp_fail1(ctx, KTAP_E_R_CONTEXT, kp_objval(&kp_trace_name));
	if (fn->tag != KTAP_T_FUNC)
		return kp_fail1(ctx, KTAP_E_R_HANDLER, fn->tag == KTAP_T_BUILTIN ?
				kp_builtin_arg((u32)fn->i) : kp_type_arg(fn));
	return true;
}

/* While it waits for userspace it is in no read-side section. */
bool kp_at_trace(struct kp_ctx *ctx, const struct kp_value *fn, u32 spec,
		     const struct kp_value *text, u32 pos)
{
	if (!check_handler(ctx, fn))
		return false;
	if (text && text->tag != KTAP_T_STR)
		return kp_fail3(ctx, KTAP_E_R_ARGTYPE, kp_int(1), kp_objval(&kp_trace_name),
				kp_type_arg(text));
	if (!kp_young_hold(ctx))
		return kp_fail0(ctx, KTAP_E_R_ARENA);
	ctx->handler = fn->fn;
	ctx->spec = spec;
	ctx->spec_text = text ? text->str : NULL;
	ctx->spec_pos = pos;
	return true;
}

bool kp_at_end(struct kp_ctx *ctx, const struct kp_value *fn)
{
	return check_handler(ctx, fn) && kp_vm_add_end(ctx, fn->fn);
}

/* --- the loop --- */

#define RA	(&R[KTAP_A(w)])
#define RB	(&R[KTAP_B(w)])
#define RC	(&R[KTAP_C(w)])
#define RD	(&R[KTAP_D(w)])
#define KB	(&K[KTAP_B(w)])
#define KC	(&K[KTAP_C(w)])
#define KD	(&K[KTAP_D(w)])
#define CASE(name)	op_##name:
#define NEXT		do { w = *pc++; goto *to[KTAP_OP(w)]; } while (0)
#define SAVE		(f->pc = pc)
#define FAIL		goto fail
#define TRY(x)		do { SAVE; if (unlikely(!(x))) FAIL; } while (0)
#define UPV(d)		((struct kp_value *)&f->cl->up[d])
#define INDEX(r)	((u32)((r) - ctx->stack))

/* Arguments from register r on: counted, or open up to the top. */
#define COUNT(cnt, r)	((cnt) ? (u32)(cnt) - 1 : ctx->top - INDEX(r))

/* A jump from where pc points: backwards it spends, and the failure is that of the jump. */
#define JUMP(by) do {							\
	s32 words = (by);						\
	if (words < 0 && unlikely(--ctx->steps < 0))			\
		TRY(kp_spend_slow(ctx));				\
	pc += words;							\
} while (0)

/* The JMP of a pair: taken or stepped over. */
#define JUMP_IF(c) do {							\
	if (c)								\
		JUMP(KTAP_S(*pc));					\
	pc++;								\
	NEXT;								\
} while (0)

#define ARITH(NAME, a, b, fast) {					\
	const struct kp_value *x = (a), *y = (b);			\
	if (likely(x->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) {	\
		s64 r = fast(x->i, y->i);				\
		RA->tag = KTAP_T_INT;					\
		RA->aux = 0;						\
		RA->i = r;						\
		NEXT;							\
	}								\
	TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, x, y));		\
	NEXT;								\
}

#define ARITH2(NAME, fast)						\
	CASE(NAME) ARITH(NAME, RB, RC, fast)				\
	CASE(NAME##K) ARITH(NAME, RB, KC, fast)

#define DIVIDE2(NAME, fast)						\
	CASE(NAME) TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, RB, RC)); NEXT; \
	CASE(NAME##K) {							\
		s64 d = KC->i;						\
		if (likely(RB->tag == KTAP_T_INT && d > 0)) {		\
			s64 r = fast(RB->i, d);				\
			*RA = kp_int(r);				\
			NEXT;						\
		}							\
		TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, RB, KC));	\
		NEXT;							\
	}

#define ORDER(NAME, b, op)						\
	CASE(NAME) {							\
		const struct kp_value *y = (b);				\
		int c;							\
		if (likely(RA->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) \
			JUMP_IF(RA->i op y->i);				\
		TRY(kp_op_compare(ctx, RA, y, KTAP_A(*pc), &c));		\
		JUMP_IF(c op 0);					\
	}

#define EQUAL(NAME, b, want)						\
	CASE(NAME) {							\
		struct kp_value *y = (struct kp_value *)(b);		\
		bool eq;						\
		if (likely(RA->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) \
			JUMP_IF((RA->i == y->i) == want);		\
		TRY(kp_op_equal(ctx, RA, y, &eq));				\
		JUMP_IF(eq == want);					\
	}

/* Another frame is innermost, f: goes on with it, or leaves it to who runs machine code. */
#define ENTER(func, code) do {						\
	const struct kp_fn *fn = (func);				\
	K = fn->k;							\
	pc = (code);							\
	if (unlikely(fn->native))					\
		return KP_INTERP_SWITCH;				\
	NEXT;								\
} while (0)

#define SWITCH_FRAME() do {						\
	LOAD_FRAME();							\
	ENTER(f->cl->fn, f->pc);					\
} while (0)

/* The common call and the common return are in line (frame.h). */
#define CALL(prot) do {							\
	SAVE;								\
	if (unlikely(--ctx->steps < 0) && !kp_spend_slow(ctx))		\
		FAIL;							\
	TRY(kp_call(ctx, INDEX(RA), COUNT(KTAP_B(w), RA + 1), KTAP_C(w), prot)); \
	SWITCH_FRAME();							\
} while (0)

#define CALL_FAST() do {						\
	const struct kp_fn *callee;					\
	SAVE;								\
	if (unlikely(ctx->steps < 1))					\
		CALL(0);						\
	callee = kp_frame_push(ctx, f, RA, KTAP_A(w), KTAP_B(w), KTAP_C(w)); \
	if (unlikely(!callee))						\
		CALL(0);						\
	ctx->steps--;							\
	R = RA + 1;							\
	f++;								\
	ENTER(callee, callee->code);					\
} while (0)

#define RETURN_FAST() do {						\
	if (likely(kp_frame_pop(ctx, f, RA))) {				\
		f--;							\
		R = &ctx->stack[f->base];				\
		ENTER(f->cl->fn, f->pc);				\
	}								\
} while (0)

/* (Re)loads what the loop keeps of the innermost frame. */
#define LOAD_FRAME() do {						\
	f = &ctx->frame[ctx->depth - 1];				\
	K = f->cl->fn->k;						\
	R = &ctx->stack[f->base];					\
	pc = f->pc;							\
} while (0)

enum kp_interp_status kp_interp(struct kp_ctx *ctx)
{
	const struct kp_value *K;
	/* The verifier lets only these opcodes come here. */
#define LABEL(name, fmt, a, b, c, flags)	[KTAP_OP_##name] = &&op_##name,
	static const void *const to[KTAP_OP__MAX] KP_JUMP_TABLE = { KTAP_OPCODES(LABEL) };
	const ktap_word *pc;
	struct kp_value *R;
	struct kp_frame *f;
	unsigned long w;	/* a word; long, so that operands are taken from it without widening */

	LOAD_FRAME();
	NEXT;

	CASE(MOVE) *RA = *RD; NEXT;
	CASE(LOADNIL) kp_fill_nil(RA, KTAP_D(w)); NEXT;
	CASE(LOADBOOL) *RA = kp_bool(KTAP_D(w)); NEXT;
	CASE(LOADI) *RA = kp_int(KTAP_S(w)); NEXT;
	CASE(LOADK) *RA = *KD; NEXT;
	CASE(LOADBI)
		*RA = (struct kp_value){ .tag = KTAP_T_BUILTIN, .i = KTAP_D(w) };
		NEXT;

	CASE(GETGLOB) *RA = kp_slot_load(&ctx->vm->global[KTAP_D(w)]); NEXT;
	CASE(SETGLOB) TRY(kp_op_slot_set(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
	CASE(GLOBADD) TRY(kp_op_slot_add(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
	CASE(GLOBUP)
		pc++;
		TRY(kp_op_slot_up(ctx, &ctx->vm->global[KTAP_D(w)], KTAP_A(pc[-1]), RA));
		NEXT;
	CASE(GETUPV) *RA = *UPV(KTAP_D(w)); NEXT;
	CASE(GETUPC) *RA = kp_slot_load(&UPV(KTAP_D(w))->cell->slot); NEXT;
	CASE(SETUPC) TRY(kp_op_slot_set(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
	CASE(UPCADD) TRY(kp_op_slot_add(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
	CASE(UPCUP)
		pc++;
		TRY(kp_op_slot_up(ctx, &UPV(KTAP_D(w))->cell->slot, KTAP_A(pc[-1]), RA));
		NEXT;
	CASE(NEWCELL) TRY(kp_op_new_cell(ctx, RA, RD)); NEXT;
	CASE(GETCELL) *RA = kp_slot_load(&RD->cell->slot); NEXT;
	CASE(SETCELL) TRY(kp_op_slot_set(ctx, &RA->cell->slot, RD)); NEXT;
	CASE(CELLADD) TRY(kp_op_slot_add(ctx, &RA->cell->slot, RD)); NEXT;
	CASE(CELLUP)
		pc++;
		TRY(kp_op_slot_up(ctx, &RA->cell->slot, KTAP_A(pc[-1]), RD));
		NEXT;
	CASE(GLOBAGG) TRY(kp_op_slot_agg(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
	CASE(UPCAGG) TRY(kp_op_slot_agg(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
	CASE(CELLAGG) TRY(kp_op_slot_agg(ctx, &RA->cell->slot, RD)); NEXT;

	CASE(NEWTAB) TRY(kp_op_new_table(ctx, RA)); NEXT;
	CASE(GETTAB) TRY(kp_op_get_tab_fast(ctx, RA, RB, RC)); NEXT;
	CASE(GETTABK) TRY(kp_op_get_tab_fast(ctx, RA, RB, (struct kp_value *)KC)); NEXT;
	CASE(SETTAB) TRY(kp_op_set_tab(ctx, RA, RB, RC)); NEXT;
	CASE(SETTABK) TRY(kp_op_set_tab(ctx, RA, (struct kp_value *)KB, RC)); NEXT;
	CASE(TABADD) TRY(kp_op_tab_add(ctx, RA, RB, RC)); NEXT;
	CASE(TABADDI) {
		struct kp_value n = kp_int(KTAP_SC(w));

		TRY(kp_op_tab_add(ctx, RA, RB, &n));
		NEXT;
	}
	CASE(TABUP)
		pc++;
		if (KTAP_A(pc[-1]) == KTAP_ARITH_CONCAT)
			TRY(kp_op_tab_concat(ctx, RA, RB, RC));
		else
			TRY(kp_op_tab_arith(ctx, RA, RB, KTAP_A(pc[-1]), RC));
		NEXT;
	CASE(APPEND) {
		u32 n = COUNT(KTAP_C(w), RB);

		pc++;
		TRY(kp_op_append(ctx, RA, RB, n, KTAP_D(pc[-1])));
		ctx->top = 0;
		NEXT;
	}
	CASE(TABAGG) TRY(kp_op_tab_agg(ctx, RA, RB, RC)); NEXT;
	CASE(TUPLE) TRY(kp_op_new_tuple(ctx, RA, RB, KTAP_C(w))); NEXT;
	CASE(IN) TRY(kp_op_in(ctx, RA, RB, RC)); NEXT;
	CASE(ITERPREP) {
		struct kp_value *t = RD;

		if (unlikely(t->tag != KTAP_T_TABLE))
			TRY(kp_fail1(ctx, KTAP_E_R_ITER, kp_type_arg(t)));
		kp_tab_iter(t->tab, RA);
		NEXT;
	}
	CASE(ITERNEXT) JUMP_IF(kp_op_iter_next(ctx, RA, KTAP_B(w), KTAP_C(w)));

	ARITH2(ADD, kp_arith_add)
	ARITH2(SUB, kp_arith_sub)
	ARITH2(MUL, kp_arith_mul)
	DIVIDE2(DIV, KP_DIV64)
	DIVIDE2(MOD, KP_MOD64)
	ARITH2(BAND, kp_arith_band)
	ARITH2(BOR, kp_arith_bor)
	ARITH2(BXOR, kp_arith_bxor)
	ARITH2(SHL, kp_arith_shl)
	ARITH2(SHR, kp_arith_shr)
	ARITH2(USHR, kp_arith_ushr)
	CASE(NEG) {
		struct kp_value zero = kp_int(0);

		TRY(kp_op_arith(ctx, KTAP_ARITH_SUB, RA, &zero, RD));
		NEXT;
	}
	CASE(BNOT) {
		struct kp_value ones = kp_int(-1);

		TRY(kp_op_arith(ctx, KTAP_ARITH_BXOR, RA, &ones, RD));
		NEXT;
	}
	CASE(NOT) *RA = kp_bool(!kp_is_true(RD)); NEXT;
	CASE(CONCAT) TRY(kp_concat(ctx, RB, KTAP_C(w), RA)); NEXT;

	CASE(JMP)
		JUMP(KTAP_S(w));
		NEXT;
	CASE(TEST) JUMP_IF(kp_is_true(RA));
	CASE(TESTN) JUMP_IF(!kp_is_true(RA));
	EQUAL(EQ, RD, true)
	EQUAL(NE, RD, false)
	EQUAL(EQK, KD, true)
	EQUAL(NEK, KD, false)
	ORDER(LT, RD, <)
	ORDER(LE, RD, <=)
	ORDER(LTK, KD, <)
	ORDER(LEK, KD, <=)
	ORDER(GTK, KD, >)
	ORDER(GEK, KD, >=)
	CASE(FORPREP) {
		bool turn = false;

		TRY(kp_op_for_prep(ctx, RA, &turn));
		if (!turn)
			pc += KTAP_S(w);
		NEXT;
	}
	CASE(FORLOOP)
		if (likely(kp_op_for_loop(RA)))
			JUMP(KTAP_S(w));
		NEXT;

	CASE(CLOSURE)
		TRY(kp_op_new_closure(ctx, RA, &f->cl->fn->prog->fn[KTAP_D(w)], f, R));
		NEXT;
	CASE(CALL) CALL_FAST();
	CASE(PCALL) CALL(1);
	CASE(TAILCALL)
		TRY(kp_spend(ctx));
		TRY(kp_tail_call(ctx, INDEX(RA), COUNT(KTAP_B(w), RA + 1)));
		goto returned;
	CASE(RETURN)
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(RA), COUNT(KTAP_B(w), RA))); goto returned;
	CASE(RET0)
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(R), 0)); goto returned;
	CASE(RET1)
		RETURN_FAST();
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(RA), 1)); goto returned;
	CASE(VARARG) TRY(kp_vararg(ctx, f, INDEX(RA), KTAP_B(w))); NEXT;
	CASE(BUILTIN) {
		u32 n = COUNT(KTAP_B(w), RA);
		int got;

		pc++;
		SAVE;
		got = kp_builtin(ctx, KTAP_C(w), RA, n);
		if (unlikely(got < 0))
			FAIL;
		kp_deliver(ctx, INDEX(RA), INDEX(RA), (u32)got, KTAP_A(pc[-1]), 0);
		NEXT;
	}

	CASE(CTX) TRY(kp_ctxvar(ctx, KTAP_D(w), RA)); NEXT;
	CASE(FIELD)
		if (unlikely(!ctx->ev)) {
			*RA = kp_nil();
			NEXT;
		}
		TRY(kp_event_field(ctx, &ctx->ev->probe->refs[KTAP_D(w)], RA));
		NEXT;
	CASE(TRACE)
		TRY(kp_at_trace(ctx, RA, KTAP_D(w), NULL, 0));
		return KP_INTERP_TRACE;
	CASE(TRACES)
		TRY(kp_at_trace(ctx, RA, ~0u, RD,
			     kp_fn_pos(f->cl->fn, (u32)(pc - 1 - f->cl->fn->code))));
		return KP_INTERP_TRACE;
	CASE(TRACEEND) TRY(kp_at_end(ctx, RA)); NEXT;
	CASE(EXT)	/* a second word, never come to: the table wants a place for it */
		kp_assert(false);
finished:
	ctx->depth = 0;
	return KP_INTERP_DONE;
fail:
	if (!kp_catch(ctx))
		return KP_INTERP_FAILED;
returned:
	if (ctx->depth == ctx->floor)
		return KP_INTERP_DONE;
	SWITCH_FRAME();
}
