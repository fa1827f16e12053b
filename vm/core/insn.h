/* SPDX-License-Identifier: GPL-2.0 */
/*
 * insn.h - instructions as the interpreter takes them: one for each word of verified code,
 * at the same index, with operands as distances in bytes. Made once when a program is
 * verified, from the words and from what the verifier knows of them; constant afterwards,
 * and never seen from outside. Any context may read them.
 *
 *   kind of operand                distance from
 *   dst, reg, cell, base           the frame's first register
 *   kany, kint, kstr               the function's first constant
 *   upv, upc                       the closure's first captured value
 *   glob                           the first shared variable
 *   jmp                            the next instruction
 *   any other                      none: the number itself
 */
#ifndef KP_INSN_H
#define KP_INSN_H

#include "prog.h"
#include "insn.def.h"

/* The opcodes of the words, those that know more, and those that are two. */
enum kp_insn_op {
	KP_INSN_BEFORE = KTAP_OP__MAX - 1,
#define _(name, facts) KP_INSN_##name,
	KP_KNOWN_INSNS(_)
#undef _
#define _(first, second) KP_INSN_##first##_##second,
	KP_PAIRED_INSNS(_)
#undef _
	KP_INSN__MAX
};

struct kp_insn {
	u16 op;			/* enum ktap_op or enum kp_insn_op */
	u16 a;
	union {
		struct {
			u16 b, c;
		};
		u32 d;
		s32 s;
	};
};

_Static_assert(sizeof(struct kp_insn) == 8, "an instruction is eight bytes");
_Static_assert(255 * sizeof(struct kp_value) <= 0xffff, "a, b and c hold the distance of any register");

/* The instructions of a function whose facts are known; room for fn->ncode. */
void kp_insn_make(const struct kp_fn *fn, struct kp_insn *insn);

#endif
