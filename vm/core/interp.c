// SPDX-License-Identifier: GPL-2.0
/*
 * interp.c - the dispatch loop.
 *
 * The vocabulary of the cases:
 *   RA, RB, RC, RD   registers named by the operands
 *   KB, KC, KD       constants
 *   I, EXT           the instruction, and the second of its two words
 *   NEXT             on to the next instruction
 *   FAIL             ctx->err is set: unwind to the nearest pcall
 * Operands are distances in bytes (insn.h). `pc` points behind the instruction under way;
 * it is stored in the frame before anything that may fail, call or look at frames (SAVE).
 * KNOWN(name) is that instruction where more is known of it, PAIRED(first, second) two of
 * those as one (insn.def.h).
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

/* What stands that many bytes behind a register, a constant, a captured value, a shared variable. */
#define AT(base, bytes)	((void *)((u8 *)(base) + (bytes)))

#define I	(pc[-1])
#define RA	((struct kp_value *)AT(R, I.a))
#define RB	((struct kp_value *)AT(R, I.b))
#define RC	((struct kp_value *)AT(R, I.c))
#define RD	((struct kp_value *)AT(R, I.d))
#define KB	((const struct kp_value *)AT(K, I.b))
#define KC	((const struct kp_value *)AT(K, I.c))
#define KD	((const struct kp_value *)AT(K, I.d))
#define UPV	((struct kp_value *)AT(f->cl->up, I.d))
#define GLOBAL	((struct kp_slot *)AT(ctx->vm->global, I.d))
#define CASE(name)	op_##name:
#define KNOWN(name)	known_##name:
#define NEXT		do { const struct kp_insn *i = pc++; goto *label[i->op]; } while (0)
#define SAVE		(f->pc = pc)
#define FAIL		goto fail
#define TRY(x)		do { SAVE; if (unlikely(!(x))) FAIL; } while (0)
#define QUICK(x, slow)	do { if (unlikely(!(x))) TRY(slow); NEXT; } while (0)
#define EXT		(*pc)
#define TRY_EXT(x)	do { f->pc = pc + 1; if (unlikely(!(x))) FAIL; pc++; } while (0)
#define INDEX(r)	((u32)((r) - ctx->stack))

/* Arguments from register r on: counted, or open up to the top. */
#define COUNT(cnt, r)	((cnt) ? (u32)(cnt) - 1 : ctx->top - INDEX(r))

/* A jump from where pc points: backwards it spends, and the failure is that of the jump. */
#define JUMP_BACK(by) do {						\
	if (unlikely(--ctx->steps < 0))					\
		TRY(kp_spend_slow(ctx));				\
	pc = AT(pc, by);						\
} while (0)

#define JUMP(by) do {							\
	long bytes = (by);						\
	if (bytes < 0)							\
		JUMP_BACK(bytes);					\
	else								\
		pc = AT(pc, bytes);					\
} while (0)

/* The JMP of a pair: taken or stepped over. */
#define JUMP_IF(c) do {							\
	if (c)								\
		JUMP(pc->s);						\
	pc++;								\
	NEXT;								\
} while (0)

#define BOTH_INT(x, y)	likely((x)->tag == KTAP_T_INT && (y)->tag == KTAP_T_INT)

#define PUT_INT(x) do {							\
	struct kp_value *to = RA;					\
	s64 n = (x);							\
	to->tag = KTAP_T_INT;						\
	to->aux = 0;							\
	to->i = n;							\
	NEXT;								\
} while (0)

#define ARITH(NAME, row, y, fast)					\
	KNOWN(row) PUT_INT(fast(RB->i, (y)->i));			\
	CASE(row)							\
		if (BOTH_INT(RB, y))					\
			PUT_INT(fast(RB->i, (y)->i));			\
		TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, RB, y));	\
		NEXT;

