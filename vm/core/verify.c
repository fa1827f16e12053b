// SPDX-License-Identifier: GPL-2.0
/*
 * verify.c - proves the meaning of a loaded program, function by function:
 *
 *   scan   each instruction alone: opcode, operands, ranges, second words; marks
 *          where instructions begin
 *   link   jumps lead to such places; those are the heads of blocks
 *   flow   runs the function over sets of kinds instead of values until nothing
 *          changes: registers are written before they are read, and hold what
 *          each instruction needs
 *
 * A register's state is a set of bits: one per enum ktap_type, and UNINIT. Sets
 * only grow where paths meet, so flow ends; a budget ends it sooner for code
 * made to be slow. State is kept for heads of blocks only. No recursion.
 *
 * What holds afterwards, and the interpreter relies on without asking:
 *   - pc is at an instruction of the function, and never runs past its end
 *   - every operand is in range; every fixed range is inside the frame
 *   - no register is read that was not written since the function began, or that
 *     a call has clobbered
 *   - `cell` operands hold a CELL and ITERNEXT's an ITER; no other operand, no
 *     captured plain value, argument or result ever does
 *   - the first three registers of FORLOOP hold INT
 *   - a multi range is consumed directly behind its producer, and begins at or
 *     above the register at which the consumer's range begins
 * What it checks at run time: types of plain values, arity of a builtin called
 * with a multi range, room on the stack for one, a FORLOOP step of zero (a loop
 * like any other that spends its budget), process context (KTAP_F_P).
 */
#include "host.h"
#include "opinfo.h"
#include "prog.h"

/* Sets of kinds. */
#define KIND(type)	(1u << KTAP_T_##type)
#define UNINIT		(1u << KTAP_T__MAX)
#define PLAIN		(UNINIT - 1 - KIND(CELL) - KIND(ITER))
#define NO_EVENT	(PLAIN - KIND(EVENT))

_Static_assert(KTAP_T__MAX < 32, "a set of kinds is 32 bits");

/* What is known of a word of code; beyond HEAD: the number of a head. */
enum { INSIDE, START, HEAD };

/* The element behind a head's registers. */
enum { REACHED = 1, DIRTY = 2 };

#define MAX_STATE_BYTES	(16u << 20)

struct verifier {
	struct kp_fn *fn;
	struct ktap_error_info *err;
	u32 *mark;		/* per word */
	u32 *state;		/* per head: nregs sets and REACHED, DIRTY */
	u32 *cur;		/* the state at pc */
	u32 nheads;
	u32 pc;			/* of the instruction at hand */
	ktap_word w, ext;	/* it, and its second word if it is one of a pair */
	u8 *fact;		/* per word: enum kp_fact */
	s32 open;		/* first register of a multi range just made, or -1 */
	s64 budget;
	bool again;		/* a head behind us has changed */
};

static int bad(const struct verifier *v, u32 code, s64 arg0, s64 arg1)
{
	*v->err = (struct ktap_error_info){
		.code = code, .func = v->fn->index, .pc = v->pc,
		.arg = { arg0, arg1 },
	};
	return -EBADMSG;
}

static const struct kp_opinfo *info(const struct verifier *v)
{
	return &kp_opinfo[KTAP_OP(v->w)];
}

static u32 length(const struct verifier *v)
{
	return kp_is_pair(info(v)) ? 2 : 1;
}

/* The opcode at pc is valid, and its second word is there. */
static void fetch(struct verifier *v, u32 pc)
{
	v->pc = pc;
	v->w = v->fn->code[pc];
	v->ext = length(v) == 2 ? v->fn->code[pc + 1] : 0;
}

/* Ranges: what an instruction reads or writes beside single registers. */

struct span {
	u32 base, n;
	bool open;		/* n registers at least, then up to the top */
};

/* A range by an operand of kind cnt, after `more` registers that are always there. */
static struct span counted(u32 base, u32 cnt, u32 more)
{
	return (struct span){ base, more + (cnt ? cnt - 1 : 0), !cnt };
}

