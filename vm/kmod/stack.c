// SPDX-License-Identifier: GPL-2.0
/*
 * stack.c - the kernel's stack, from where the event fired on. Any context.
 *
 * Unwinding begins behind the machinery, not here: frames of a module are several
 * times dearer to unwind than the kernel's. A function in fire.h or fire.c, the one that the kernel
 * called or what that ended with, asks for its own frame: there stand the caller's
 * frame pointer and the return address, and behind them its stack. A probe on a
 * function has the registers of the probed place, which tell the same.
 *
 * What is then left out: frames of this module, and those of the loop that calls
 * the probes of a tracepoint when there is more than one.
 */
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/tracepoint.h>
#include <asm/ptrace.h>

#include "attach.h"
#include "function.h"
#include "stack.h"
#include "../core/host.h"

/* Frames as they come. */
struct walk {
	const struct kp_attached *a;	/* NULL: no event */
	bool outside;			/* the machinery is behind us */
	unsigned long from;		/* the first address outside; 0: any but the machinery's */
	u64 *frames;
	u32 n, max, skip;
};

/* The kernel tells a function's size only in the text that names it. 0: it is no function. */
static unsigned long bytes_of(unsigned long function)
{
	char text[KSYM_SYMBOL_LEN];
	const char *size;
	unsigned long n;

	sprint_symbol(text, function);
	size = strrchr(text, '/');
	return size && !kstrtoul(size + 1, 16, &n) ? n : 0;
}

/* Machine code that BPF's compiler made of a handler is no symbol's: that is asked only where no event tells. */
static bool is_compiled(const struct walk *w, unsigned long addr)
{
	char name[KSYM_NAME_LEN];

	return !w->a && !IS_ENABLED(CONFIG_X86_64) && !kp_host_symbol_name(addr, name, sizeof(name));
}

static bool is_machinery(const struct walk *w, unsigned long addr)
{
	if (w->from)
		return addr != w->from;
	return within_module(addr, THIS_MODULE) || is_compiled(w, addr) ||
	       (w->a && addr - w->a->iterator < w->a->iterator_bytes);
}

/* False: there are enough. */
static bool take(struct walk *w, unsigned long addr)
{
	if (!w->outside && is_machinery(w, addr))
		return true;
	w->outside = true;
	if (w->skip) {
		w->skip--;
		return true;
	}
	w->frames[w->n++] = addr;
	return w->n < w->max;
}

#ifdef CONFIG_X86_64
#include <asm/unwind.h>

/*
 * Registers as they will be when the function with this frame has returned, but for
 * the address: it is in the call, since what is known of a place is known of calls.
 */
static void regs_behind(struct pt_regs *regs, const unsigned long *frame)
{
	memset(regs, 0, sizeof(*regs));
	regs->bp = frame[0];
	regs->ip = frame[1] - 1;
	regs->sp = (unsigned long)(frame + 2);
	regs->cs = __KERNEL_CS;
}

/* NULL: from here. */
static void unwind(struct walk *w, struct pt_regs *regs)
{
	struct unwind_state state;
	unsigned long addr;

	for (unwind_start(&state, current, regs, NULL); !unwind_done(&state);
	     unwind_next_frame(&state)) {
		addr = unwind_get_return_address(&state);
		if (!addr && !w->outside)
			continue;	/* our own machine code: no text that it knows */
		if (!addr || !take(w, addr))
			break;
	}
}

static void walk_regs(struct walk *w, struct pt_regs *regs)
{
	if (take(w, regs->ip))
		unwind(w, regs);
}

/*
 * From registers whose address may be that of a breakpoint, or of what runs instead;
 * is_entry: no instruction of the function has run.
 */
static void walk_at(struct walk *w, const struct pt_regs *regs, unsigned long ip, bool is_entry)
{
	struct pt_regs at = *regs;

	at.ip = ip;
	at.cs = __KERNEL_CS;
	unwind(w, &at);
}

static void walk_frame(struct walk *w, const unsigned long *frame)
{
	struct pt_regs regs;

	if (!frame) {
		unwind(w, NULL);
	} else if (take(w, frame[1])) {
		regs_behind(&regs, frame);
		unwind(w, &regs);
	}
}

#elif defined(CONFIG_ARM64)

#define MAX_RECORDS	512	/* machinery's included: a chain that has no end is damaged */

/* A return address may be signed on the stack; where the processor knows no signing this does nothing. */
static unsigned long unsigned_address(unsigned long addr)
{
	register unsigned long lr asm("x30") = addr;

	asm("hint #7 // xpaclri" : "+r" (lr));
	return lr;
}

/*
 * All of the kernel keeps frame records, { the caller's frame pointer, return address }, and an
 * exception makes one of what it interrupted; two zeros end the chain. Reads are no-fault.
 */
static void follow(struct walk *w, u64 fp)
{
	u64 ret;
	u32 i;

	for (i = 0; i < MAX_RECORDS && fp && fp % sizeof(u64) == 0; i++) {
		if (!kp_host_load(&ret, fp + sizeof(u64), sizeof(u64), false) || !ret ||
		    !kp_host_load(&fp, fp, sizeof(u64), false) || !take(w, unsigned_address(ret)))
			break;
	}
}