/* Behind the first, I and KC are the second's; RA is the register of both. */
#define PAIRED(first, second, fast1, fast2)				\
	paired_##first##_##second: {					\
		s64 x = fast1(RB->i, KC->i);				\
		pc++;							\
		PUT_INT(fast2(x, KC->i));				\
	}

#define ARITH2(NAME, fast)						\
	ARITH(NAME, NAME, RC, fast)					\
	ARITH(NAME, NAME##K, KC, fast)

#define DIVIDE2(NAME, fast)						\
	KNOWN(NAME##K) PUT_INT(fast(RB->i, KC->i));			\
	CASE(NAME) TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, RB, RC)); NEXT; \
	CASE(NAME##K)							\
		if (likely(RB->tag == KTAP_T_INT && KC->i > 0))		\
			PUT_INT(fast(RB->i, KC->i));			\
		TRY(kp_op_arith(ctx, KTAP_ARITH_##NAME, RA, RB, KC));	\
		NEXT;

#define ORDER(NAME, y, op)						\
	KNOWN(NAME) JUMP_IF(RA->i op (y)->i);			\
	CASE(NAME) {							\
		int c;							\
		if (BOTH_INT(RA, y))					\
			JUMP_IF(RA->i op (y)->i);			\
		TRY(kp_op_compare(ctx, RA, y, pc->a, &c));		\
		JUMP_IF(c op 0);					\
	}

#define EQUAL(NAME, y, op)						\
	KNOWN(NAME) JUMP_IF(RA->i op (y)->i);			\
	CASE(NAME) {							\
		bool eq;						\
		if (BOTH_INT(RA, y))					\
			JUMP_IF(RA->i op (y)->i);			\
		TRY(kp_op_equal(ctx, RA, (struct kp_value *)(y), &eq));	\
		JUMP_IF(eq op true);					\
	}

/* Another frame is innermost, f: goes on with it, or leaves it to who runs machine code. */
#define ENTER(func, code) do {						\
	const struct kp_fn *fn = (func);				\
	K = fn->k;							\
	pc = (code);							\
	if (unlikely(fn->native)) {					\
		SAVE;							\
		return KP_INTERP_SWITCH;				\
	}								\
	NEXT;								\
} while (0)

#define SWITCH_FRAME() do {						\
	LOAD_FRAME();							\
	ENTER(f->cl->fn, f->pc);					\
} while (0)

/* The common call and the common return are in line (frame.h). */
#define CALL(prot) do {							\
	TRY(kp_call(ctx, INDEX(RA), COUNT(I.b, RA + 1), I.c, prot));	\
	SWITCH_FRAME();							\
} while (0)

