// SPDX-License-Identifier: GPL-2.0
/*
 * bpf.c - the machine code of the userspace host: BPF instructions, run one by one.
 * It stands for the kernel's compiler of them, so that what the translation does is
 * tested where sanitizers watch.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/host.h"
#include "../jit/jit.h"

struct code {
	u32 n;
	struct kp_bpf insn[];
};

static void base(void)
{
}

#define STACK_BYTES	512

s32 kp_host_call_imm(void (*fn)(void))
{
	return (s32)((intptr_t)fn - (intptr_t)base);
}

enum ktap_interpreted kp_host_interprets(void)
{
	return KTAP_INTERPRETED_NOT;
}

void *kp_host_native(const struct kp_bpf *insn, u32 n, u32 stack, void **owner)
{
	struct code *c = kp_host_alloc(sizeof(*c) + n * sizeof(*insn));

	if (!c || stack > STACK_BYTES)
		return NULL;
	c->n = n;
	memcpy(c->insn, insn, n * sizeof(*insn));
	return *owner = c;
}

void kp_host_native_free(void *owner)
{
	kp_host_free(owner);
}

static void broken(const struct kp_bpf *i, const char *what)
{
	fprintf(stderr, "bpf: %s: code %#x\n", what, i->code);
	abort();
}

static u64 alu(const struct kp_bpf *i, u64 a, u64 b)
{
	switch (i->code & BPF_O_OP) {
	case BPF_O_ADD: return a + b;
	case BPF_O_SUB: return a - b;
	case BPF_O_MUL: return a * b;
	case BPF_O_OR: return a | b;
	case BPF_O_AND: return a & b;
	case BPF_O_XOR: return a ^ b;
	case BPF_O_MOV: return b;
	case BPF_O_NEG: return 0 - a;
	}
	if ((i->code & BPF_O_OP) == BPF_O_DIV || (i->code & BPF_O_OP) == BPF_O_MOD) {
		if (!b)
			broken(i, "division by zero");
		return (i->code & BPF_O_OP) == BPF_O_DIV ? a / b : a % b;
	}
	if (b > 63)
		broken(i, "shift too far");
	switch (i->code & BPF_O_OP) {
	case BPF_O_LSH: return a << b;
	case BPF_O_RSH: return a >> b;
	case BPF_O_ARSH: return (u64)((s64)a >> b);
	}
	broken(i, "unknown arithmetic");
	return 0;
}

static bool jumps(const struct kp_bpf *i, u64 a, u64 b)
{
	switch (i->code & BPF_O_OP) {
	case BPF_J_JA: return true;
	case BPF_J_JEQ: return a == b;
	case BPF_J_JNE: return a != b;
	case BPF_J_JGT: return a > b;
	case BPF_J_JGE: return a >= b;
	case BPF_J_JLT: return a < b;
	case BPF_J_JLE: return a <= b;
	case BPF_J_JSGT: return (s64)a > (s64)b;
	case BPF_J_JSGE: return (s64)a >= (s64)b;
	case BPF_J_JSLT: return (s64)a < (s64)b;
	case BPF_J_JSLE: return (s64)a <= (s64)b;
	}
	broken(i, "unknown jump");
	return false;
}

static void store(const struct kp_bpf *i, void *to, u64 v)
{
	u32 w = (u32)v;

	switch (i->code & BPF_S_SIZE) {
	case BPF_S_W: memcpy(to, &w, sizeof(w)); return;
	case BPF_S_DW: memcpy(to, &v, sizeof(v)); return;
	}
	broken(i, "unknown size");
}

static u64 load(const struct kp_bpf *i, const void *from)
{
	u32 w;
	u64 v;

	switch (i->code & BPF_S_SIZE) {
	case BPF_S_B: return *(const u8 *)from;
	case BPF_S_W: memcpy(&w, from, sizeof(w)); return w;
	case BPF_S_DW: memcpy(&v, from, sizeof(v)); return v;
	}
	broken(i, "unknown size");
	return 0;
}

static void call(const struct kp_bpf *i, u64 *r)
{
	u64 (*fn)(u64, u64, u64, u64, u64) = (void *)((intptr_t)base + i->imm);

	r[0] = fn(r[1], r[2], r[3], r[4], r[5]);
}

/* One that is no jump. Returns how many further instructions it takes. */
static u32 step(const struct kp_bpf *i, u64 *r)
{
	bool reg = i->code & BPF_X_REG;
	char *at = (char *)(uintptr_t)r[i->dst] + i->off;

	switch (i->code & BPF_K_CLASS) {
	case BPF_K_ALU64:
		r[i->dst] = alu(i, r[i->dst], reg ? r[i->src] : (u64)(s64)i->imm);
		return 0;
	case BPF_K_ALU:
		r[i->dst] = (u32)alu(i, (u32)r[i->dst], reg ? (u32)r[i->src] : (u32)i->imm);
		return 0;
	case BPF_K_LD:
		r[i->dst] = (u32)i[0].imm | (u64)(u32)i[1].imm << 32;
		return 1;
	case BPF_K_LDX:
		r[i->dst] = load(i, (char *)(uintptr_t)r[i->src] + i->off);
		return 0;
	case BPF_K_ST:
		store(i, at, (u64)(s64)i->imm);
		return 0;
	case BPF_K_STX:
		if ((i->code & BPF_M_MODE) == BPF_M_ATOMIC)
			__atomic_fetch_add((u64 *)(void *)at, r[i->src], __ATOMIC_RELAXED);
		else
			store(i, at, r[i->src]);
		return 0;
	}
	broken(i, "unknown class");
	return 0;
}

u64 kp_sim_bpf(const void *native, const u64 arg[5])
{
	const struct code *c = native;
	u64 stack[STACK_BYTES / 8];
	u64 r[11] = { [10] = (uintptr_t)stack + sizeof(stack) };
	u32 pc = 0;

	memcpy(&r[1], arg, 5 * sizeof(r[0]));

	for (;;) {
		const struct kp_bpf *i = &c->insn[pc++];

		if (pc > c->n)
			broken(i, "behind the end");
		if ((i->code & BPF_K_CLASS) != BPF_K_JMP)
			pc += step(i, r);
		else if ((i->code & BPF_O_OP) == BPF_J_EXIT)
			return r[0];
		else if ((i->code & BPF_O_OP) == BPF_J_CALL)
			call(i, r);
		else if (jumps(i, r[i->dst], i->code & BPF_X_REG ? r[i->src] : (u64)(s64)i->imm))
			pc += i->off;
	}
}
