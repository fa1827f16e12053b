// SPDX-License-Identifier: GPL-2.0
/*
 * jit.c - machine code for the functions of a program.
 */
#include "../core/host.h"
#include "jit.h"

static bool function(struct kp_vm *vm, struct kp_fn *fn)
{
	u32 n;
	struct kp_bpf *insn = kp_jit_translate(vm, fn, &n);

	if (!insn)
		return false;
	fn->native = kp_host_native(insn, n, 0, &fn->native_owner);
	kp_host_free(insn);
	return fn->native;
}

/* Only of what may be a handler: the first function is the main chunk. */
static void front(struct kp_vm *vm, struct kp_fn *fn)
{
	u32 n, stack;
	struct kp_bpf *insn = fn->index ? kp_jit_front(vm, fn, NULL, &n, &stack) : NULL;

	if (!insn)
		return;
	fn->front = kp_host_native(insn, n, stack, &fn->front_owner);
	kp_host_free(insn);
}

void *kp_jit_probe_front(const struct kp_vm *vm, const struct kp_fn *fn, const struct kp_probe *probe,
			 void **owner)
{
	struct kp_fn own = *fn;	/* what is noted of it stays that of the common front */
	u32 n, stack;
	struct kp_bpf *insn = kp_jit_front(vm, &own, probe, &n, &stack);
	void *front;

	*owner = NULL;
	if (!insn)
		return NULL;
	front = kp_host_native(insn, n, stack, owner);
	kp_host_free(insn);
	return front;
}

u32 kp_jit_program(struct kp_vm *vm)
{
	u32 i, n = 0;

	for (i = 0; i < vm->prog->nfn; i++) {
		n += function(vm, &vm->prog->fn[i]);
		front(vm, &vm->prog->fn[i]);
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
		fn->front = fn->front_owner = NULL;
	}
}