#define CALL_FAST() do {						\
	const struct kp_fn *callee = kp_frame_push(ctx, f, RA, I.a / (u32)sizeof(*R), I.b, I.c); \
	if (unlikely(!callee))						\
		CALL(0);						\
	R = RA + 1;							\
	f++;								\
	ENTER(callee, callee->insn);					\
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
#define KNOWN_LABEL(name, facts)		[KP_INSN_##name] = &&known_##name,
#define PAIRED_LABEL(first, second)		[KP_INSN_##first##_##second] = &&paired_##first##_##second,
	static const void *const label[KP_INSN__MAX] KP_JUMP_TABLE = {
		KTAP_OPCODES(LABEL) KP_KNOWN_INSNS(KNOWN_LABEL) KP_PAIRED_INSNS(PAIRED_LABEL)
	};
	const struct kp_insn *pc;
	struct kp_value *R;
	struct kp_frame *f;

	LOAD_FRAME();
	NEXT;

	CASE(MOVE) *RA = *RD; NEXT;
	CASE(LOADNIL) kp_fill_nil(RA, I.d); NEXT;
	CASE(LOADBOOL) *RA = kp_bool(I.d); NEXT;
	CASE(LOADI) *RA = kp_int(I.s); NEXT;
	CASE(LOADK) *RA = *KD; NEXT;
	CASE(LOADBI)
		*RA = (struct kp_value){ .tag = KTAP_T_BUILTIN, .i = I.d };
		NEXT;

	CASE(GETGLOB) *RA = kp_slot_load(GLOBAL); NEXT;
	CASE(SETGLOB) TRY(kp_op_slot_set(ctx, GLOBAL, RA)); NEXT;
	CASE(GLOBADD) TRY(kp_op_slot_add(ctx, GLOBAL, RA)); NEXT;
	CASE(GLOBUP)
		TRY_EXT(kp_op_slot_up(ctx, GLOBAL, EXT.a, RA));
		NEXT;
	CASE(GETUPV) *RA = *UPV; NEXT;
	CASE(GETUPC) *RA = kp_slot_load(&UPV->cell->slot); NEXT;
	CASE(SETUPC) TRY(kp_op_slot_set(ctx, &UPV->cell->slot, RA)); NEXT;
	CASE(UPCADD) TRY(kp_op_slot_add(ctx, &UPV->cell->slot, RA)); NEXT;
	CASE(UPCUP)
		TRY_EXT(kp_op_slot_up(ctx, &UPV->cell->slot, EXT.a, RA));
		NEXT;
	CASE(NEWCELL) TRY(kp_op_new_cell(ctx, RA, RD)); NEXT;
	CASE(GETCELL) *RA = kp_slot_load(&RD->cell->slot); NEXT;
	CASE(SETCELL) TRY(kp_op_slot_set(ctx, &RA->cell->slot, RD)); NEXT;
	CASE(CELLADD) TRY(kp_op_slot_add(ctx, &RA->cell->slot, RD)); NEXT;
	CASE(CELLUP)
		TRY_EXT(kp_op_slot_up(ctx, &RA->cell->slot, EXT.a, RD));
		NEXT;
	CASE(GLOBAGG) TRY(kp_op_slot_agg(ctx, GLOBAL, RA)); NEXT;
	CASE(UPCAGG) TRY(kp_op_slot_agg(ctx, &UPV->cell->slot, RA)); NEXT;
	CASE(CELLAGG) TRY(kp_op_slot_agg(ctx, &RA->cell->slot, RD)); NEXT;

	CASE(NEWTAB) TRY(kp_op_new_table(ctx, RA)); NEXT;
	CASE(GETTAB) QUICK(kp_quick_get_tab(RA, RB, RC), kp_op_get_tab(ctx, RA, RB, RC));
	CASE(GETTABK)
		QUICK(kp_quick_get_tab(RA, RB, KC), kp_op_get_tab(ctx, RA, RB, (struct kp_value *)KC));
	CASE(SETTAB) TRY(kp_op_set_tab(ctx, RA, RB, RC)); NEXT;
	CASE(SETTABK) TRY(kp_op_set_tab(ctx, RA, (struct kp_value *)KB, RC)); NEXT;
	CASE(TABADD)
		QUICK(RC->tag == KTAP_T_INT && kp_quick_tab_add(RA, RB, RC->i), kp_op_tab_add(ctx, RA, RB, RC));
	CASE(TABADDI)
		QUICK(kp_quick_tab_add(RA, RB, (s16)I.c), kp_op_tab_addi(ctx, RA, RB, (s16)I.c));
	CASE(TABUP)
		TRY_EXT(EXT.a == KTAP_ARITH_CONCAT ? kp_op_tab_concat(ctx, RA, RB, RC) :
						     kp_op_tab_arith(ctx, RA, RB, EXT.a, RC));
		NEXT;
	CASE(APPEND)
		TRY_EXT(kp_op_append(ctx, RA, RB, COUNT(I.c, RB), EXT.d));
		ctx->top = 0;
		NEXT;
	CASE(TABAGG) TRY(kp_op_tab_agg(ctx, RA, RB, RC)); NEXT;
	CASE(TUPLE) TRY(kp_op_new_tuple(ctx, RA, RB, I.c)); NEXT;
	CASE(IN) TRY(kp_op_in(ctx, RA, RB, RC)); NEXT;
	CASE(ITERPREP) {
		struct kp_value *t = RD;

		if (unlikely(t->tag != KTAP_T_TABLE))
			TRY(kp_fail1(ctx, KTAP_E_R_ITER, kp_type_arg(t)));
		kp_tab_iter(t->tab, RA);
		NEXT;
	}
	CASE(ITERNEXT) JUMP_IF(kp_op_iter_next(ctx, RA, I.b, I.c));

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
	PAIRED(MULK, ADDK, kp_arith_mul, kp_arith_add)
	PAIRED(MULK, SUBK, kp_arith_mul, kp_arith_sub)
	PAIRED(ADDK, BANDK, kp_arith_add, kp_arith_band)
	PAIRED(SHRK, BANDK, kp_arith_shr, kp_arith_band)
	PAIRED(USHRK, BANDK, kp_arith_ushr, kp_arith_band)
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
	CASE(CONCAT) TRY(kp_concat(ctx, RB, I.c, RA)); NEXT;

	KNOWN(JMP)
		JUMP_BACK(I.s);
		NEXT;
	CASE(JMP)
		JUMP(I.s);
		NEXT;
	CASE(TEST) JUMP_IF(kp_is_true(RA));
	CASE(TESTN) JUMP_IF(!kp_is_true(RA));
	EQUAL(EQ, RD, ==)
	EQUAL(NE, RD, !=)
	EQUAL(EQK, KD, ==)
	EQUAL(NEK, KD, !=)
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
			pc = AT(pc, I.s);
		NEXT;
	}
	KNOWN(FORLOOP)
		if (likely(kp_op_for_count(RA)))
			JUMP_BACK(I.s);
		NEXT;
	CASE(FORLOOP)
		if (likely(kp_op_for_loop(RA)))
			JUMP(I.s);
		NEXT;

	CASE(CLOSURE)
		TRY(kp_op_new_closure(ctx, RA, &f->cl->fn->prog->fn[I.d], f, R));
		NEXT;
	CASE(CALL)
		TRY(kp_spend(ctx));
		CALL_FAST();
	CASE(PCALL)
		TRY(kp_spend(ctx));
		CALL(1);
	CASE(TAILCALL)
		TRY(kp_spend(ctx));
		TRY(kp_tail_call(ctx, INDEX(RA), COUNT(I.b, RA + 1)));
		goto returned;
	CASE(RETURN)
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(RA), COUNT(I.b, RA))); goto returned;
	CASE(RET0)
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(R), 0)); goto returned;
	CASE(RET1)
		RETURN_FAST();
		if (ctx->depth == 1)
			goto finished;
		TRY(kp_return(ctx, INDEX(RA), 1)); goto returned;
	CASE(VARARG) TRY(kp_vararg(ctx, f, INDEX(RA), I.b)); NEXT;
	CASE(BUILTIN) {
		int got;

		f->pc = pc + 1;
		got = kp_builtin(ctx, I.c, RA, COUNT(I.b, RA));
		if (unlikely(got < 0))
			FAIL;
		kp_deliver(ctx, INDEX(RA), INDEX(RA), (u32)got, EXT.a, 0);
		pc++;
		NEXT;
	}

	CASE(CTX) TRY(kp_ctxvar(ctx, I.d, RA)); NEXT;
	CASE(FIELD)
		if (unlikely(!ctx->ev)) {
			*RA = kp_nil();
			NEXT;
		}
		TRY(kp_event_field(ctx, &ctx->ev->probe->refs[I.d], RA));
		NEXT;
	CASE(TRACE)
		TRY(kp_at_trace(ctx, RA, I.d, NULL, 0));
		return KP_INTERP_TRACE;
	CASE(TRACES)
		TRY(kp_at_trace(ctx, RA, ~0u, RD,
			     kp_fn_pos(f->cl->fn, kp_frame_pc(f) - 1)));
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
