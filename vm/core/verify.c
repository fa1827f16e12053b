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
 * A register's state is a set of bits: one per enum ktap_type, and UNINIT.
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
#include "insn.h"
#include "verify.h"

_Static_assert(KTAP_MAIN_REGS < 0xffff, "no stack has that room");

/*
 * Two registers beyond any frame are scratch for op= with strings. Extra arguments are none
 * of the common call's (frame.h): no stack has that room.
 */
static void note_room(struct kp_fn *fn)
{
	fn->nfill = fn->flags & KP_FN_FILL ? fn->nregs : fn->nparams;
	fn->room = fn->flags & KP_FN_VARARG ? 0xffff : fn->nparams + fn->nregs + 2;
}

/* v->mark has room for the function, and is zero. */
static int verify_fn(struct kp_verifier *v)
{
	int err = kp_v_scan(v);

	if (!err)
		err = kp_v_link(v);
	if (!err)
		err = kp_v_flow(v);
	if (!err)
		note_room(v->fn);
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

static u32 count_words(const struct kp_prog *prog)
{
	u32 i, n = 1;

	for (i = 0; i < prog->nfn; i++)
		n += prog->fn[i].ncode;
	return n;
}

/* What the functions are given of the program's memory. */
static void share_out(struct kp_prog *prog)
{
	struct kp_insn *insn = prog->insn;
	u8 *fact = prog->fact;
	u32 i;

	for (i = 0; i < prog->nfn; i++) {
		prog->fn[i].fact = fact;
		prog->fn[i].insn = insn;
		fact += prog->fn[i].ncode;
		insn += prog->fn[i].ncode;
	}
}

static bool make_room(struct kp_prog *prog)
{
	u32 n = count_words(prog);

	prog->fact = kp_host_alloc(n);
	prog->insn = kp_host_alloc(n * sizeof(*prog->insn));
	if (!prog->fact || !prog->insn)
		return false;
	share_out(prog);
	return true;
}

static int verify_all(struct kp_prog *prog, struct ktap_error_info *err, u32 *mark)
{
	u32 i;
	int ret = 0;

	for (i = 0; !ret && i < prog->nfn; i++) {
		struct kp_fn *fn = &prog->fn[i];
		u32 first = (u32)(fn->fact - prog->fact);
		struct kp_verifier v = { .fn = fn, .err = err, .mark = mark, .fact = prog->fact + first };

		memset(mark, 0, fn->ncode * sizeof(u32));
		ret = verify_fn(&v);
		if (!ret)
			kp_insn_make(fn, prog->insn + first);
	}
	return ret;
}

int kp_verify(struct kp_prog *prog, struct ktap_error_info *err)
{
	u32 *mark = kp_host_alloc(mark_bytes(prog));
	int ret = -ENOMEM;

	if (make_room(prog) && mark)
		ret = verify_all(prog, err, mark);
	else
		*err = (struct ktap_error_info){ .code = KTAP_E_NOMEM, .func = ~0u };
	kp_host_free(mark);
	return ret;
}