static struct span range_read(const struct verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_APPEND:
		return counted(KTAP_B(w), KTAP_C(w), 0);
	case KTAP_OP_TUPLE:
	case KTAP_OP_CONCAT:
		return (struct span){ KTAP_B(w), KTAP_C(w), false };
	case KTAP_OP_FORPREP:
		return (struct span){ KTAP_A(w), 3, false };
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
	case KTAP_OP_TAILCALL:
		return counted(KTAP_A(w), KTAP_B(w), 1);
	case KTAP_OP_RETURN:
	case KTAP_OP_BUILTIN:
		return counted(KTAP_A(w), KTAP_B(w), 0);
	default:
		return (struct span){ 0, 0, false };
	}
}

static struct span range_written(const struct verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_LOADNIL:
		return (struct span){ KTAP_A(w), KTAP_D(w), false };
	case KTAP_OP_ITERNEXT:
		return (struct span){ KTAP_A(w) + 1, KTAP_B(w) + KTAP_C(w), false };
	case KTAP_OP_FORPREP:
	case KTAP_OP_FORLOOP:
		return (struct span){ KTAP_A(w), 4, false };
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
		return counted(KTAP_A(w), KTAP_C(w), 0);
	case KTAP_OP_VARARG:
		return counted(KTAP_A(w), KTAP_B(w), 0);
	case KTAP_OP_BUILTIN:
		return counted(KTAP_A(w), KTAP_A(v->ext), 0);
	default:
		return (struct span){ 0, 0, false };
	}
}

/* scan: each instruction alone. */

static bool operand_valid(const struct kp_fn *fn, u8 kind, s32 x)
{
	u32 u = (u32)x;

	switch (kind) {
	case KTAP_OPD_dst:
	case KTAP_OPD_reg:
	case KTAP_OPD_cell:
	case KTAP_OPD_base:	return u < fn->nregs;
	case KTAP_OPD_swap:
	case KTAP_OPD_flag:	return u <= 1;
	case KTAP_OPD_kany:	return u < fn->nk;
	case KTAP_OPD_kint:	return u < fn->nk && fn->k[u].tag == KTAP_T_INT;
	case KTAP_OPD_kstr:	return u < fn->nk && fn->k[u].tag == KTAP_T_STR;
	case KTAP_OPD_glob:	return u < fn->prog->nglobal;
	case KTAP_OPD_fn:	return u < fn->prog->nfn && u > 0;
	case KTAP_OPD_spec:	return u < fn->prog->nspec;
	case KTAP_OPD_upv:	return u < fn->nup && !fn->up[u].cell;
	case KTAP_OPD_upc:	return u < fn->nup && fn->up[u].cell;
	case KTAP_OPD_fref:	return u < fn->prog->nfref;
	case KTAP_OPD_ctx:	return u < KTAP_CTX__MAX;
	case KTAP_OPD_bi:	return u < KTAP_BI__MAX;
	case KTAP_OPD_arith:	return u < KTAP_ARITH__MAX;
	default:		return true;	/* num, cnt, imm, jmp: by instruction */
	}
}

/* The operands of one word, by the rows of opcodes.def.h alone. */
static int scan_operands(const struct verifier *v, ktap_word w)
{
	const struct kp_opinfo *op = &kp_opinfo[KTAP_OP(w)];
	u32 i;

	for (i = 0; i < kp_noperands(op); i++) {
		s32 x = kp_operand(w, i);

		if (op->operand[i] == KTAP_OPD_none && x)
			return bad(v, KTAP_E_V_NONE, i + 1, 0);
		if (!operand_valid(v->fn, op->operand[i], x))
			return bad(v, KTAP_E_V_OPERAND, i + 1, x);
	}
	return 0;
}

