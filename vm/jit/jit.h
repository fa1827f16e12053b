/* SPDX-License-Identifier: GPL-2.0 */
/*
 * jit.h - verified bytecode becomes machine code: each function of a program is
 * translated into BPF instructions, which the host's BPF compiler takes from
 * there. Process context.
 *
 * The host makes a function of the instructions that is called as
 * native(ctx, R): R are the registers of the innermost frame. It returns an
 * enum kp_native_status (core/run.h).
 */
#ifndef KP_JIT_H
#define KP_JIT_H

#include <ktap/interpreted.def.h>

#include "../core/vm.h"
#include "bpf.h"

#define KP_JIT_MAX_INSNS	30000u	/* of a function: jumps are sixteen bits wide */

/* The function as *n instructions, the caller's to free by kp_host_free(); NULL: no
 * memory, or *n are too many. `resume` has a byte for each word: nonzero, it may be entered there. */
struct kp_bpf *kp_jit_translate(const struct kp_vm *vm, const struct kp_fn *fn, const u8 *resume,
				u32 *n);

/* The same of the function's front (core/front.h), and the bytes of the machine's stack
 * that it takes; the function's front_refs and front_steps are set, and so is `resume`
 * where the handler may go on. NULL also: it has none. With a probe it is for that probe's
 * events, whose derived fields it has without looking for them. */
struct kp_bpf *kp_jit_front(const struct kp_vm *vm, struct kp_fn *fn, const struct kp_probe *probe,
			    u8 *resume, u32 *n, u32 *stack);

/*
 * Gives the functions of the program machine code, before any runs; how many got it.
 * Those that did not are interpreted: *why is the reason of the first of them, if any.
 * kp_jit_free() when nothing runs any more.
 */
u32 kp_jit_program(struct kp_vm *vm, enum ktap_interpreted *why);
void kp_jit_free(struct kp_vm *vm);

/* The front of a handler for one probe's events alone, of the same kind as the common one; NULL:
 * none is to be had. Its owner is freed by kp_host_native_free() when it is not called any more. */
void *kp_jit_probe_front(const struct kp_vm *vm, const struct kp_fn *fn, const struct kp_probe *probe,
			 void **owner);

/* Of the host: a call's immediate number, by which BPF's machine code finds fn. */
s32 kp_host_call_imm(void (*fn)(void));

/* Of the host: why it makes no machine code at all, or KTAP_INTERPRETED_NOT. */
enum ktap_interpreted kp_host_interprets(void);

/* Of the host: n instructions with a stack as what kp_fn.native is to be, and what is to be freed
 * when it is not called any more; NULL if it cannot. */
void *kp_host_native(const struct kp_bpf *insn, u32 n, u32 stack, void **owner);
void kp_host_native_free(void *owner);

#endif
