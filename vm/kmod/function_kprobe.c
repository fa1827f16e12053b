// SPDX-License-Identifier: GPL-2.0
/*
 * function_kprobe.c - places that ftrace does not reach: inside a function, or in
 * one that it leaves alone; returns where there is no pool of hooks. The kernel
 * arms kprobes one at a time, so there is nothing to gain in batches but their end.
 */
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "fire.h"
#include "function.h"

#ifdef CONFIG_KPROBES

/* Of each function that has its own: memory is taken for all of them. */
#define OWN_RETURNS	256u

/* `kp` of a return's is the kernel's own matter. */
struct kp_breakpoint {
	struct kp_function *function;
	struct kretprobe rp;
	bool registered;
};

/*
 * Any context; where the place has a breakpoint as in an NMI. Preemption is off.
 * The kernel skips what a handler runs into, and counts it.
 */
static __always_inline void fire(struct kp_function *f, struct pt_regs *regs, unsigned long to)
{
	struct kp_attached *a = f->attached;

	if (unlikely(!rcu_is_watching()))
		kp_count(a, missed);
	else
		kp_fire(a, NULL, 0, regs, to);
}

static int on_place(struct kprobe *kp, struct pt_regs *regs)
{
	struct kp_function *f = container_of(kp, struct kp_breakpoint, rp.kp)->function;

	fire(f, regs, 0);
	return 0;
}
NOKPROBE_SYMBOL(on_place);

#ifdef CONFIG_ARM
/* The trampoline has saved r0 to fp, in room for four more. The others are the caller's, after the return. */
static __always_inline struct pt_regs after_return(const struct pt_regs *regs, unsigned long to)
{
	struct pt_regs all = { .ARM_pc = to, .ARM_lr = to, .ARM_cpsr = SVC_MODE };

	memcpy(&all, regs, offsetof(struct pt_regs, ARM_ip));
	all.ARM_sp = (unsigned long)&regs->ARM_cpsr;
	return all;
}
#endif

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kretprobe *rp = get_kretprobe(ri);
#ifdef CONFIG_ARM
	struct pt_regs all = after_return(regs, get_kretprobe_retaddr(ri));

	regs = &all;
#endif
	kp_complete_return(regs);
	if (rp)
		fire(container_of(rp, struct kp_breakpoint, rp)->function, regs,
		     get_kretprobe_retaddr(ri));
	return 0;
}
NOKPROBE_SYMBOL(on_return);

/* The kernel's word for "not there" is the same as for what makes no sense. */
static int add(struct kp_breakpoint *b, struct kp_function *f)
{
	int err;

	b->function = f;
	b->rp.kp.addr = (kprobe_opcode_t *)f->addr;
	if (f->is_return) {
		b->rp.handler = on_return;
		b->rp.maxactive = min(kp_max_returns(), OWN_RETURNS);
		err = register_kretprobe(&b->rp);
	} else {
		b->rp.kp.pre_handler = on_place;
		err = register_kprobe(&b->rp.kp);
	}
	b->registered = !err;
	return err == -EINVAL ? -EPERM : err;
}

int kp_kprobe_add(struct kp_function *f)
{
	int err;

	f->breakpoint = kzalloc(sizeof(*f->breakpoint), GFP_KERNEL_ACCOUNT);
	if (!f->breakpoint)
		return -ENOMEM;
	err = add(f->breakpoint, f);
	if (err)
		kp_kprobe_free(f);
	return err;
}

u64 kp_kprobe_missed(const struct kp_function *f)
{
	const struct kp_breakpoint *b = f->breakpoint;

	return b ? READ_ONCE(b->rp.kp.nmissed) + (f->is_return ? READ_ONCE(b->rp.nmissed) : 0) : 0;
}

void kp_kprobe_free(struct kp_function *f)
{
	kfree(f->breakpoint);
	f->breakpoint = NULL;
}

/* Many at a time: each call waits for the handlers at work. */
#define BATCH	64

struct batch {
	u32 nplaces, nreturns;
	struct kprobe *place[BATCH];
	struct kretprobe *ret[BATCH];
};

static void end(struct batch *b)
{
	if (b->nplaces)
		unregister_kprobes(b->place, b->nplaces);
	if (b->nreturns)
		unregister_kretprobes(b->ret, b->nreturns);
	b->nplaces = b->nreturns = 0;
}

static void take(struct batch *to, struct kp_function *f)
{
	struct kp_breakpoint *b = f->breakpoint;

	if (!b || !b->registered)
		return;
	b->registered = false;
	if (f->is_return)
		to->ret[to->nreturns++] = &b->rp;
	else
		to->place[to->nplaces++] = &b->rp.kp;
	if (to->nplaces == BATCH || to->nreturns == BATCH)
		end(to);
}

static void end_one(struct kp_function *f)
{
	struct kp_breakpoint *b = f->breakpoint;

	if (!b || !b->registered)
		return;
	b->registered = false;
	if (f->is_return)
		unregister_kretprobe(&b->rp);
	else
		unregister_kprobe(&b->rp.kp);
}

/* Without memory for a batch they end one by one. */
void kp_kprobes_detach(struct kp_session *s)
{
	struct batch *b = kzalloc(sizeof(*b), GFP_KERNEL);
	struct kp_probes *p = &s->probes;
	u32 i;

	for (i = 0; i < p->n; i++) {
		struct kp_function *f = p->list[i]->function;

		if (f && b)
			take(b, f);
		else if (f)
			end_one(f);
	}
	if (b)
		end(b);
	kfree(b);
}

#else

int kp_kprobe_add(struct kp_function *f)
{
	return -ENOSYS;
}

u64 kp_kprobe_missed(const struct kp_function *f)
{
	return 0;
}

void kp_kprobe_free(struct kp_function *f)
{
}

void kp_kprobes_detach(struct kp_session *s)
{
}

#endif