/* Counts that have limits of their own. */
static int scan_counts(const struct verifier *v)
{
	ktap_word w = v->w;
	u32 b = KTAP_B(w), c = KTAP_C(w);

	switch (KTAP_OP(w)) {
	case KTAP_OP_LOADNIL:
		return KTAP_D(w) ? 0 : bad(v, KTAP_E_V_OPERAND, 2, 0);
	case KTAP_OP_TUPLE:
		if (c < 2 || c > KTAP_MAX_TUPLE)
			return bad(v, KTAP_E_V_OPERAND, 3, c);
		return 0;
	case KTAP_OP_CONCAT:
		return c >= 2 ? 0 : bad(v, KTAP_E_V_OPERAND, 3, c);
	case KTAP_OP_ITERNEXT:
		if (b < 1 || b > KTAP_MAX_TUPLE)
			return bad(v, KTAP_E_V_OPERAND, 2, b);
		return c <= 1 ? 0 : bad(v, KTAP_E_V_OPERAND, 3, c);
	default:
		return 0;
	}
}

static int scan_range(const struct verifier *v, struct span r)
{
	if (r.n && r.base + r.n > v->fn->nregs)
		return bad(v, KTAP_E_V_RANGE, r.base, r.base + r.n - 1);
	return 0;
}

static int scan_builtin(const struct verifier *v)
{
	static const struct { s8 min, max, results; } bi[] = {
#define _(NAME, name, min, max, results, contexts, help) { min, max, results },
		KTAP_BUILTINS(_)
#undef _
	};
	u32 id = KTAP_C(v->w);
	s32 nargs = (s32)KTAP_B(v->w) - 1, nres = (s32)KTAP_A(v->ext) - 1;

	if (nargs >= 0 && (nargs < bi[id].min || (bi[id].max >= 0 && nargs > bi[id].max)))
		return bad(v, KTAP_E_V_ARITY, id, nargs);
	if (bi[id].results >= 0 && nres > bi[id].results)
		return bad(v, KTAP_E_V_RESULTS, id, nres);
	return 0;
}

/* What an EXT holds depends on its owner; the part that the owner leaves is zero. */
static int scan_ext(const struct verifier *v)
{
	u32 a = KTAP_A(v->ext), d = KTAP_D(v->ext);

	if (KTAP_OP(v->w) == KTAP_OP_APPEND)
		return a ? bad(v, KTAP_E_V_NONE, 1, 0) : 0;
	if (d)
		return bad(v, KTAP_E_V_NONE, 2, 0);
	if (KTAP_OP(v->w) == KTAP_OP_BUILTIN)
		return scan_builtin(v);
	return a < KTAP_ARITH__MAX ? 0 : bad(v, KTAP_E_V_OPERAND, 1, a);
}

static bool is_order(u32 op)
{
	return op == KTAP_OP_LT || op == KTAP_OP_LE || (op >= KTAP_OP_LTK && op <= KTAP_OP_GEK);
}

static int scan_pair(const struct verifier *v)
{
	u32 want = info(v)->flags & KTAP_F_J ? KTAP_OP_JMP : KTAP_OP_EXT;
	ktap_word second = v->pc + 1 < v->fn->ncode ? v->fn->code[v->pc + 1] : v->w;

	if (KTAP_OP(second) != want)
		return bad(v, KTAP_E_V_PAIR, 0, 0);
	if (want == KTAP_OP_JMP && KTAP_A(second) && !is_order(KTAP_OP(v->w)))
		return bad(v, KTAP_E_V_NONE, 1, 0);
	return scan_operands(v, second);
}

