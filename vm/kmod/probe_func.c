// SPDX-License-Identifier: GPL-2.0
/*
 * probe_func.c - functions of the kernel: entry, a place inside, return. Which
 * way each is hooked is decided here (function.h).
 */
#include <linux/ptrace.h>
#include <linux/slab.h>

#include "function.h"
#include "session.h"
#include "../core/host.h"

static int check(const struct ktap_event *ev)
{
	return ev->rec_size || ev->addr > ULONG_MAX || ev->offset > INT_MAX ? -EINVAL : 0;
}

static int check_return(const struct ktap_event *ev)
{
	return ev->offset ? -EINVAL : check(ev);
}

/* Whether a register holds an argument, or leads to one: ftrace saves those always. */
static bool is_argument(s64 reg)
{
#ifdef CONFIG_RISCV
	switch (reg) {
	case offsetof(struct pt_regs, ra):
	case offsetof(struct pt_regs, sp):
	case offsetof(struct pt_regs, s0):
	case offsetof(struct pt_regs, a0) ... offsetof(struct pt_regs, a7):
		return true;
	}
#endif
#ifdef CONFIG_X86_64
	switch (reg) {
	case offsetof(struct pt_regs, di):
	case offsetof(struct pt_regs, si):
	case offsetof(struct pt_regs, dx):
	case offsetof(struct pt_regs, cx):
	case offsetof(struct pt_regs, r8):
	case offsetof(struct pt_regs, r9):
	case offsetof(struct pt_regs, sp):
		return true;
	}
#endif
	return false;
}

/* Whether a field begins with a register that holds no argument. */
static bool needs_regs(const struct kp_probe *p)
{
	const struct ktap_field *f = p->args;
	u32 i;

	for (i = 0; i < p->nargs + p->nrefs; i++, f++)
		if (f->source == KTAP_SRC_FETCH && p->fetch[f->offset].op == KTAP_FETCH_REG &&
		    !is_argument(p->fetch[f->offset].imm))
			return true;
	return false;
}

/* By ftrace if it can show the handler what it asks for. */
static int attach_place(struct kp_attached *a, struct kp_function *f)
{
	unsigned long ip = f->inside ? 0 : kp_ftrace_location(f->addr);
	bool args = kp_closure_needs_args(a->fn), all = args && needs_regs(&a->probe);
	bool regs = all || (args && !kp_ftrace_has_args(false));

	if (ip && all && !KP_FTRACE_SAVE_REGS)
		return -EOPNOTSUPP;	/* and no kprobe may be there */
	if (!ip || (args && !kp_ftrace_has_args(regs))) {
		a->path = KTAP_PATH_KPROBE;
		return kp_kprobe_add(f);
	}
	a->path = regs && KP_FTRACE_SAVE_REGS ? KTAP_PATH_FTRACE_REGS : KTAP_PATH_FTRACE;
	return kp_ftrace_add(a->session, f, ip, regs);
}

/* By a kretprobe where there is no pool, and where the kernel shall refuse it. */
static int attach_return(struct kp_attached *a, struct kp_function *f)
{
	unsigned long ip = kp_return_location(f->addr);
	int err = kp_return_allowed(f->addr);

	if (err)
		return err;
	err = ip ? kp_returns_need(a->session) : -EOPNOTSUPP;
	if (err == -EOPNOTSUPP) {
		a->path = KTAP_PATH_KRETPROBE;
		return kp_kprobe_add(f);
	}
	a->path = KTAP_PATH_RETHOOK;
	return err ?: kp_ftrace_add(a->session, f, ip, !kp_ftrace_has_args(false));
}

/* The address is the caller's word; that something can be hooked there is found out. */
static int place(struct kp_function *f, struct kp_attached *a, const struct ktap_event *ev)
{
	unsigned long function = ev->addr ?: kp_host_symbol(ev->name);

	if (!function)
		return -ENOENT;
	f->attached = a;
	f->addr = function + ev->offset;
	f->inside = ev->offset;
	f->is_return = ev->kind == KTAP_EV_FUNC_RET;
	return kp_function_allowed(f->addr);
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_function *f = kzalloc(sizeof(*f), GFP_KERNEL_ACCOUNT);
	int err;

	if (!f)
		return -ENOMEM;
	a->function = f;
	err = place(f, a, ev);
	if (!err)
		err = f->is_return ? attach_return(a, f) : attach_place(a, f);
	if (err) {
		kfree(f);
		a->function = NULL;
	}
	return err;
}

/* kp_functions_detach() ends them all at once. */
static void detach(struct kp_attached *a)
{
}

static u64 missed(const struct kp_attached *a)
{
	return kp_kprobe_missed(a->function);
}

int kp_functions_commit(struct kp_session *s)
{
	return kp_ftraces_commit(s);
}

/*
 * Entries end first, so that nothing is put into the pool of returns that ends
 * next; each step waits for the handlers that it may have begun.
 */
void kp_functions_detach(struct kp_session *s)
{
	kp_ftraces_detach(s);
	kp_returns_detach(s);
	kp_kprobes_detach(s);
}

void kp_functions_free(struct kp_session *s)
{
	struct kp_probes *p = &s->probes;
	u32 i;

	kp_ftraces_free(s);
	kp_returns_free(s);
	for (i = 0; i < p->n; i++) {
		struct kp_function *f = p->list[i]->function;

		if (f)
			kp_kprobe_free(f);
		kfree(f);
	}
}

const struct kp_probe_ops kp_ops_FUNC = {
	.check	= check,
	.attach	= attach,
	.detach	= detach,
	.missed	= missed,
};

const struct kp_probe_ops kp_ops_FUNC_RET = {
	.check	= check_return,
	.attach	= attach,
	.detach	= detach,
	.missed	= missed,
};
