/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port_user.h - port.h for userspace: the kernel's names over C11 atomics.
 */
#ifndef KP_PORT_USER_H
#define KP_PORT_USER_H

#include <assert.h>
#include <errno.h>
#include <linux/types.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

#ifndef __always_inline
#define __always_inline	inline __attribute__((always_inline))
#endif
#define noinline	__attribute__((noinline))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) \
	((type *)((char *)(p) - offsetof(type, member)))
#define __printf(a, b)	__attribute__((format(printf, a, b)))

#define kp_assert(c)	assert(c)

#ifdef KP_TEST
#include "fault.h"
#define kp_refused(kind)	kp_fault_now(KP_FAULT_##kind)
#define kp_restless()	kp_sim_restless
#else
#define kp_refused(kind)	false
#define kp_restless()	false
#endif

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#define kp_hide(p, n)	__asan_poison_memory_region(p, n)
#define kp_show(p, n)	__asan_unpoison_memory_region(p, n)
#else
#define kp_hide(p, n)	((void)(p), (void)(n))
#define kp_show(p, n)	((void)(p), (void)(n))
#endif

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define kp_read64(p)		READ_ONCE(*(p))
#define kp_write64(p, n)	WRITE_ONCE(*(p), n)
#define kp_publish64(p, n)	smp_store_release(p, n)
#define kp_take64(p)		__atomic_exchange_n((p), 0, __ATOMIC_SEQ_CST)
#ifdef __SANITIZE_THREAD__	/* knows no fences: an exchange orders as well */
#define smp_mb()		({ int __x = 0; (void)__atomic_exchange_n(&__x, 1, __ATOMIC_SEQ_CST); })
#define smp_rmb()		smp_mb()
#define smp_wmb()		smp_mb()
#else
#define smp_mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#endif
#define barrier()		__asm__ volatile("" ::: "memory")
#define xchg(p, v)		__atomic_exchange_n((p), (v), __ATOMIC_SEQ_CST)
#define cmpxchg(p, o, n) ({						\
	__typeof__(*(p)) __old = (o);					\
	__atomic_compare_exchange_n((p), &__old, (n), false,		\
				    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
	__old; })
#define kp_local_cmpxchg64(p, o, n)	cmpxchg(p, o, n)
#define kp_local_inc64(p)	((void)__atomic_fetch_add((p), 1, __ATOMIC_RELAXED))
#define kp_local_add64(p, n)	((void)__atomic_fetch_add((p), (n), __ATOMIC_RELAXED))
#define kp_local_add_return64(p, n)	__atomic_add_fetch((p), (n), __ATOMIC_RELAXED)

typedef struct { s64 counter; } atomic64_t;
typedef struct { int counter; } atomic_t;

#define atomic64_read(a)		READ_ONCE((a)->counter)
#define atomic64_set(a, v)		WRITE_ONCE((a)->counter, (v))
#define atomic64_add(n, a)		((void)__atomic_fetch_add(&(a)->counter, (n), __ATOMIC_RELAXED))
#define atomic64_inc(a)			atomic64_add(1, a)
#define atomic64_add_return(n, a)	__atomic_add_fetch(&(a)->counter, (n), __ATOMIC_SEQ_CST)
#define atomic64_cmpxchg(a, o, n)	cmpxchg(&(a)->counter, o, n)
#define atomic_read(a)			READ_ONCE((a)->counter)
#define atomic_set(a, v)		WRITE_ONCE((a)->counter, (v))
#define atomic_inc(a)			((void)__atomic_fetch_add(&(a)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec(a)			((void)__atomic_fetch_sub(&(a)->counter, 1, __ATOMIC_RELAXED))
#define atomic_dec_and_test(a)		(__atomic_sub_fetch(&(a)->counter, 1, __ATOMIC_SEQ_CST) == 0)

typedef struct { bool taken; } kp_lock_t;

#define kp_lock_init(l)		((l)->taken = false)

static inline bool kp_lock(kp_lock_t *l, unsigned long *flags)
{
	*flags = 0;
	if (kp_refused(LOCK))
		return false;
	while (__atomic_test_and_set(&l->taken, __ATOMIC_ACQUIRE))
		sched_yield();	/* the holder may not be on a processor at all */
	return true;
}

static inline void kp_unlock(kp_lock_t *l, unsigned long flags)
{
	(void)flags;
	__atomic_clear(&l->taken, __ATOMIC_RELEASE);
}

#define KP_DIV64(a, b)	((a) / (b))
#define KP_MOD64(a, b)	((a) % (b))
#define KP_UDIV10(u)	((u) / 10)

/* The machine code of this host is BPF itself, interpreted. */
u64 kp_sim_bpf(const void *code, const u64 arg[5]);
#define KP_WORD(x)	((u64)(uintptr_t)(x))
#define KP_NATIVE(code, ctx, R)	\
	((u32)kp_sim_bpf(code, (const u64[5]){ KP_WORD(ctx), KP_WORD(R) }))
#define KP_FRONT(code, probe, rec, rec_len, regs, ret)	\
	((u32)kp_sim_bpf(code, (const u64[5]){ KP_WORD(probe), KP_WORD(rec), rec_len, KP_WORD(regs), (u64)(ret) }))
#define KP_LOADS_IN_ORDER	1
#define KP_JUMP_TABLE

#endif