static int scan_instruction(struct verifier *v)
{
	u32 op = KTAP_OP(v->w);
	int err;

	if (op >= KTAP_OP__MAX)
		return bad(v, KTAP_E_V_OPCODE, op, 0);
	if (op == KTAP_OP_EXT)
		return bad(v, KTAP_E_V_STRAY, 0, 0);
	if (op == KTAP_OP_JMP && KTAP_A(v->w))
		return bad(v, KTAP_E_V_NONE, 1, 0);
	err = scan_operands(v, v->w);
	if (!err)
		err = scan_counts(v);
	if (!err && kp_is_pair(info(v)))
		err = scan_pair(v);
	if (err)
		return err;
	fetch(v, v->pc);
	err = scan_range(v, range_read(v));
	if (!err)
		err = scan_range(v, range_written(v));
	if (!err && info(v)->flags & KTAP_F_X)
		err = scan_ext(v);
	return err;
}

/* After it fetch() is safe at every START, and control stays inside. */
static int scan(struct verifier *v)
{
	u32 pc;
	int err;

	v->w = 0;
	for (pc = 0; pc < v->fn->ncode; pc += length(v)) {
		v->pc = pc;
		v->w = v->fn->code[pc];
		v->mark[pc] = START;
		err = scan_instruction(v);
		if (err)
			return err;
	}
	if (!pc || !(info(v)->flags & KTAP_F_E))
		return bad(v, KTAP_E_V_FALL, 0, 0);
	return 0;
}

/* link: jumps and the heads of blocks. */

/* Whether the instruction jumps, and where to. */
static bool jump_target(const struct verifier *v, s64 *target)
{
	ktap_word jmp = info(v)->flags & KTAP_F_J ? v->ext : v->w;

	if (kp_opinfo[KTAP_OP(jmp)].operand[1] != KTAP_OPD_jmp)
		return false;
	*target = (s64)v->pc + length(v) + KTAP_S(jmp);
	return true;
}

static void make_head(struct verifier *v, u32 pc)
{
	if (v->mark[pc] == START)
		v->mark[pc] = HEAD + v->nheads++;
}

static int link_jumps(struct verifier *v)
{
	s64 target;
	u32 pc;

	make_head(v, 0);
	for (pc = 0; pc < v->fn->ncode; pc += length(v)) {
		fetch(v, pc);
		if (!jump_target(v, &target))
			continue;
		if (target < 0 || target >= v->fn->ncode || v->mark[target] == INSIDE)
			return bad(v, KTAP_E_V_JUMP, target, 0);
		/* the one jump that does not spend steps when it goes back */
		if (KTAP_OP(v->w) == KTAP_OP_FORPREP && target <= pc)
			return bad(v, KTAP_E_V_JUMP, target, 0);
		make_head(v, (u32)target);
	}
	return 0;
}

/* flow: reading registers. */

static int need(const struct verifier *v, u32 r, u32 allowed)
{
	if (v->cur[r] & UNINIT)
		return bad(v, KTAP_E_V_UNINIT, r, 0);
	if (v->cur[r] & ~allowed)
		return bad(v, KTAP_E_V_KIND, r, 0);
	return 0;
}

/* The one member of the event object that says nothing of its fields. */
static bool key_is_name(const struct kp_value *k)
{
	return k->tag == KTAP_T_STR && k->str->len == 4 &&
	       !memcmp(k->str->data, "name", 4);
}

/* Whether the instruction, given the event object, may go on to its fields or text. */
static bool looks_into_event(const struct verifier *v)
{
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_MOVE:
	case KTAP_OP_TEST:
	case KTAP_OP_TESTN:
	case KTAP_OP_NOT:
	case KTAP_OP_EQ:
	case KTAP_OP_NE:
	case KTAP_OP_EQK:
	case KTAP_OP_NEK:
	case KTAP_OP_RETURN:
	case KTAP_OP_RET1:
		return false;
	case KTAP_OP_GETTABK:
		return !key_is_name(&v->fn->k[KTAP_C(v->w)]);
	default:
		return true;
	}
}

static int need_plain(const struct verifier *v, u32 r)
{
	int err = need(v, r, PLAIN);

	if (!err && v->cur[r] & KIND(EVENT) && looks_into_event(v))
		v->fn->flags |= KP_FN_ARGS;
	return err;
}

