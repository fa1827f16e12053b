/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port_kernel.h - port.h for the kernel. Any context.
 *
 * The lock is a word taken by trying, with interrupts off by the raw means:
 * neither lockdep, nor the irqs-off tracer, nor the contention tracepoint of the
 * queued lock's slow path hears of it. Each of those is an event that a script
 * may trace, and its handler would want the very lock that is being taken.
 */
#ifndef KP_PORT_KERNEL_H
#define KP_PORT_KERNEL_H

#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/hardirq.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/processor.h>
#include <linux/sched.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <linux/types.h>
#include <asm/local64.h>

#ifdef KTAP_DEBUG
#define kp_assert(c)	((void)WARN_ON_ONCE(!(c)))
#else
#define kp_assert(c)	((void)sizeof(!(c)))
#endif

#define kp_refused(kind)	false
#define kp_restless()	false
#define kp_hide(p, n)	((void)(p), (void)(n))
#define kp_show(p, n)	((void)(p), (void)(n))

/* See host.h. */
#define kp_host_comm kp_host_comm
static inline const u64 *kp_host_comm(void)
{
	BUILD_BUG_ON(sizeof(current->comm) != 16 || offsetof(struct task_struct, comm) % sizeof(long));
	return (const u64 *)current->comm;
}

typedef struct { atomic_t taken; } kp_lock_t;

static inline void kp_lock_init(kp_lock_t *l)
{
	atomic_set(&l->taken, 0);
}

/* An NMI may have interrupted the holder: there it fails at once. */
static __always_inline bool kp_lock(kp_lock_t *l, unsigned long *flags)
{
	raw_local_irq_save(*flags);
	while (unlikely(atomic_cmpxchg_acquire(&l->taken, 0, 1))) {
		if (in_nmi()) {
			raw_local_irq_restore(*flags);
			return false;
		}
		while (atomic_read(&l->taken))
			cpu_relax();
	}
	return true;
}

static __always_inline void kp_unlock(kp_lock_t *l, unsigned long flags)
{
	atomic_set_release(&l->taken, 0);
	raw_local_irq_restore(flags);
}

#define kp_local_cmpxchg64(p, o, n)	cmpxchg64_local(p, o, n)
#define kp_local_inc64(p)		local64_inc((local64_t *)(p))
#define kp_local_add64(p, n)		local64_add(n, (local64_t *)(p))
#define kp_local_add_return64(p, n)	((u64)local64_add_return(n, (local64_t *)(p)))

#ifdef CONFIG_64BIT
#define kp_read64(p)		READ_ONCE(*(p))
#define kp_write64(p, n)	WRITE_ONCE(*(p), n)
#define kp_publish64(p, n)	smp_store_release(p, n)
#define kp_take64(p)		xchg(p, 0)
#else
#define kp_read64(p)		((u64)atomic64_read((const atomic64_t *)(p)))
#define kp_write64(p, n)	atomic64_set((atomic64_t *)(p), n)
#define kp_publish64(p, n)	atomic64_set_release((atomic64_t *)(p), n)
#define kp_take64(p)		((u64)atomic64_xchg((atomic64_t *)(p), 0))
#endif

#define KP_UDIV10(u)	div_u64(u, 10)

/* BPF's machine code takes up to five words as a function does, and gives 32 bits. */
typedef unsigned int kp_native_fn(const void *ctx, const void *R);
#define KP_NATIVE(code, ctx, R)	(((kp_native_fn *)(code))(ctx, R))
typedef unsigned int kp_front_fn(const void *probe, const void *rec, u64 rec_len,
				 const void *regs, long ret);
#define KP_FRONT(code, probe, rec, rec_len, regs, ret)	\
	(((kp_front_fn *)(code))(probe, rec, rec_len, regs, ret))
#define KP_LOADS_IN_ORDER	IS_ENABLED(CONFIG_X86)
#ifdef CONFIG_64BIT
#define KP_DIV64(a, b)	((a) / (b))
#define KP_MOD64(a, b)	((a) % (b))
#else
static inline s64 kp_mod64(s64 a, s64 b)
{
	return a - div64_s64(a, b) * b;
}
#define KP_DIV64(a, b)	div64_s64(a, b)
#define KP_MOD64(a, b)	kp_mod64(a, b)
#endif
#define KP_JUMP_TABLE	__annotate_jump_table

#endif
