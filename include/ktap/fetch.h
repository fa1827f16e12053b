/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fetch.h - how a value is fetched that no record holds: a register, a parameter
 * of a function, what a pointer points to. A fetch is a short straight program of
 * struct ktap_fetch over one 64-bit accumulator; the resolver in userspace makes
 * it from BTF, DWARF, a marker's note or a script's "name=+8(%di):u32", and the
 * module checks it when the event is attached and runs it when the field is
 * asked for. Every read is a no-fault copy: where one fails the field is nil, and
 * the fault is counted.
 */
#ifndef KTAP_FETCH_H
#define KTAP_FETCH_H

#include "abi_types.h"
#include "limits.h"

/*
 * _(NAME, class, text) - the accumulator is v, `imm` the operation's number.
 * class: SOURCE begins a fetch (v = ..), STEP goes on with it, LAST ends it with
 * bytes instead of a number. A fetch is one SOURCE, any STEPs, perhaps one LAST.
 *
 *   REG      the register at byte `imm` of the kernel's struct pt_regs
 *   ARG      argument number imm, from 0, by the calling convention; of a raw
 *            tracepoint its own arguments
 *   STACK    word number imm of the stack: the kernel's for kernel functions, the
 *            task's for user functions
 *   SP       the stack pointer
 *   RETVAL   what the function returned
 *   IP       address of the probed place
 *   RETADDR  address to which the function returns
 *   IMM      imm itself
 *   COMM     command name of the task (a string)
 *   ADD      v += imm
 *   ADDREG   v += the register at byte `imm` of the kernel's struct pt_regs
 *   SHL      v <<= imm, of 0 to 63
 *   LOAD     v = what the kernel has at v + imm, an integer of type `type`
 *   ULOAD    v = what the task has at v + imm, an integer of type `type`
 *   BITS     v = bits of v: imm & 255 is the lowest, imm >> 8 how many; `type`
 *            says whether the highest is a sign
 *   STR      the string at v in the kernel, at most imm bytes (0: the session's limit)
 *   USTR     the string at v in the task
 *   ANYSTR   the string at v, in the task where only a task has such an address
 *   BYTES    imm bytes at v in the kernel
 *   UBYTES   imm bytes at v in the task
 */
#define KTAP_FETCH_OPS(_) \
	_(REG,		SOURCE,	"register") \
	_(ARG,		SOURCE,	"argument") \
	_(STACK,	SOURCE,	"stack word") \
	_(SP,		SOURCE,	"stack pointer") \
	_(RETVAL,	SOURCE,	"return value") \
	_(IP,		SOURCE,	"address") \
	_(RETADDR,	SOURCE,	"return address") \
	_(IMM,		SOURCE,	"number") \
	_(COMM,		SOURCE,	"command name") \
	_(ADD,		STEP,	"add") \
	_(ADDREG,	STEP,	"add register") \
	_(SHL,		STEP,	"shift left") \
	_(LOAD,		STEP,	"kernel read") \
	_(ULOAD,	STEP,	"user read") \
	_(BITS,		STEP,	"bit-field") \
	_(STR,		LAST,	"kernel string") \
	_(USTR,		LAST,	"user string") \
	_(ANYSTR,	LAST,	"string") \
	_(BYTES,	LAST,	"kernel bytes") \
	_(UBYTES,	LAST,	"user bytes")

enum ktap_fetch_class { KTAP_FETCH_SOURCE, KTAP_FETCH_STEP, KTAP_FETCH_LAST };

enum ktap_fetch_op {
#define _(name, class, text) KTAP_FETCH_##name,
	KTAP_FETCH_OPS(_)
#undef _
	KTAP_FETCH__MAX
};

struct ktap_fetch {
	__u8 op;		/* enum ktap_fetch_op */
	__u8 type;		/* of LOAD, ULOAD and BITS an integer's ktap_field_type; 0 else */
	__u16 reserved;		/* 0 */
	__u32 reserved2;	/* 0 */
	__s64 imm;
};

_Static_assert(sizeof(struct ktap_fetch) == 16, "struct ktap_fetch");

#endif