static int read_operands(const struct verifier *v)
{
	const struct kp_opinfo *op = info(v);
	u32 i;
	int err = 0;

	for (i = 0; !err && i < kp_noperands(op); i++) {
		u32 r = (u32)kp_operand(v->w, i);

		if (op->operand[i] == KTAP_OPD_reg)
			err = need_plain(v, r);
		else if (op->operand[i] == KTAP_OPD_cell)
			err = need(v, r, KIND(CELL));
	}
	return err;
}

/* An open range is fixed up to where the multi range behind it begins. */
static int read_range(const struct verifier *v, struct span r)
{
	u32 i, end = r.base + r.n;
	int err = 0;

	if (r.open && (v->open < 0 || (u32)v->open < end))
		return bad(v, KTAP_E_V_MULTI, 0, 0);
	if (r.open)
		end = (u32)v->open;
	for (i = r.base; !err && i < end; i++)
		err = need_plain(v, i);
	return err;
}

static int read_capture(const struct verifier *v, const struct kp_upval *up)
{
	const struct kp_fn *fn = v->fn;
	u32 allowed = up->cell ? KIND(CELL) : PLAIN;
	bool ok;

	if (up->from == KTAP_UPVAL_UPVAL)
		ok = up->index < fn->nup && fn->up[up->index].cell == up->cell;
	else
		ok = up->index < fn->nregs && !(v->cur[up->index] & ~allowed);
	return ok ? 0 : bad(v, KTAP_E_V_UPVAL, up->index, 0);
}

static int read_captures(const struct verifier *v)
{
	const struct kp_fn *made = &v->fn->prog->fn[KTAP_D(v->w)];
	u32 i;
	int err = 0;

	for (i = 0; !err && i < made->nup; i++)
		err = read_capture(v, &made->up[i]);
	return err;
}

static int read_for(const struct verifier *v)
{
	u32 i;
	int err = 0;

	for (i = 0; !err && i < 3; i++)
		err = need(v, KTAP_A(v->w) + i, KIND(INT));
	return err;
}

static int read_all(const struct verifier *v)
{
	int err = read_operands(v);

	if (!err)
		err = read_range(v, range_read(v));
	if (err)
		return err;
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_CLOSURE:
		return read_captures(v);
	case KTAP_OP_FORLOOP:
		return read_for(v);
	case KTAP_OP_ITERNEXT:
		return need(v, KTAP_A(v->w), KIND(ITER));
	default:
		return 0;
	}
}

/* flow: writing registers. */

/* Types of context variables. */
enum { CTX_int, CTX_str, CTX_text, CTX_event };

static const u8 context_type[] = {
#define _(NAME, name, type, help) CTX_##type,
	KTAP_CTXVARS(_)
#undef _
};

static u32 context_kind(u32 var)
{
	if (context_type[var] == CTX_int)
		return KIND(INT);
	return var == KTAP_CTX_EVENT ? PLAIN : NO_EVENT;
}

static bool is_arithmetic(u32 op)
{
	return (op >= KTAP_OP_ADD && op <= KTAP_OP_USHR) ||
	       (op >= KTAP_OP_ADDK && op <= KTAP_OP_USHRK) ||
	       op == KTAP_OP_NEG || op == KTAP_OP_BNOT;
}

