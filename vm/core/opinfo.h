/* SPDX-License-Identifier: GPL-2.0 */
/*
 * opinfo.h - the rows of opcodes.def.h as a table, for whoever walks over code
 * without running it: verifier, disassembler, assembler, tests.
 */
#ifndef KP_OPINFO_H
#define KP_OPINFO_H

#include "port.h"
#include <ktap/bytecode.h>

struct kp_opinfo {
	const char *name;
	u8 format;		/* enum ktap_format */
	u8 operand[3];		/* enum ktap_operand; AD and AS have two, the third is none */
	u8 flags;		/* enum ktap_opflag */
};

extern const struct kp_opinfo kp_opinfo[KTAP_OP__MAX];

/* Names of enum ktap_operand and enum ktap_arith ("+", "..", ...). */
extern const char *const kp_operand_name[KTAP_OPD__MAX];
extern const char *const kp_arith_text[KTAP_ARITH__MAX];

/* Operand n of a word whose opcode is valid; sign-extended where it is signed. */
s32 kp_operand(ktap_word w, u32 n);

/* Operands that a format has in the word: 3 or 2. */
static inline u32 kp_noperands(const struct kp_opinfo *op)
{
	return op->format == KTAP_FMT_ABC ? 3 : 2;
}

/* Whether the next word belongs to the instruction. */
static inline bool kp_is_pair(const struct kp_opinfo *op)
{
	return op->flags & (KTAP_F_J | KTAP_F_X);
}

#endif
