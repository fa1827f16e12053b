// SPDX-License-Identifier: GPL-2.0
/*
 * native.c - machine code by the kernel's own compiler of BPF programs, which knows
 * every architecture that the kernel runs on. The program is none of BPF's: its
 * verifier has not seen it, nothing but us calls it, and it calls our functions, by
 * their distance from the base that BPF's calls count from. What has to be proved,
 * our verifier has proved; the instructions read and write only what is ours.
 *
 * Process context. Such a program takes its place in the memory that is meant for
 * BPF's machine code, and gives it back; one that was not compiled is not run.
 */
#include <linux/filter.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "../jit/jit.h"

/*
 * Words and addresses have to be of the size that the translation assumes. A kernel
 * that checks the types of indirect calls does not let a helper be called as BPF calls.
 */
#if !defined(CONFIG_BPF_JIT)
#define NEVER	KTAP_INTERPRETED_NO_COMPILER
#elif !defined(CONFIG_64BIT)
#define NEVER	KTAP_INTERPRETED_NO_64BIT
#elif defined(__BIG_ENDIAN)
#define NEVER	KTAP_INTERPRETED_BIG_ENDIAN
#elif defined(CONFIG_CFI_CLANG) || defined(CONFIG_CFI)
#define NEVER	KTAP_INTERPRETED_CFI
#endif

#ifndef NEVER

s32 kp_host_call_imm(void (*fn)(void))
{
	return (long)fn - (long)__bpf_call_base;
}

static struct bpf_prog *compile(struct bpf_prog *fp, const struct kp_bpf *insn, u32 n, u32 stack)
{
	int err;

	fp->len = n;
	fp->type = BPF_PROG_TYPE_KPROBE;
	fp->aux->stack_depth = stack;
	memcpy(fp->insnsi, insn, n * sizeof(*insn));
	fp = bpf_prog_select_runtime(fp, &err);
	if (!err && fp->jited)
		return fp;
	bpf_prog_free(fp);
	return NULL;
}

/* A call is by a distance of 32 bits: where modules are, and all of this one. */
static bool is_in_reach(void)
{
	long distance = (long)kp_host_native - (long)__bpf_call_base;

	return abs(distance) < SZ_2G - SZ_16M;
}

/* By the mark that it puts on what is to be compiled: its switch is not exported. */
static bool is_off(void)
{
	struct bpf_prog *fp = bpf_prog_alloc(bpf_prog_size(1), GFP_KERNEL);
	bool off = fp && !fp->jit_requested;

	if (fp)
		bpf_prog_free(fp);
	return off;
}

enum ktap_interpreted kp_host_interprets(void)
{
	if (!is_in_reach())
		return KTAP_INTERPRETED_FAR;
	return is_off() ? KTAP_INTERPRETED_OFF : KTAP_INTERPRETED_NOT;
}

/* The code that is called, and the program that owns it. */
void *kp_host_native(const struct kp_bpf *insn, u32 n, u32 stack, void **owner)
{
	struct bpf_prog *fp = NULL;

	BUILD_BUG_ON(sizeof(struct kp_bpf) != sizeof(struct bpf_insn));
	if (is_in_reach())
		fp = bpf_prog_alloc(bpf_prog_size(n), GFP_KERNEL_ACCOUNT);
	if (fp)
		fp = compile(fp, insn, n, stack);
	*owner = fp;
	return fp ? fp->bpf_func : NULL;
}

void kp_host_native_free(void *owner)
{
	if (owner)
		bpf_prog_free(owner);
}

#else

enum ktap_interpreted kp_host_interprets(void)
{
	return NEVER;
}

s32 kp_host_call_imm(void (*fn)(void))
{
	return 0;
}

void *kp_host_native(const struct kp_bpf *insn, u32 n, u32 stack, void **owner)
{
	return NULL;
}

void kp_host_native_free(void *owner)
{
}

#endif
