/* SPDX-License-Identifier: GPL-2.0 */
/*
 * bpf.h - the instructions that the kernel's BPF compiler takes, as far as they
 * are used here, under short names. The same bits as struct bpf_insn.
 */
#ifndef KP_BPF_H
#define KP_BPF_H

#include "../core/port.h"

struct kp_bpf {
	u8 code;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	u8 dst:4, src:4;
#else
	u8 src:4, dst:4;
#endif
	s16 off;
	s32 imm;
};

_Static_assert(sizeof(struct kp_bpf) == 8, "struct kp_bpf");

/* Classes. */
#define BPF_K_LD	0x00
#define BPF_K_LDX	0x01
#define BPF_K_ST	0x02
#define BPF_K_STX	0x03
#define BPF_K_ALU	0x04
#define BPF_K_JMP	0x05
#define BPF_K_JMP32	0x06
#define BPF_K_ALU64	0x07
#define BPF_K_CLASS	0x07

/* Sizes and modes of loads and stores. */
#define BPF_S_W		0x00
#define BPF_S_B		0x10
#define BPF_S_DW	0x18
#define BPF_S_SIZE	0x18
#define BPF_M_IMM	0x00
#define BPF_M_MEM	0x60
#define BPF_M_ATOMIC	0xc0
#define BPF_M_MODE	0xe0

/* Whether the right side is a register. */
#define BPF_X_REG	0x08

/* Arithmetic. */
#define BPF_O_ADD	0x00
#define BPF_O_SUB	0x10
#define BPF_O_MUL	0x20
#define BPF_O_DIV	0x30	/* unsigned */
#define BPF_O_OR	0x40
#define BPF_O_AND	0x50
#define BPF_O_LSH	0x60
#define BPF_O_RSH	0x70
#define BPF_O_NEG	0x80
#define BPF_O_MOD	0x90	/* unsigned */
#define BPF_O_XOR	0xa0
#define BPF_O_MOV	0xb0
#define BPF_O_ARSH	0xc0
#define BPF_O_OP	0xf0

/* Jumps. */
#define BPF_J_JA	0x00
#define BPF_J_JEQ	0x10
#define BPF_J_JGT	0x20
#define BPF_J_JGE	0x30
#define BPF_J_JNE	0x50
#define BPF_J_JSGT	0x60
#define BPF_J_JSGE	0x70
#define BPF_J_CALL	0x80
#define BPF_J_EXIT	0x90
#define BPF_J_JLT	0xa0
#define BPF_J_JLE	0xb0
#define BPF_J_JSLT	0xc0
#define BPF_J_JSLE	0xd0

#endif
