/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hooks.h - the functions from which ftrace calls one callback. All that are added
 * at a time are hooked in one step. The callback finds its caller's word for them in
 * ops->private. Process context.
 */
#ifndef KP_COMPAT_HOOKS_H
#define KP_COMPAT_HOOKS_H

#include <linux/ftrace.h>
#include <linux/minmax.h>
#include <linux/slab.h>

#ifdef KP_FTRACE_SOME_REGS
/* The registers that ftrace saves of a function's caller, those of the arguments among them, where all would be. */
static __always_inline void kp_ftrace_show(struct pt_regs *regs, struct ftrace_regs *fregs)
{
	const typeof(*arch_ftrace_regs(fregs)) *of = arch_ftrace_regs(fregs);

	*regs = (struct pt_regs){
		.epc = of->epc, .ra = of->ra, .sp = of->sp, .s0 = of->s0,
		.a0 = of->a0, .a1 = of->a1, .a2 = of->a2, .a3 = of->a3,
		.a4 = of->a4, .a5 = of->a5, .a6 = of->a6, .a7 = of->a7,
		.status = SR_PP,	/* the kernel's */
	};
}

/* A return is diverted by where it goes. */
static __always_inline void kp_ftrace_divert(struct ftrace_regs *fregs, const struct pt_regs *regs)
{
	arch_ftrace_regs(fregs)->ra = regs->ra;
}
#endif

#ifdef KP_LACKS_FTRACE_SET_FILTER_IPS
/*
 * One address after the other, each of which copies those before it: so they are in
 * parts, each of which is an ops of its own. To end one takes a wait of its own: so
 * they are large, and few addresses join the last one.
 */
#define KP_HOOKS_PART	1024u
#define KP_HOOKS_FEW	16u

struct kp_hooks_part {
	struct ftrace_ops ops;
	struct kp_hooks_part *next;
	u32 n;
};

struct kp_hooks {
	struct ftrace_ops model;
	struct kp_hooks_part *last;
};

static inline void kp_hooks_init(struct kp_hooks *h, ftrace_func_t func, unsigned long flags, void *private)
{
	h->model = (struct ftrace_ops){ .func = func, .flags = flags, .private = private };
}

/* ftrace_free_filter() is declared there, but not exported. */
static inline void kp_hooks_part_free(struct kp_hooks_part *p)
{
	ftrace_set_filter(&p->ops, NULL, 0, 1);
	kfree(p);
}

static inline int kp_hooks_part_fill(struct kp_hooks_part *p, const unsigned long *ips, u32 n)
{
	int err = 0;

	for (; n && !err; n--, ips++) {
		err = ftrace_set_filter_ip(&p->ops, *ips, 0, 0);
		p->n += !err;
	}
	return err;
}

static inline int kp_hooks_part_add(struct kp_hooks *h, const unsigned long *ips, u32 n)
{
	struct kp_hooks_part *p = kzalloc(sizeof(*p), GFP_KERNEL_ACCOUNT);
	int err;

	if (!p)
		return -ENOMEM;
	p->ops = h->model;
	err = kp_hooks_part_fill(p, ips, n) ?: register_ftrace_function(&p->ops);
	if (err) {
		kp_hooks_part_free(p);
		return err;
	}
	p->next = h->last;
	h->last = p;
	return 0;
}

static inline int kp_hooks_add(struct kp_hooks *h, const unsigned long *ips, u32 n)
{
	int err = 0;
	u32 some;

	if (h->last && n <= KP_HOOKS_FEW && h->last->n + n <= KP_HOOKS_PART)
		return kp_hooks_part_fill(h->last, ips, n);
	for (; n && !err; n -= some, ips += some) {
		some = min(n, KP_HOOKS_PART);
		err = kp_hooks_part_add(h, ips, some);
	}
	return err;
}

/* When this returns no callback runs, and none will. */
static inline void kp_hooks_remove(struct kp_hooks *h)
{
	struct kp_hooks_part *p;

	while ((p = h->last)) {
		h->last = p->next;
		unregister_ftrace_function(&p->ops);
		kp_hooks_part_free(p);
	}
}

#else

struct kp_hooks {
	struct ftrace_ops ops;
	bool registered;
};

static inline void kp_hooks_init(struct kp_hooks *h, ftrace_func_t func, unsigned long flags, void *private)
{
	h->ops = (struct ftrace_ops){ .func = func, .flags = flags, .private = private };
}

static inline int kp_hooks_add(struct kp_hooks *h, unsigned long *ips, u32 n)
{
	int err = ftrace_set_filter_ips(&h->ops, ips, n, 0, 0);

	if (!err && !h->registered) {
		err = register_ftrace_function(&h->ops);
		h->registered = !err;
	}
	return err;
}

/* When this returns no callback runs, and none will. */
static inline void kp_hooks_remove(struct kp_hooks *h)
{
	if (h->registered)
		unregister_ftrace_function(&h->ops);
	h->registered = false;
	ftrace_free_filter(&h->ops);
}

#endif
#endif
