/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bytecode.h - the instruction word and everything that follows from
 * opcodes.def.h by expansion. Used by the compiler, the loader, the verifier,
 * the interpreter and the disassembler.
 *
 *   31      24 23      16 15       8 7        0
 *   +---------+----------+----------+----------+
 *   |    c    |    b     |    a     |  opcode  |   ABC
 *   +---------+----------+----------+----------+
 *   |    d (unsigned) or s (signed) |    a     |  opcode  |   AD, AS
 *   +-------------------------------+----------+----------+
 *
 * Words are stored little-endian in an image and in host order in memory.
 */
#ifndef KTAP_BYTECODE_H
#define KTAP_BYTECODE_H

#include "abi_types.h"
#include "opcodes.def.h"
#include "types.def.h"
#include "ctxvars.def.h"
#include "builtins.def.h"

typedef __u32 ktap_word;

enum ktap_format { KTAP_FMT_ABC, KTAP_FMT_AD, KTAP_FMT_AS };

/* Operand kinds; opcodes.def.h says what each means. */
#define KTAP_OPERANDS(_) \
	_(none) _(dst) _(reg) _(cell) _(base) _(num) _(cnt) _(imm) _(flag) \
	_(kany) _(kint) _(kstr) _(glob) _(fn) _(spec) _(upv) _(upc) _(fref) \
	_(ctx) _(bi) _(arith) _(jmp) _(swap)

enum ktap_operand {
#define _(name) KTAP_OPD_##name,
	KTAP_OPERANDS(_)
#undef _
	KTAP_OPD__MAX
};

enum ktap_opflag {
	KTAP_F_J = 1 << 0,	/* pair with JMP */
	KTAP_F_X = 1 << 1,	/* pair with EXT */
	KTAP_F_A = 1 << 2,	/* may take temporary memory */
	KTAP_F_C = 1 << 3,	/* call */
	KTAP_F_E = 1 << 4,	/* no fall-through */
	KTAP_F_P = 1 << 5,	/* process context only */
};

enum ktap_op {
#define _(name, fmt, a, b, c, flags) KTAP_OP_##name,
	KTAP_OPCODES(_)
#undef _
	KTAP_OP__MAX
};

enum ktap_arith {
#define _(name, text) KTAP_ARITH_##name,
	KTAP_ARITHS(_)
#undef _
	KTAP_ARITH__MAX
};

enum ktap_type {
#define _(name, text, imm) KTAP_T_##name,
	KTAP_TYPES(_)
#undef _
	KTAP_T__MAX
};

enum ktap_ctxvar {
#define _(NAME, name, type, help) KTAP_CTX_##NAME,
	KTAP_CTXVARS(_)
#undef _
	KTAP_CTX__MAX
};

enum ktap_builtin {
#define _(NAME, name, min, max, results, contexts, help) KTAP_BI_##NAME,
	KTAP_BUILTINS(_)
#undef _
	KTAP_BI__MAX
};

#define KTAP_OP(w)	((w) & 0xff)
#define KTAP_A(w)	(((w) >> 8) & 0xff)
#define KTAP_B(w)	(((w) >> 16) & 0xff)
#define KTAP_C(w)	((w) >> 24)
#define KTAP_D(w)	((w) >> 16)
#define KTAP_S(w)	((__s32)(__s16)((w) >> 16))
#define KTAP_SC(w)	((__s32)(__s8)((w) >> 24))	/* signed c, of TABADDI */

#define KTAP_ABC(op, a, b, c) \
	((ktap_word)(op) | (ktap_word)(a) << 8 | (ktap_word)(b) << 16 | \
	 (ktap_word)(__u8)(c) << 24)
#define KTAP_AD(op, a, d) \
	((ktap_word)(op) | (ktap_word)(a) << 8 | (ktap_word)(__u16)(d) << 16)

/* The numeric relations on which code relies. */
_Static_assert(KTAP_OP__MAX <= 256, "an opcode is eight bits");
_Static_assert(KTAP_BI__MAX <= 256, "a builtin fits operand c");
_Static_assert(KTAP_T_NIL == 0 && KTAP_T_FALSE == 1 && KTAP_T_TRUE == 2,
	       "falsehood is tag < KTAP_T_TRUE");
_Static_assert(KTAP_OP_USHR - KTAP_OP_ADD == KTAP_ARITH_USHR &&
	       KTAP_OP_USHRK - KTAP_OP_ADDK == KTAP_ARITH_USHR,
	       "arithmetic opcodes stand in the order of KTAP_ARITHS");

#endif
