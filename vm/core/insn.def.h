/* SPDX-License-Identifier: GPL-2.0 */
/*
 * insn.def.h - instructions that take less where more is known of them: _(NAME of the row
 * in opcodes.def.h, facts that have to hold). Operands are integers then, constants too; a
 * constant divisor is above zero; JMP and FORLOOP lead back.
 */
#define KP_KNOWN_INSNS(_) \
	_(ADD,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(SUB,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(MUL,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(BAND,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(BOR,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(BXOR,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(SHL,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(SHR,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(USHR,	  KP_FACT_INT1 | KP_FACT_INT2) \
	_(ADDK,	  KP_FACT_INT1) \
	_(SUBK,	  KP_FACT_INT1) \
	_(MULK,	  KP_FACT_INT1) \
	_(DIVK,	  KP_FACT_INT1) \
	_(MODK,	  KP_FACT_INT1) \
	_(BANDK,  KP_FACT_INT1) \
	_(BORK,	  KP_FACT_INT1) \
	_(BXORK,  KP_FACT_INT1) \
	_(SHLK,	  KP_FACT_INT1) \
	_(SHRK,	  KP_FACT_INT1) \
	_(USHRK,  KP_FACT_INT1) \
	_(EQ,	  KP_FACT_INT0 | KP_FACT_INT1) \
	_(NE,	  KP_FACT_INT0 | KP_FACT_INT1) \
	_(LT,	  KP_FACT_INT0 | KP_FACT_INT1) \
	_(LE,	  KP_FACT_INT0 | KP_FACT_INT1) \
	_(EQK,	  KP_FACT_INT0) \
	_(NEK,	  KP_FACT_INT0) \
	_(LTK,	  KP_FACT_INT0) \
	_(LEK,	  KP_FACT_INT0) \
	_(GTK,	  KP_FACT_INT0) \
	_(GEK,	  KP_FACT_INT0) \
	_(JMP,	  0) \
	_(FORLOOP, KP_FACT_INT1)

/*
 * One instruction in place of two that follow each other, _(FIRST, SECOND): of both what is
 * above holds, the second changes what the first makes, in the same register, and nothing
 * leads to it. The second keeps its own place, for who goes on there (core/front.h).
 */
#define KP_PAIRED_INSNS(_) \
	_(MULK,	  ADDK) \
	_(MULK,	  SUBK) \
	_(ADDK,	  BANDK) \
	_(SHRK,	  BANDK) \
	_(USHRK,  BANDK)
