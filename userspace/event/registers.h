/* SPDX-License-Identifier: GPL-2.0 */
/*
 * registers.h - the machine's registers by name, where the kernel's struct pt_regs
 * has them.
 */
#ifndef EVENT_REGISTERS_H
#define EVENT_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>

struct reg {
	unsigned int offset;	/* bytes into struct pt_regs */
	unsigned int bits;	/* of the register that have this name .. */
	unsigned int shift;	/* .. from this one on */
};

/*
 * A name as assemblers write it ("rax", "eax", "al", "r8d"; "x0", "w0", "sp") or the
 * kernel ("ax", "r8"), which means the whole register: `bits` is the assembler's.
 */
bool register_find(const char *name, size_t len, struct reg *out);

/* Whose registers these are, if not this machine's: KTAP_MACHINE, as its uname() calls it; NULL: they are. */
const char *register_machine(void);

/* The same of one machine, whatever this one is. */
bool register_find_x86(const char *name, size_t len, struct reg *out);
bool register_find_arm64(const char *name, size_t len, struct reg *out);
bool register_find_arm(const char *name, size_t len, struct reg *out);
bool register_find_riscv64(const char *name, size_t len, struct reg *out);

#endif