static void walk_regs(struct walk *w, struct pt_regs *regs)
{
	if (take(w, regs->pc))
		follow(w, regs->regs[29]);
}

/* Where a function begins, its caller is in the link register alone. */
static void walk_at(struct walk *w, const struct pt_regs *regs, unsigned long ip, bool is_entry)
{
	if (!is_entry || take(w, unsigned_address(regs->regs[30])))
		follow(w, regs->regs[29]);
}

static void walk_frame(struct walk *w, const unsigned long *frame)
{
	follow(w, (unsigned long)(frame ?: __builtin_frame_address(0)));
}

#elif defined(CONFIG_RISCV) && defined(CONFIG_FRAME_POINTER)

#define MAX_RECORDS	512	/* machinery's included: a chain that has no end is damaged */

/*
 * What is no frame record's: where the kernel is entered, whose frame is the registers of what was
 * interrupted, and where ftrace calls from, which is nobody's caller.
 */
static struct span { unsigned long from, bytes; } entry, hook;

static void find_span(struct span *s, const char *first, const char *last)
{
	unsigned long from = kp_host_symbol(first), to = kp_host_symbol(last);

	if (from && to)
		*s = (struct span){ from, to + bytes_of(to) - from };
}

static bool is_in(const struct span *s, unsigned long addr)
{
	return addr - s->from < s->bytes;
}

void kp_stack_init(void)
{
	find_span(&entry, "handle_exception", "ret_from_exception");
	find_span(&hook, "ftrace_caller", "ftrace_call");
}

#define HAS_INIT

static bool is_same_stack(unsigned long a, unsigned long b)
{
	return !((a ^ b) & ~(THREAD_SIZE - 1));
}

/* On the task's stack, or on that of interrupts if we are there. A frame ends where the pointer points. */
static bool is_on_stack(unsigned long fp)
{
	return fp % sizeof(long) == 0 &&
	       (is_same_stack(fp - 1, (unsigned long)task_stack_page(current)) ||
		is_same_stack(fp - 1, (unsigned long)__builtin_frame_address(0)));
}

/* Where the walk is: the frame, and the return address if that may be in its register alone. */
struct place {
	u64 fp, ra;
};

/* Goes on in what was interrupted. False: there is none, it was a process. */
static bool leave_exception(struct walk *w, struct place *at)
{
	struct pt_regs regs;

	if (!kp_host_read(&regs, at->fp, sizeof(regs), false) || user_mode(&regs))
		return false;
	*at = (struct place){ regs.s0, regs.ra };
	return take(w, regs.epc);
}

/*
 * All of the kernel keeps frame records, { the caller's frame pointer, return address }, which end
 * where the frame pointer points; but a function that calls none keeps the former alone, in the
 * place of the latter. Reads are no-fault.
 */
static bool step(struct walk *w, struct place *at)
{
	u64 ret, next;

	if (!is_on_stack(at->fp) || !kp_host_load(&ret, at->fp - sizeof(u64), sizeof(u64), false) ||
	    !kp_host_load(&next, at->fp - 2 * sizeof(u64), sizeof(u64), false))
		return false;
	if (at->ra && is_on_stack(ret)) {
		next = ret;
		ret = at->ra;
	}
	if (w->from && is_in(&hook, ret))
		ret = w->from;
	if (!take(w, ret))
		return false;
	if (is_in(&entry, ret))
		return leave_exception(w, at);
	*at = (struct place){ next, 0 };
	return true;
}

static void follow(struct walk *w, u64 fp, u64 ra)
{
	struct place at = { fp, ra };
	u32 i;

	for (i = 0; i < MAX_RECORDS && step(w, &at); i++)
		;
}

static void walk_regs(struct walk *w, struct pt_regs *regs)
{
	if (take(w, regs->epc))
		follow(w, regs->s0, regs->ra);
}

/* Where a function begins, its caller is in the register alone. */
static void walk_at(struct walk *w, const struct pt_regs *regs, unsigned long ip, bool is_entry)
{
	if (!is_entry || take(w, regs->ra))
		follow(w, regs->s0, is_entry ? 0 : regs->ra);
}

static void walk_frame(struct walk *w, const unsigned long *frame)
{
	follow(w, (unsigned long)(frame ?: __builtin_frame_address(0)), 0);
}

#else

/* The kernel's own walk, and then what is left out is. */
static void walk_frame(struct walk *w, const unsigned long *frame)
{
	unsigned long some[16];
	unsigned int i, n, at = 0;

	do {
		n = stack_trace_save(some, ARRAY_SIZE(some), at);
		for (i = 0; i < n; i++)
			if (!take(w, some[i]))
				return;
		at += n;
	} while (n == ARRAY_SIZE(some));
}

#if defined(CONFIG_ARM_UNWIND) && !defined(KP_LACKS_WALK_BY_FRAMES)
#include <asm/stacktrace.h>

/* The kernel's functions that hold the lock of its walk's tables. */
static struct { unsigned long from, bytes; } holders[4];

