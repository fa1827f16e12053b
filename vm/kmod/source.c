// SPDX-License-Identifier: GPL-2.0
/*
 * source.c - registers, arguments and stack words of an event. For the kinds that
 * have registers ev->regs is the struct pt_regs of that moment: of a function's
 * entry or return, or of what a sample interrupted.
 */
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include "function.h"
#include "source.h"
#include "../core/host.h"
#include "../core/vm.h"

/* Words of the stack; so of arguments: those beyond the registers come from there. */
#define MAX_STACK	1024

static bool has_registers(u32 kind)
{
	switch (kind) {
	case KTAP_EV_UFUNC:
	case KTAP_EV_UFUNC_RET:
	case KTAP_EV_FUNC:
	case KTAP_EV_FUNC_RET:
		return true;
	default:
		return false;
	}
}

/* Its registers are those of the caller, after the return; ev->ret is the function. */
static bool is_return(const struct kp_event *ev)
{
	return ev->probe->kind == KTAP_EV_UFUNC_RET;
}

static bool is_register(s64 offset)
{
	return offset >= 0 && offset <= MAX_REG_OFFSET && offset % sizeof(long) == 0;
}

bool kp_source_check(const struct ktap_event *ev, const struct ktap_fetch *op)
{
	bool has = has_registers(ev->kind);

	switch (op->op) {
	case KTAP_FETCH_REG:
	case KTAP_FETCH_ADDREG:
		return has && is_register(op->imm);
	case KTAP_FETCH_ARG:
		if (ev->kind == KTAP_EV_RAW)
			return op->imm >= 0 && op->imm < KP_RAW_WORDS;
		fallthrough;
	case KTAP_FETCH_STACK:
		return has && op->imm >= 0 && op->imm < MAX_STACK;
	case KTAP_FETCH_SP:
	case KTAP_FETCH_RETVAL:
	case KTAP_FETCH_IP:
	case KTAP_FETCH_RETADDR:
		return has;
	default:
		return true;
	}
}

/* The kernel's stack is read where it is certain to be one, a task's by copying. */
static bool stack_word(struct pt_regs *regs, s64 n, u64 *v)
{
	unsigned long at = kernel_stack_pointer(regs) + n * sizeof(long);

	if (user_mode(regs))
		at = user_stack_pointer(regs) + n * sizeof(long);
	*v = 0;
	return kp_host_load(v, at, sizeof(long), user_mode(regs));
}

#ifdef CONFIG_X86_64
static const u16 arguments[] = {
	offsetof(struct pt_regs, di), offsetof(struct pt_regs, si), offsetof(struct pt_regs, dx),
	offsetof(struct pt_regs, cx), offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
};
#endif

#define ARM_ARGUMENTS	4	/* in r0 to r3 */

/* Those that no register holds are above the return address, where that is on the stack. */
static bool argument(struct pt_regs *regs, s64 n, u64 *v)
{
#ifdef CONFIG_X86_64
	if (n >= ARRAY_SIZE(arguments))
		return stack_word(regs, n - ARRAY_SIZE(arguments) + 1, v);
	*v = *(const unsigned long *)((const char *)regs + arguments[n]);
	return true;
#elif defined(CONFIG_HAVE_FUNCTION_ARG_ACCESS_API)
	*v = regs_get_kernel_argument(regs, n);
	return true;
#elif defined(CONFIG_ARM)
	if (n >= ARM_ARGUMENTS)
		return stack_word(regs, n - ARM_ARGUMENTS, v);
	*v = regs->uregs[n];
	return true;
#else
	return false;
#endif
}

#ifdef CONFIG_X86_64
static bool at(struct kp_quick *q, u16 where)
{
	q->from = KP_QUICK_REGS;
	q->at = where;
	return true;
}

/* The number of a call is an int. */
static bool call_word_at(const struct kp_probe *probe, u32 n, struct kp_quick *q)
{
	static const u16 in[] = {
		offsetof(struct pt_regs, di), offsetof(struct pt_regs, si),
		offsetof(struct pt_regs, dx), offsetof(struct pt_regs, r10),
		offsetof(struct pt_regs, r8), offsetof(struct pt_regs, r9),
	};

	if (!n) {
		q->unused = 32;
		q->is_signed = true;
		return at(q, offsetof(struct pt_regs, orig_ax));
	}
	if (probe->kind == KTAP_EV_SYS_EXIT) {
		q->from = KP_QUICK_RET;
		return n == 1;
	}
	return n <= ARRAY_SIZE(in) && at(q, in[n - 1]);
}

bool kp_host_word_at(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q)
{
	const struct ktap_fetch *op = probe->fetch + field->offset;

	if (field->source == KTAP_SRC_WORD)
		return call_word_at(probe, field->offset, q);
	if (op->op == KTAP_FETCH_RETVAL)
		return at(q, offsetof(struct pt_regs, ax));
	if (op->op != KTAP_FETCH_ARG)
		return false;
	if (probe->kind == KTAP_EV_RAW)
		return at(q, (u16)(op->imm * sizeof(u64)));
	return op->imm < (s64)ARRAY_SIZE(arguments) && at(q, arguments[op->imm]);
}
#else
bool kp_host_word_at(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q)
{
	return false;
}
#endif

static bool is_function(const struct kp_event *ev)
{
	return ev->probe->kind == KTAP_EV_FUNC || ev->probe->kind == KTAP_EV_FUNC_RET;
}

/* A function's return told it; inside a function there is no telling where it is. */
static bool return_to(const struct kp_event *ev, struct pt_regs *regs, u64 *v)
{
	if (is_function(ev) && (ev->ret || kp_function_of(ev)->inside)) {
		*v = (unsigned long)ev->ret;
		return ev->ret;
	}
#if defined(CONFIG_X86)
	return stack_word(regs, 0, v);
#elif defined(CONFIG_ARM64)
	*v = procedure_link_pointer(regs);
	return true;
#elif defined(CONFIG_ARM)
	*v = regs->ARM_lr;
	return true;
#elif defined(CONFIG_RISCV)
	*v = regs->ra;
	return true;
#else
	return false;
#endif
}

bool kp_host_source(struct kp_event *ev, u32 op, s64 imm, u64 *v)
{
	struct pt_regs *regs = (struct pt_regs *)ev->regs;	/* the accessors take no const */

	switch (op) {
	case KTAP_FETCH_REG:
		*v = regs_get_register(regs, imm);
		return true;
	case KTAP_FETCH_ARG:
		if (ev->probe->kind != KTAP_EV_RAW)
			return argument(regs, imm, v);
		*v = ((const u64 *)ev->regs)[imm];
		return true;
	case KTAP_FETCH_STACK:
		return stack_word(regs, imm, v);
	case KTAP_FETCH_SP:
		*v = user_mode(regs) ? user_stack_pointer(regs) :
				       kernel_stack_pointer(regs);
		return true;
	case KTAP_FETCH_RETVAL:
		*v = regs_return_value(regs);
		return true;
	case KTAP_FETCH_IP:
		*v = is_function(ev) ? kp_function_of(ev)->addr :
		     is_return(ev) ? ev->ret : instruction_pointer(regs);
		return true;
	case KTAP_FETCH_RETADDR:
		if (!is_return(ev))
			return return_to(ev, regs, v);
		*v = instruction_pointer(regs);
		return true;
	default:
		return false;
	}
}
