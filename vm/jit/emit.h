/* SPDX-License-Identifier: GPL-2.0 */
/*
 * emit.h - the translation of one function under way, and the instructions that it
 * emits. The translation runs twice: the first time `out` is NULL, and only the
 * places are found that jumps of the second lead to.
 */
#ifndef KP_JIT_EMIT_H
#define KP_JIT_EMIT_H

#include "helper.h"
#include "jit.h"

/* Machine registers: five for arguments, what lives through calls, the end of the stack. */
enum { R0, R1, R2, R3, R4, R5, REGS, CTX, STEPS, LAST, STACK };

/* What an instruction needs beside its place in the line. */
enum { NEED_SLOW = 1, NEED_FAIL = 2, NEED_SPENT = 4, NEED_RESUME = 8, NEED_ENTER = 16, NEED_LEAVE = 32 };

#define KP_JIT_LOOPS	8	/* of a function, at most, that have homes */
#define KP_JIT_HOMES	5

/* A loop in which numbers have homes (loop.h). */
struct kp_loop {
	u32 head, last;			/* its words; behind the last it goes on by falling out of it */
	u8 home_of[KP_JIT_HOMES];	/* the registers of the language */
	u8 nhomes;
	u8 written;			/* bits of the homes that change */
	u8 tagged;			/* bits of those whose tag is put in front of the loop */
	u8 counter;			/* if it has a step: of its FORLOOP the first register, .. */
	bool twins;			/* .. which always equals the fourth one */
	s16 step;			/* a constant; 0: it does not count */
};

struct kp_jit {
	const struct kp_vm *vm;
	const struct kp_fn *fn;
	const struct kp_probe *probe;	/* whose events alone it is for; NULL: of any */
	struct kp_bpf *out;
	u32 n, room;		/* emitted so far; room in out */
	u32 base;		/* what the registers of the language are found by, .. */
	s32 first;		/* .. the first of them so many bytes on */
	u32 *at;		/* where each word's translation begins */
	u32 *behind;		/* where it ends */
	u32 *slow, *fail, *spent, *resume, *leave;	/* and its parts behind the function */
	s16 *after;		/* the register whose number LAST has behind each word, or -1 */
	u8 *need;
	u32 failed, saved;	/* the common ends of what fails */
	u32 pc, before;		/* of the word at hand, and of the one in front of it */
	ktap_word w, ext;
	u8 fact;		/* what the verifier knows of it (enum kp_fact) */
	s32 last;		/* the register whose number is in LAST too, or -1 */
	bool loops;		/* steps are counted in STEPS */
	struct kp_loop loops_at[KP_JIT_LOOPS];	/* in no order, none inside another */
	u32 nloops;
	const struct kp_loop *loop;	/* the one that the word at hand is in, or NULL */
};

static inline void emit(struct kp_jit *j, u8 code, u32 dst, u32 src, s32 off, s64 imm)
{
	if (j->out && j->n < j->room)
		j->out[j->n] = (struct kp_bpf){ .code = code, .dst = dst, .src = src,
						.off = (s16)off, .imm = (s32)imm };
	j->n++;
}

static inline bool fits32(s64 n)
{
	return n == (s32)n;
}

static inline void emit_mov(struct kp_jit *j, u32 dst, u32 src)
{
	emit(j, BPF_K_ALU64 | BPF_O_MOV | BPF_X_REG, dst, src, 0, 0);
}

/* dst = n, in one instruction or two. */
static inline void emit_const(struct kp_jit *j, u32 dst, s64 n)
{
	if (fits32(n)) {
		emit(j, BPF_K_ALU64 | BPF_O_MOV, dst, 0, 0, n);
		return;
	}
	emit(j, BPF_K_LD | BPF_M_IMM | BPF_S_DW, dst, 0, 0, (s32)(u32)n);
	emit(j, 0, 0, 0, 0, (s32)(u32)((u64)n >> 32));
}

/* dst op= src, dst op= n (which fits). */
static inline void emit_alu(struct kp_jit *j, u8 op, u32 dst, u32 src)
{
	emit(j, BPF_K_ALU64 | op | BPF_X_REG, dst, src, 0, 0);
}

static inline void emit_alu_imm(struct kp_jit *j, u8 op, u32 dst, s64 n)
{
	emit(j, BPF_K_ALU64 | op, dst, 0, 0, n);
}

static inline void emit_load(struct kp_jit *j, u8 size, u32 dst, u32 base, s32 off)
{
	emit(j, BPF_K_LDX | BPF_M_MEM | size, dst, base, off, 0);
}

static inline void emit_store(struct kp_jit *j, u8 size, u32 base, s32 off, u32 src)
{
	emit(j, BPF_K_STX | BPF_M_MEM | size, base, src, off, 0);
}

static inline void emit_store_imm(struct kp_jit *j, u8 size, u32 base, s32 off, s64 n)
{
	emit(j, BPF_K_ST | BPF_M_MEM | size, base, 0, off, n);
}

/* Jumps to an instruction, by its number. */
static inline s32 distance(const struct kp_jit *j, u32 to)
{
	return j->out ? (s32)(to - j->n - 1) : 0;
}

static inline void emit_goto(struct kp_jit *j, u32 to)
{
	emit(j, BPF_K_JMP | BPF_J_JA, 0, 0, distance(j, to), 0);
}

static inline void emit_if(struct kp_jit *j, u8 op, u32 a, u32 b, u32 to)
{
	emit(j, BPF_K_JMP | op | BPF_X_REG, a, b, distance(j, to), 0);
}

static inline void emit_if_imm(struct kp_jit *j, u8 op, u32 a, s64 n, u32 to)
{
	emit(j, BPF_K_JMP | op, a, 0, distance(j, to), n);
}

static inline void emit_exit(struct kp_jit *j, s64 status)
{
	emit_const(j, R0, status);
	emit(j, BPF_K_JMP | BPF_J_EXIT, 0, 0, 0, 0);
}

/* A function of up to five words; what it gives is a whole word too. */
#define EMIT_CALL(j, fn)	\
	emit(j, BPF_K_JMP | BPF_J_CALL, 0, 0, 0, kp_host_call_imm((void (*)(void))(fn)))

#endif
