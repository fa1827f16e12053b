// SPDX-License-Identifier: GPL-2.0
/*
 * jit.c - machine code for the functions of a program.
 */
#include "../core/host.h"
#include "jit.h"

static enum ktap_interpreted whole(struct kp_vm *vm, struct kp_fn *fn, const u8 *resume)
{
	u32 n;
	struct kp_bpf *insn = kp_jit_translate(vm, fn, resume, &n);

	if (!insn)
		return n > KP_JIT_MAX_INSNS ? KTAP_INTERPRETED_LARGE : KTAP_INTERPRETED_NOMEM;
	fn->native = kp_host_native(insn, n, 0, &fn->native_owner);
	kp_host_free(insn);
	return fn->native ? KTAP_INTERPRETED_NOT : KTAP_INTERPRETED_REFUSED;
}

/* Only of what may be a handler: the first function is the main chunk. */
static void front(struct kp_vm *vm, struct kp_fn *fn, u8 *resume)
{
	u32 n, stack;
	struct kp_bpf *insn = fn->index ? kp_jit_front(vm, fn, NULL, resume, &n, &stack) : NULL;

	if (!insn)
		return;
	fn->front = kp_host_native(insn, n, stack, &fn->front_owner);
	kp_host_free(insn);
}

static enum ktap_interpreted function(struct kp_vm *vm, struct kp_fn *fn)
{
	fn->resume = kp_host_alloc(fn->ncode);
	if (!fn->resume)
		return KTAP_INTERPRETED_NOMEM;
	front(vm, fn, fn->resume);
	return whole(vm, fn, fn->resume);
}

/* The whole can be entered where the common front hands over: elsewhere no other one may. */
static bool resumes_as(const struct kp_fn *fn, const u8 *resume)
{
	u32 pc;

	for (pc = 0; pc < fn->ncode; pc++)
		if (resume[pc] && !fn->resume[pc])
			return false;
	return true;
}

void *kp_jit_probe_front(const struct kp_vm *vm, const struct kp_fn *fn, const struct kp_probe *probe,
			 void **owner)
{
	struct kp_fn own = *fn;	/* what is noted of it stays that of the common front */
	u8 *resume = kp_host_alloc(fn->ncode);
	struct kp_bpf *insn = NULL;
	void *front = NULL;
	u32 n, stack;

	*owner = NULL;
	if (resume)
		insn = kp_jit_front(vm, &own, probe, resume, &n, &stack);
	if (insn && own.front_steps == fn->front_steps && resumes_as(fn, resume))
		front = kp_host_native(insn, n, stack, owner);
	kp_host_free(resume);
	kp_host_free(insn);
	return front;
}

u32 kp_jit_program(struct kp_vm *vm, enum ktap_interpreted *why)
{
	u32 i, n = 0;

	*why = kp_host_interprets();
	if (*why)
		return 0;
	for (i = 0; i < vm->prog->nfn; i++) {
		enum ktap_interpreted reason = function(vm, &vm->prog->fn[i]);

		n += !reason;
		*why = *why ?: reason;
	}
	return n;
}

void kp_jit_free(struct kp_vm *vm)
{
	u32 i;

	for (i = 0; i < vm->prog->nfn; i++) {
		struct kp_fn *fn = &vm->prog->fn[i];

		kp_host_native_free(fn->native_owner);
		kp_host_native_free(fn->front_owner);
		fn->native = fn->native_owner = NULL;
		kp_host_free(fn->resume);
		fn->front = fn->front_owner = NULL;
		fn->resume = NULL;
	}
}
