/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kasm.h - assembler: text to a program image, right or wrong as the text asks,
 * so that tests can write what no compiler would.
 *
 *	.global NAME              a shared variable
 *	.spec "text"              an event specification
 *	.fref KIND [N | NAME]     a field reference; KIND as in KTAP_FREF_KIND
 *	.string "text"            a string that nothing need name
 *	.func NAME NREGS [NPARAMS] [vararg]
 *	.upval reg|upval N [cell] of the function
 *	.k 42  or  .k "text"      constant of the function, numbered from 0
 *	.line LINE COL            position of the next instruction
 *	label:
 *		ADD 2 0 1         operands as in opcodes.def.h; missing ones are 0
 *		LTK 0 1
 *		JMP label         a jump's operand may be a label or a distance
 *		BUILTIN 0 2 print builtins and context variables by name or number
 *		EXT +             operators by their text or number
 *		.word 0xffffffff  any word
 *		.times N JMP 0    an instruction or directive so many times
 *
 * And to spoil the image when it is complete:
 *	.poke header FIELD VALUE
 *	.poke SECTION INDEX FIELD VALUE      SECTION FIELD alone: count or offset
 *	.pad LENGTH               zeros up to a length; the header is told
 *	.cut LENGTH               only so many bytes; the header is not told
 *
 * # begins a comment.
 */
#ifndef KTAP_TEST_KASM_H
#define KTAP_TEST_KASM_H

#include <stddef.h>

/*
 * A malloc'ed image of *len bytes; NULL with a message in err (of `room` bytes)
 * where the text makes no sense to the assembler.
 */
void *kasm(const char *text, size_t *len, char *err, size_t room);

#endif
