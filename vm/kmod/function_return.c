// SPDX-License-Identifier: GPL-2.0
/*
 * function_return.c - returns of functions that ftrace hooks.
 *
 * One kretprobe serves all functions of a session. It is registered disabled, so
 * that it patches nothing: what is used of it is its pool of return hooks. At a
 * function's entry ftrace's callback calls its pre_handler, as the kprobe would:
 * it takes a hook from the pool, has on_hooked() say for whom, and diverts the
 * return. So thousands of functions are attached in one step, and an entry costs
 * less than by a kprobe of each.
 *
 * Only where hooks need no lock to be taken (rethook): a callback runs anywhere.
 */
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "fire.h"
#include "function.h"

static unsigned int max_returns = 4096;
module_param(max_returns, uint, 0444);
MODULE_PARM_DESC(max_returns, "functions of one session that can be between entry and traced return");

unsigned int kp_max_returns(void)
{
	return clamp(max_returns, 1u, 1u << 20);
}

#if defined(CONFIG_KRETPROBE_ON_RETHOOK) && defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)

struct kp_returns {
	struct kretprobe kretprobe;
	bool registered;
};

struct hooked {
	struct kp_function *function;
};

/* --- any context --- */

/* A hook was free: from here to kp_return_hook() the invocation is ours. */
static int on_hooked(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct kp_invocation *inv = kp_invocation_here();
	struct hooked *h = (struct hooked *)ri->data;

	h->function = inv->hooking;
	inv->hooking = NULL;
	return 0;
}
NOKPROBE_SYMBOL(on_hooked);

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct hooked *h = (struct hooked *)ri->data;
	struct kp_attached *a = h->function->attached;

	kp_complete_return(regs);
	if (likely(!READ_ONCE(a->session->gate)) || kp_fire_inside(a))
		kp_fire_decided(a, NULL, 0, regs, get_kretprobe_retaddr(ri), NULL);
	return 0;
}
NOKPROBE_SYMBOL(on_return);

static __always_inline void hook(struct kp_function *f, struct pt_regs *regs,
				 struct kp_invocation *inv)
{
	struct kprobe *kp = &f->attached->session->probes.returns->kretprobe.kp;

	inv->hooking = f;
	kp->pre_handler(kp, regs);
	if (unlikely(inv->hooking))
		kp_count(f->attached, missed);
	inv->hooking = NULL;
}

/*
 * A return that nobody wants to see is counted here and not hooked; else it is
 * counted when it comes. What a handler calls is left alone, at the entry as at
 * any event.
 */
void kp_return_hook(struct kp_function *f, struct pt_regs *regs)
{
	struct kp_attached *a = f->attached;
	struct kp_invocation *inv;

	if (!kp_fire_wanted(a))
		return;
	preempt_disable_notrace();
	inv = kp_context_claim();
	if (likely(inv)) {
		hook(f, regs, inv);
		kp_context_give_back(inv);
	} else {
		kp_count(a, skipped_reentry);
	}
	preempt_enable_notrace();
}

/* --- process context --- */

/*
 * Any function that can be probed would do: these the module itself needs. On riscv a kprobe may not
 * be where ftrace's call is, which is where all functions begin but those in assembler.
 */
#ifdef CONFIG_RISCV
#define SOME_FUNCTION	"memcpy"
#else
#define SOME_FUNCTION	"misc_register"
#endif

static int open_pool(struct kp_returns *r)
{
	struct kretprobe *rp = &r->kretprobe;
	int err;

	rp->kp.symbol_name = SOME_FUNCTION;
	rp->kp.flags = KPROBE_FLAG_DISABLED;
	rp->entry_handler = on_hooked;
	rp->handler = on_return;
	rp->data_size = sizeof(struct hooked);
	rp->maxactive = kp_max_returns();
	err = register_kretprobe(rp);
	r->registered = !err;
	return err;
}

int kp_returns_need(struct kp_session *s)
{
	struct kp_probes *p = &s->probes;
	int err;

	if (p->returns)
		return 0;
	p->returns = kzalloc(sizeof(*p->returns), GFP_KERNEL_ACCOUNT);
	if (!p->returns)
		return -ENOMEM;
	err = open_pool(p->returns);
	if (err)
		kp_returns_free(s);
	return err;
}

/*
 * ftrace's callbacks are over, so no function enters the pool any more. Those
 * that are inside keep a diverted return: the kernel's, not the module's, code
 * receives it, and once this has returned, which waits for the handlers at work,
 * calls on_return() for none.
 */
void kp_returns_detach(struct kp_session *s)
{
	struct kp_returns *r = s->probes.returns;

	if (r && r->registered)
		unregister_kretprobe(&r->kretprobe);
	if (r)
		r->registered = false;
}

void kp_returns_free(struct kp_session *s)
{
	kfree(s->probes.returns);
	s->probes.returns = NULL;
}

#else

int kp_returns_need(struct kp_session *s)
{
	return -EOPNOTSUPP;
}

void kp_return_hook(struct kp_function *f, struct pt_regs *regs)
{
}

void kp_returns_detach(struct kp_session *s)
{
}

void kp_returns_free(struct kp_session *s)
{
}

#endif