static bool is_holder(unsigned long addr)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(holders); i++)
		if (addr - holders[i].from < holders[i].bytes)
			return true;
	return false;
}

/*
 * The walk takes a lock to look for a module's frames, with interrupts off. What its holders call
 * meanwhile calls nothing, so a probe that could wait for it for ever is in one of them, or in what
 * one of them has called. Where they are not known, any may be.
 */
static bool is_within_walk(const struct kp_event *ev)
{
	const struct pt_regs *regs = ev->regs;
	unsigned long caller = ev->ret ?: regs ? regs->ARM_lr : 0;

	return !holders[0].bytes || is_holder(kp_function_of(ev)->addr) || is_holder(caller);
}

struct steps {
	struct walk *w;
	bool known;		/* where it begins has been taken */
};

static int step(struct stackframe *frame, void *data)
{
	struct steps *s = data;
	bool known = s->known;

	s->known = false;
	return !known && !take(s->w, frame->pc);
}

static void follow(struct walk *w, struct stackframe frame, bool known)
{
	struct steps s = { .w = w, .known = known };

#ifdef CONFIG_KRETPROBES
	frame.tsk = current;
#endif
	walk_stackframe(&frame, step, &s);
}

static struct stackframe frame_at(const struct pt_regs *regs, unsigned long pc)
{
	return (struct stackframe){ .fp = regs->ARM_fp, .sp = regs->ARM_sp, .lr = regs->ARM_lr, .pc = pc };
}

static void walk_regs(struct walk *w, struct pt_regs *regs)
{
	follow(w, frame_at(regs, regs->ARM_pc), false);
}

/* Where a function begins, its caller is in the link register alone. */
static void walk_at(struct walk *w, const struct pt_regs *regs, unsigned long ip, bool is_entry)
{
	follow(w, frame_at(regs, is_entry ? regs->ARM_lr : ip), !is_entry);
}

void kp_stack_init(void)
{
	static const char *const names[ARRAY_SIZE(holders)] = {
		"unwind_frame", "unwind_find_idx", "unwind_table_add", "unwind_table_del",
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		holders[i].from = kp_host_symbol(names[i]);
		holders[i].bytes = holders[i].from ? bytes_of(holders[i].from) : 0;
	}
}

#define HAS_INIT
#define WALK_TAKES_LOCK

#else

static void walk_regs(struct walk *w, struct pt_regs *regs)
{
	walk_frame(w, NULL);
}

static void walk_at(struct walk *w, const struct pt_regs *regs, unsigned long ip, bool is_entry)
{
	w->outside = false;
	walk_frame(w, NULL);
}

#endif
#endif

#ifndef HAS_INIT
void kp_stack_init(void)
{
}
#endif

#ifndef WALK_TAKES_LOCK
static bool is_within_walk(const struct kp_event *ev)
{
	return false;
}
#endif

/*
 * A function's own place comes first. ev->ret is where it returns to, as far as it
 * is known; without registers the walk finds its own way there.
 */
static void walk_function(struct walk *w, const struct kp_event *ev)
{
	const struct kp_function *f = kp_function_of(ev);

	if (!take(w, f->addr) || is_within_walk(ev))
		return;
	if (!ev->regs) {
		w->outside = false;
		w->from = ev->ret;
		walk_frame(w, ev->frame);
	} else if (!f->is_return) {
		walk_at(w, ev->regs, f->addr, !f->inside);
	} else if (take(w, ev->ret)) {
		walk_at(w, ev->regs, ev->ret - 1, false);
	}
}

/* Of the events that come with all registers of where they fired. */
static struct pt_regs *registers(const struct kp_event *ev)
{
	switch (ev->probe->kind) {
	case KTAP_EV_UFUNC:
	case KTAP_EV_UFUNC_RET:
	case KTAP_EV_PROFILE:
		return (struct pt_regs *)ev->regs;
	default:
		return NULL;
	}
}

static bool is_function(const struct kp_event *ev)
{
	return ev->probe->kind == KTAP_EV_FUNC || ev->probe->kind == KTAP_EV_FUNC_RET;
}

/* An event of a process's own code has nothing of the kernel's above it. */
static void walk_event(struct walk *w, const struct kp_event *ev)
{
	struct pt_regs *regs = registers(ev);

	w->a = container_of(ev->probe, struct kp_attached, probe);
	if (is_function(ev))
		walk_function(w, ev);
	else if (!regs)
		walk_frame(w, ev->frame);
	else if (!user_mode(regs))
		walk_regs(w, regs);
}

/* An event outside of a probe's function, such as begin, has no frame. */
u32 kp_host_stack(struct kp_ctx *ctx, u64 *frames, u32 max, u32 skip)
{
	struct walk w = { .frames = frames, .max = max, .skip = skip };

	if (ctx->ev)
		walk_event(&w, ctx->ev);
	else
		walk_frame(&w, NULL);
	return w.n;
}

void kp_stack_note_iterator(struct kp_attached *a, const struct tracepoint *tp)
{
	a->iterator = (unsigned long)tp->iterator;
	a->iterator_bytes = bytes_of(a->iterator);
}

