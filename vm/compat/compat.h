/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h - makes older kernels look like the newest one. Force-included ahead
 * of every source; the rest of the tree knows no kernel version. What differs is
 * found by looking for the declaration (Kbuild.include defines KP_LACKS_*), since
 * distributions bring new declarations to old version numbers.
 */
#ifndef KP_COMPAT_H
#define KP_COMPAT_H

#ifdef KP_LACKS_VM_FLAGS_SET
#define vm_flags_set(vma, flags)	((void)((vma)->vm_flags |= (flags)))
#define vm_flags_clear(vma, flags)	((void)((vma)->vm_flags &= ~(flags)))
#endif

/* One lockdown reason became two. */
#ifdef KP_LACKS_LOCKDOWN_BPF_READ_KERNEL
#define LOCKDOWN_BPF_READ_KERNEL	LOCKDOWN_BPF_READ
#endif

#ifdef KP_LACKS_HRTIMER_SETUP
#define hrtimer_setup(timer, fn, clock, mode) \
	(hrtimer_init(timer, clock, mode), (void)((timer)->function = (fn)))
#endif

/*
 * A callback of ftrace got whole registers or none at all, and said so when it
 * guards itself against recursion; later that is what is taken for granted.
 */
#ifdef KP_LACKS_FTRACE_REGS
#define ftrace_regs			pt_regs
#define kp_ftrace_regs(fregs)		(fregs)
#define KP_FTRACE_GUARDED		FTRACE_OPS_FL_RECURSION_SAFE
#else
#define KP_FTRACE_GUARDED		0
#ifdef KP_LACKS_ARCH_FTRACE_REGS
#define arch_ftrace_regs(fregs)		(fregs)
#endif
/* Where ftrace shows arguments alone, what it has of registers is an architecture's own affair. */
#if defined(CONFIG_X86) || !defined(CONFIG_DYNAMIC_FTRACE_WITH_ARGS)
#define kp_ftrace_regs(fregs)		(&arch_ftrace_regs(fregs)->regs)
#else
#define kp_ftrace_regs(fregs)		((struct pt_regs *)NULL)
#ifdef CONFIG_RISCV
#define KP_FTRACE_SOME_REGS		/* see hooks.h */
#define KP_FTRACE_SAVE_REGS		0
#else
#define KP_LACKS_REGS_OF_FTRACE
#endif
#endif
#endif
#ifndef CONFIG_DYNAMIC_FTRACE
#define KP_FTRACE_SAVE_REGS		0
#elif !defined(KP_FTRACE_SAVE_REGS)
#define KP_FTRACE_SAVE_REGS		FTRACE_OPS_FL_SAVE_REGS
#endif

#ifdef KP_LACKS_GET_KRETPROBE_RETADDR
#define get_kretprobe_retaddr(ri)	((unsigned long)(ri)->ret_addr)
#define get_kretprobe(ri)		((ri)->rp)
#endif

/*
 * Of a function that every event goes through and that writes no array of its own: the kernel's
 * compiler would put a guard behind any variable whose address is taken, seven instructions.
 */
#ifdef __has_attribute
# if __has_attribute(__no_stack_protector__)
#  define KP_LEAN	__attribute__((__no_stack_protector__))
# endif
#endif
#ifndef KP_LEAN
# define KP_LEAN
#endif

#endif
