/* SPDX-License-Identifier: GPL-2.0 */
/*
 * operand.h - where a marker's argument is, as its note says it in the assembler's
 * words, becomes a fetch:
 *
 *   -4@%edi   8@16(%rsp)   8@(%rax,%rbx,8)   -4@$5   4@count+8(%rip)     x86-64
 *   -4@w0     8@[sp, 16]   8@[x0, x1]        -4@5                        arm64
 *   -4@a0     8@16(sp)                       -4@5                        riscv64
 *
 * The number before the @ is the argument's size, negative if it has a sign.
 */
#ifndef EVENT_OPERAND_H
#define EVENT_OPERAND_H

#include "event/fetch.h"
#include "event/usdt.h"

/* The next operand of *args: its length, and *args behind it; 0 after the last. */
size_t operand_next(const char **args, const char **operand);

/* False: it cannot be fetched, such as a floating-point number. */
bool operand_fetch(struct elf *e, const struct usdt_marker *m, const char *operand, size_t len,
		   struct fetch *f);

/* What is behind the @, by machine; the value's type is f->type. */
struct operand {
	struct elf *elf;
	const struct usdt_marker *marker;
	const char *at, *end;
};
bool operand_x86(struct operand *o, struct fetch *f);
bool operand_arm64(struct operand *o, struct fetch *f);
bool operand_riscv64(struct operand *o, struct fetch *f);

/* A sum of numbers and at most one symbol. */
struct operand_sum {
	int64_t number;
	const char *symbol;	/* NULL: none */
	size_t len;
	uint64_t address;	/* of the symbol */
};
bool operand_sum(struct operand *o, struct operand_sum *sum);

/* Steps over a letter, and blanks before it. False: it is another. */
bool operand_skip(struct operand *o, char c);

/* A run of letters, digits, '_' and '.': its length, 0 if there is none. */
size_t operand_word(struct operand *o, const char **word);

#endif
