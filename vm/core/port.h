/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port.h - what the core needs of its compiler and libc: integers, atomics,
 * locks, barriers, memory functions, under the kernel's names. The only place
 * in the core that knows which host it is built for; what *means* something
 * (clocks, tasks, memory, output) is asked of host.h.
 */
#ifndef KP_PORT_H
#define KP_PORT_H

#ifdef __KERNEL__
#include "../kmod/port_kernel.h"
#else
#include "../sim/port_user.h"
#endif

/*
 * What a port provides, beside u8..u64, s8..s64, bool, NULL, size_t, likely, noinline,
 * unlikely, ARRAY_SIZE, container_of, memcpy, memset, memcmp, strlen, READ_ONCE,
 * WRITE_ONCE, smp_load_acquire, smp_store_release, barrier, cmpxchg, xchg,
 * atomic64_t with atomic64_read/set/add/sub/cmpxchg/add_return, atomic_t with
 * atomic_read/set/inc/dec/dec_and_test, `counter` inside:
 *
 * kp_assert(c)                  c is proved; checked in test builds only
 * kp_refused(KIND)              what is asked for is not to be had, in tests only
 * kp_restless()                 things are to move although they need not, in tests only
 * kp_hide(p, n), kp_show(p, n)  nobody looks at these bytes, until they are shown
 *                               again: checked in test builds only
 * kp_lock_t, kp_lock_init(l)    a lock that is taken with interrupts off
 * kp_lock(l, &flags)            false only in NMI context, when the lock is taken:
 *                               there nothing may spin on what it interrupted
 * kp_unlock(l, flags)
 * kp_local_cmpxchg64(p, o, n)   atomic against interrupts of this CPU only
 * kp_local_inc64(p)             the same: one more
 * kp_local_add64(p, n), kp_local_add_return64(p, n)
 * kp_read64(p), kp_write64(p, n)   a word of 64 bits in one piece, also where words have 32:
 * kp_publish64(p, n), kp_take64(p) read; written; written behind all that was; exchanged for 0
 * KP_DIV64(a, b), KP_MOD64(a, b)  signed, b neither 0 nor -1
 * KP_UDIV10(u)                  a u64 divided by ten
 * KP_NATIVE(code, ctx, R)       calls machine code made by the host (run.h)
 * KP_JUMP_TABLE                 what the declaration of a table of labels needs
 * KP_LOADS_IN_ORDER             1 where a processor never reorders two loads
 */

#endif
