/* SPDX-License-Identifier: GPL-2.0 */
/*
 * function.h - events of kernel functions: how each is hooked, and ended.
 *
 *   entry    ftrace where the function can be traced so: one ftrace_ops for all
 *            functions of a session, or two, since saving all registers costs more
 *   inside   a kprobe; at the entry too, where ftrace does not reach
 *   return   a pool of return hooks that the same ftrace_ops feeds; else a
 *            kretprobe for each function
 *
 * Process context, under the session's lock, unless said otherwise.
 */
#ifndef KP_FUNCTION_H
#define KP_FUNCTION_H

#include <linux/ftrace.h>
#include <linux/kprobes.h>

#include "attach.h"

struct kp_breakpoint;

/* Of one probe; freed with it. */
struct kp_function {
	struct kp_attached *attached;
	struct kp_function *next;	/* the same address, in the same group of ftrace's */
	unsigned long addr;		/* of the place, what IP yields */
	bool is_return;
	bool inside;			/* behind the entry */
	struct kp_breakpoint *breakpoint;	/* NULL: by ftrace */
};

/* Of a function's event. Any context. */
static inline const struct kp_function *kp_function_of(const struct kp_event *ev)
{
	return container_of(ev->probe, struct kp_attached, probe)->function;
}

/*
 * Any context: a diverted return comes with the registers that the kernel's trampoline has
 * saved. riscv's saves no stack pointer, nor whose the registers are.
 */
static inline void kp_complete_return(struct pt_regs *regs)
{
#ifdef CONFIG_RISCV
	regs->sp = (unsigned long)regs + ALIGN(sizeof(*regs), STACK_ALIGN);
	regs->status = SR_PP;
#endif
}

/* --- function_find.c --- */

/* Where ftrace calls from a function, 0 if it does not. */
unsigned long kp_ftrace_location(unsigned long function);

/* Whether it does; true of all where there is no ftrace. */
bool kp_ftrace_reaches(unsigned long function);

/* As kp_ftrace_location(), 0 too where the kernel keeps its own return probes out, or does not say. */
unsigned long kp_return_location(unsigned long function);

/* 0; -EPERM for a function whose return nobody can divert. */
int kp_return_allowed(unsigned long function);

/* 0; -EPERM for what ktap runs itself where a handler could not. */
int kp_function_allowed(unsigned long addr);

/* --- function_ftrace.c --- */

struct kp_ftraces;

/*
 * Enters the function, whose location is `ip`, into the session's list; it
 * fires after kp_ftraces_commit(). `regs`: the handler asks for registers that
 * hold no argument.
 */
int kp_ftrace_add(struct kp_session *s, struct kp_function *f, unsigned long ip, bool regs);

/* Hooks all that were added since the last time, in one step. */
int kp_ftraces_commit(struct kp_session *s);

/* When this returns no callback runs, and none will. */
void kp_ftraces_detach(struct kp_session *s);
void kp_ftraces_free(struct kp_session *s);

/* Whether ftrace shows a callback the arguments; the stack pointer is with them. */
bool kp_ftrace_has_args(bool regs);

/* --- function_return.c --- */

struct kp_returns;

/* The session's pool of return hooks, made at the first call. -EOPNOTSUPP: this kernel has none. */
int kp_returns_need(struct kp_session *s);
void kp_returns_detach(struct kp_session *s);
void kp_returns_free(struct kp_session *s);

/* Any context, from ftrace's callback at the entry: has the function's return fire. */
void kp_return_hook(struct kp_function *f, struct pt_regs *regs);

/* How many functions may be between entry and return. */
unsigned int kp_max_returns(void);

/* --- function_kprobe.c --- */

/*
 * -EPERM: the kernel lets nobody probe it; -EILSEQ: no instruction begins there; -ENOSYS: this
 * kernel has no kprobes.
 */
int kp_kprobe_add(struct kp_function *f);
u64 kp_kprobe_missed(const struct kp_function *f);
void kp_kprobe_free(struct kp_function *f);

/* When this returns none of the session's runs, and none will. */
void kp_kprobes_detach(struct kp_session *s);

#endif