static u32 result(const struct verifier *v)
{
	ktap_word w = v->w;

	switch (KTAP_OP(w)) {
	case KTAP_OP_MOVE:	return v->cur[KTAP_D(w)];
	case KTAP_OP_LOADNIL:	return KIND(NIL);
	case KTAP_OP_LOADBOOL:	return KTAP_D(w) ? KIND(TRUE) : KIND(FALSE);
	case KTAP_OP_LOADI:	return KIND(INT);
	case KTAP_OP_LOADK:	return 1u << v->fn->k[KTAP_D(w)].tag;
	case KTAP_OP_LOADBI:	return KIND(BUILTIN);
	case KTAP_OP_NEWCELL:	return KIND(CELL);
	case KTAP_OP_NEWTAB:	return KIND(TABLE);
	case KTAP_OP_TUPLE:	return KIND(TUPLE);
	case KTAP_OP_ITERPREP:	return KIND(ITER);
	case KTAP_OP_CLOSURE:	return KIND(FUNC);
	case KTAP_OP_CALL:
	case KTAP_OP_PCALL:
	case KTAP_OP_VARARG:	return PLAIN;
	case KTAP_OP_CTX:	return context_kind(KTAP_D(w));
	case KTAP_OP_NOT:
	case KTAP_OP_IN:	return KIND(TRUE) | KIND(FALSE);
	case KTAP_OP_CONCAT:	return KIND(STR);
	default:		return is_arithmetic(KTAP_OP(w)) ? KIND(INT) : NO_EVENT;
	}
}

static void set(struct verifier *v, u32 first, u32 end, u32 kinds)
{
	for (; first < end; first++)
		v->cur[first] = kinds;
}

/*
 * What is written on the way that jumps (taken) and on the other. What one of
 * them does not promise to write counts as lost there.
 */
static void write_loop(struct verifier *v, struct span r, bool taken)
{
	u32 a = KTAP_A(v->w);

	if (KTAP_OP(v->w) == KTAP_OP_ITERNEXT) {
		set(v, r.base, r.base + r.n, taken ? NO_EVENT : UNINIT);
		return;
	}
	set(v, a, a + 3, KIND(INT));
	v->cur[a + 3] = taken == (KTAP_OP(v->w) == KTAP_OP_FORLOOP) ? KIND(INT) : UNINIT;
}

static void write_range(struct verifier *v, struct span r, u32 kinds)
{
	if (r.open || info(v)->flags & KTAP_F_C)
		set(v, r.base, v->fn->nregs, UNINIT);
	set(v, r.base, r.base + r.n, kinds);
	if (r.open)
		v->open = (s32)r.base;
}

static void write_all(struct verifier *v, bool taken)
{
	struct span r = range_written(v);
	u32 kinds = result(v);

	v->open = -1;
	switch (KTAP_OP(v->w)) {
	case KTAP_OP_ITERNEXT:
	case KTAP_OP_FORPREP:
	case KTAP_OP_FORLOOP:
		write_loop(v, r, taken);
		return;
	default:
		if (info(v)->operand[0] == KTAP_OPD_dst)
			v->cur[KTAP_A(v->w)] = kinds;
		write_range(v, r, kinds);
	}
}

/*
 * Flags of the function that follow from an instruction on its way.
 *
 * FILL: something may walk the registers while the frame is there: rows with A,
 * C, P, and jumps back, which spend steps and may let others in.
 *
 * ARGS: the fields or the text of the event may be asked for. That is FIELD, the
 * context variables and builtins that are made of them, and any use of a register
 * that may hold the event itself but to move, return, test or compare it or to
 * take its name. The event comes by a parameter, as an extra argument, from CTX,
 * or as a result of a call; what is stored is its text, not the event.
 *
 * SPACE: a process's addresses are made into values, whose names will be asked for.
 *
 * CALLS: functions that this one does not name; whoever asks for ARGS then has to
 * think of every function of the program.
 */

static bool walks_registers(const struct verifier *v)
{
	if (!(info(v)->flags & KTAP_F_A))
		return false;
	return KTAP_OP(v->w) != KTAP_OP_CTX || context_type[KTAP_D(v->w)] != CTX_int;
}

static bool jumps_back(const struct verifier *v)
{
	s64 target;

	return jump_target(v, &target) && target <= v->pc;
}

static bool asks_event(const struct verifier *v)
{
	u32 c = KTAP_C(v->w), d = KTAP_D(v->w);

	switch (KTAP_OP(v->w)) {
	case KTAP_OP_FIELD:
		return true;
	case KTAP_OP_CTX:
		return d == KTAP_CTX_ARGSTR || d == KTAP_CTX_EVENT;
	case KTAP_OP_BUILTIN:
		return c == KTAP_BI_EVTEXT || c == KTAP_BI_EVFIELD || c == KTAP_BI_ARG;
	default:
		return false;
	}
}

/* Called or taken as a value. */
static bool keeps_addresses(const struct verifier *v)
{
	u32 op = KTAP_OP(v->w), bi = op == KTAP_OP_LOADBI ? (u32)KTAP_D(v->w) : KTAP_C(v->w);

	return (op == KTAP_OP_LOADBI || op == KTAP_OP_BUILTIN) &&
	       (bi == KTAP_BI_USTACK || bi == KTAP_BI_USYM);
}

static bool calls_back(u32 builtin)
{
	return builtin == KTAP_BI_PCALL || builtin == KTAP_BI_TABLE_SORT;
}

static void note_flags(struct verifier *v)
{
	u32 op = KTAP_OP(v->w);

	if (walks_registers(v) || jumps_back(v) || info(v)->flags & (KTAP_F_C | KTAP_F_P))
		v->fn->flags |= KP_FN_FILL;
	if (keeps_addresses(v))
		v->fn->flags |= KP_FN_SPACE;
	if (asks_event(v))
		v->fn->flags |= KP_FN_ARGS;
	if (op == KTAP_OP_CALL || op == KTAP_OP_PCALL || op == KTAP_OP_TAILCALL ||
	    (op == KTAP_OP_BUILTIN && calls_back(KTAP_C(v->w))))
		v->fn->flags |= KP_FN_CALLS;
}

/* flow: states of heads, and the walk. */

static u32 *head_state(const struct verifier *v, u32 pc)
{
	return v->state + (size_t)(v->mark[pc] - HEAD) * (v->fn->nregs + 1);
}

/* Adds the current state to that of the head at pc. */
static void join(struct verifier *v, u32 pc)
{
	u32 i, nregs = v->fn->nregs;
	u32 *state = head_state(v, pc);
	u32 fresh = !(state[nregs] & REACHED);

	for (i = 0; i < nregs; i++) {
		fresh |= v->cur[i] & ~state[i];
		state[i] |= v->cur[i];
	}
	v->budget -= 1 + nregs / 16;
	if (!fresh)
		return;
	state[nregs] |= REACHED | DIRTY;
	if (pc <= v->pc)
		v->again = true;
}

/* Sets only grow, and a block is run again when they have: the last facts hold. */
static void note_facts(struct verifier *v)
{
	const struct kp_opinfo *op = info(v);
	u8 fact = v->mark[v->pc] >= HEAD ? 0 : KP_FACT_STRAIGHT;
	u32 i;

	for (i = 0; i < kp_noperands(op); i++) {
		u8 kind = op->operand[i];

		if ((kind == KTAP_OPD_reg || kind == KTAP_OPD_dst) &&
		    v->cur[kp_operand(v->w, i)] == KIND(INT))
			fact |= KP_FACT_INT0 << i;
	}
	if (KTAP_OP(v->w) == KTAP_OP_FORLOOP && v->cur[KTAP_A(v->w) + 3] == KIND(INT))
		fact |= KP_FACT_INT1;
	v->fact[v->pc] = fact;
}

/* One instruction: reads, then writes along each way out. */
static int flow_instruction(struct verifier *v)
{
	s64 target;
	int err = read_all(v);

	if (err)
		return err;
	note_flags(v);
	note_facts(v);
	if (jump_target(v, &target)) {
		write_all(v, true);
		join(v, (u32)target);
	}
	write_all(v, false);
	return 0;
}

/* From a head up to the next one or to an instruction that ends the way. */
static int flow_block(struct verifier *v, u32 pc)
{
	u32 *state = head_state(v, pc);
	int err;

	state[v->fn->nregs] &= ~(u32)DIRTY;
	memcpy(v->cur, state, v->fn->nregs * sizeof(*v->cur));
	v->open = -1;
	for (;;) {
		fetch(v, pc);
		if (--v->budget < 0)
			return bad(v, KTAP_E_V_COMPLEX, 0, 0);
		err = flow_instruction(v);
		if (err || info(v)->flags & KTAP_F_E)
			return err;
		pc += length(v);
		if (v->mark[pc] < HEAD)
			continue;
		join(v, pc);
		return 0;
	}
}

/* Runs the blocks whose state has changed, in order of pc. */
static int sweep(struct verifier *v)
{
	u32 pc, nregs = v->fn->nregs;
	int err = 0;

	v->again = false;
	v->budget -= v->fn->ncode / 8 + 1;
	for (pc = 0; !err && pc < v->fn->ncode; pc++) {
		if (v->mark[pc] < HEAD || !(head_state(v, pc)[nregs] & DIRTY))
			continue;
		err = flow_block(v, pc);
	}
	return err;
}

static int flow(struct verifier *v)
{
	int err;

	v->budget = 128 * (s64)v->fn->ncode + 65536;
	v->pc = 0;
	set(v, 0, v->fn->nparams, PLAIN);
	set(v, v->fn->nparams, v->fn->nregs, UNINIT);
	join(v, 0);
	do {
		err = sweep(v);
	} while (!err && v->again);
	return err;
}

/* Memory for the states of all heads, and one more for the current state. */
static int flow_with_memory(struct verifier *v)
{
	size_t one = v->fn->nregs + 1u, bytes = (v->nheads + 1) * one * sizeof(u32);
	int err;

	v->pc = 0;
	if (bytes > MAX_STATE_BYTES)
		return bad(v, KTAP_E_V_COMPLEX, 0, 0);
	v->state = kp_host_alloc(bytes);
	if (!v->state) {
		bad(v, KTAP_E_NOMEM, 0, 0);
		return -ENOMEM;
	}
	v->cur = v->state + v->nheads * one;
	err = flow(v);
	kp_host_free(v->state);
	return err;
}

/* v->mark has room for the function, and is zero. */
static int verify_fn(struct verifier *v)
{
	int err = scan(v);

	if (!err)
		err = link_jumps(v);
	if (!err)
		err = flow_with_memory(v);
	return err;
}

static size_t mark_bytes(const struct kp_prog *prog)
{
	u32 i, most = 1;

	for (i = 0; i < prog->nfn; i++)
		if (prog->fn[i].ncode > most)
			most = prog->fn[i].ncode;
	return most * sizeof(u32);
}

static u8 *make_facts(struct kp_prog *prog)
{
	u32 i, n = 1;

	for (i = 0; i < prog->nfn; i++)
		n += prog->fn[i].ncode;
	prog->fact = kp_host_alloc(n);
	return prog->fact;
}

static int verify_all(struct kp_prog *prog, struct ktap_error_info *err, u32 *mark, u8 *fact)
{
	u32 i;
	int ret = 0;

	for (i = 0; !ret && i < prog->nfn; i++) {
		struct kp_fn *fn = &prog->fn[i];
		struct verifier v = { .fn = fn, .err = err, .mark = mark, .fact = fact };

		memset(mark, 0, fn->ncode * sizeof(u32));
		ret = verify_fn(&v);
		fn->fact = fact;
		fact += fn->ncode;
	}
	return ret;
}

int kp_verify(struct kp_prog *prog, struct ktap_error_info *err)
{
	u32 *mark = kp_host_alloc(mark_bytes(prog));
	u8 *fact = make_facts(prog);
	int ret = -ENOMEM;

	if (mark && fact)
		ret = verify_all(prog, err, mark, fact);
	else
		*err = (struct ktap_error_info){ .code = KTAP_E_NOMEM, .func = ~0u };
	kp_host_free(mark);
	return ret;
}
