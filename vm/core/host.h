/* SPDX-License-Identifier: GPL-2.0 */
/*
 * host.h - everything the core asks of its world. The kernel module and the
 * userspace simulator each define these functions; they are linked, not called
 * through pointers, since an indirect call costs more than most of them.
 *
 * "Any context" includes NMI: no allocation, no sleep, no lock that the
 * interrupted context may hold.
 */
#ifndef KP_HOST_H
#define KP_HOST_H

#include <ktap/counts.def.h>

#include "port.h"

struct kp_ctx;
struct kp_vm;
struct kp_event;
struct kp_firing;
struct kp_probe;
struct kp_quick;
struct ktap_field;
struct ktap_rec;
struct kp_ring;
struct kp_str;
struct ktap_stack;

/* Process context. Zeroed memory, 16-byte aligned, or NULL. */
void *kp_host_alloc(size_t bytes);
void kp_host_free(void *p);

/* Process context. Returns when every handler and reader that runs now has ended. */
void kp_host_synchronize(struct kp_vm *vm);

/* Any context. Has kp_vm_serve() called soon in process context. */
void kp_host_kick(struct kp_vm *vm);

/* Process context, between two instructions of an invocation: every object that
 * its registers hold is counted. Ends the read-side section, lets kp_vm_serve()
 * run, begins a new one. `wait`: not before it has run, so that memory is free again. */
void kp_host_quiesce(struct kp_ctx *ctx, bool wait);

/* Process context, now and then in long loops. Nonzero: the user wants an end. */
int kp_host_interrupted(struct kp_ctx *ctx);

/* Any context. Monotonic nanoseconds. */
u64 kp_host_now(void);

/* Any context. This CPU, on which the caller stays until kp_host_unpin(); there
 * is one cell of an aggregate for each number below kp_host_cpu_limit(). */
u32 kp_host_pin(void);
void kp_host_unpin(void);
u32 kp_host_cpu_limit(void);

/* The CPU, on which the caller stays anyway. */
u32 kp_host_here(void);

/* Process context: every object that registers hold is counted. Returns when every
 * handler, and every other invocation in process context, that runs now has ended or
 * has let go of what it saw. */
void kp_host_settle(struct kp_ctx *ctx);

/* Any context. The context variables of type int but NSECS; -1 if not to be had. */
s64 kp_host_ctxvar(struct kp_ctx *ctx, u32 var);

/*
 * Process context. A function that gives such a variable, or NSECS, in any context by
 * no more than the machine's and the current task's state, and that cannot be traced.
 * NULL: there is none.
 */
typedef s64 kp_host_var_fn(const struct kp_vm *vm);
kp_host_var_fn *kp_host_quick_var(const struct kp_vm *vm, u32 var);

/*
 * Process context. Whether the field, a system call's word or one that is fetched by a
 * single operation, is always a word of what the host's events have as `regs`, or their
 * `ret`: from and at are set, and the others where the word is shorter than its type says.
 */
bool kp_host_word_at(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q);

/* Any context. Word n of a system call's event, without the others. False: it has none. */
bool kp_host_word(const struct kp_firing *f, u32 n, u64 *word);

/*
 * Any context. Where the current task has its command name: 16 bytes, which may be changing. So many
 * events ask for it that the kernel's port.h has it in line.
 */
#ifndef kp_host_comm
const u64 *kp_host_comm(void);
#endif

/* Any context. Fills ev->word[] of a system call from ev->regs. */
void kp_host_event_words(struct kp_event *ev);

/*
 * Any context. Room for a record of `len` bytes, header included, whose header
 * the host has filled in; NULL if there is none (counted as dropped). In process
 * context waits for room unless interrupted. Between reserve and commit the
 * caller only copies: it may run with preemption off.
 */
struct ktap_rec *kp_host_reserve(struct kp_ctx *ctx, u32 kind, u32 len);
void kp_host_commit(struct kp_ctx *ctx);

/* Any context, preemption off. This CPU's ring; NULL: records are to go by kp_host_reserve(). */
struct kp_ring *kp_host_ring(const struct kp_vm *vm);

/* What the core counts with the event's probe, if there is one. _(NAME, member of ktap_probe_stats) */
#define KP_HOST_COUNTS(_) \
	_(FAULT, faults) _(CUT, strings_cut) _(DROP, updates_dropped) _(BUDGET, over_budget)

enum kp_host_count {
#define _(name, member) KP_COUNT_##name,
	KP_HOST_COUNTS(_)
#undef _
};

/* Any context; ev may be NULL. */
void kp_host_count(const struct kp_event *ev, enum kp_host_count what);

/* Any context. Copies `len` bytes of the kernel's, or the current task's, memory. False: not there. */
bool kp_host_read(void *to, u64 addr, u32 len, bool user);

/* Any context. The same for 1, 2, 4 or 8 bytes, which come first in *raw. */
bool kp_host_load(u64 *raw, u64 addr, u32 bytes, bool user);

/* Any context. Whether the address can only be one of a task's own memory. */
bool kp_host_is_user(u64 addr);

/* Any context. What a fetch begins with (class SOURCE of ktap/fetch.h, but IMM and
 * COMM), of the event's registers or arguments. False: it cannot be read. */
bool kp_host_source(struct kp_event *ev, u32 op, s64 imm, u64 *v);

/*
 * Any context. Addresses of the kernel's stack, innermost first, from where the event
 * fired on: neither the host's own frames nor those of the machinery that brought the
 * event to it. At most `max` after `skip` of them; how many.
 */
u32 kp_host_stack(struct kp_ctx *ctx, u64 *frames, u32 max, u32 skip);

/* Any context. The same of the current process, none of a kernel thread; whose it is. */
u32 kp_host_user_stack(struct kp_ctx *ctx, struct ktap_stack *head, u64 *frames, u32 max);

/* Any context. Which process runs. False: a kernel thread. */
bool kp_host_process(struct kp_ctx *ctx, struct ktap_stack *head);

/* Any context. Address of the current task's structure. */
u64 kp_host_task(void);

/* Process context; may sleep. Address of a symbol of the kernel, 0 if there is none. */
u64 kp_host_symbol(const char *name);

/* Any context. The name of the symbol that an address of the kernel lies in. Its length; 0: none. */
u32 kp_host_symbol_name(u64 addr, char *to, u32 room);

/* Any context. The machine's architecture, the kernel's release, processors at work. */
const char *kp_host_arch(void);
const char *kp_host_release(void);
u32 kp_host_cpus(void);

/* Any context. Whether the current task waits for input or output. */
bool kp_host_iowait(void);

/* Any context. Nanoseconds since 1970. */
u64 kp_host_walltime(void);

/* Any context. Where a socket has its own or its peer's IPv4 address. */
u32 kp_host_sock_offset(bool dest);

struct kp_stats {
	struct ktap_probe_stats probe;	/* of all probes that are meant, together */
	u64 emitted, delivered, dropped;	/* records, of the session */
};

/* Process context. Probes whose event has that name; NULL: all. False: there is none. */
bool kp_host_stats(struct kp_vm *vm, const struct kp_str *name, struct kp_stats *s);

/* Any context. exit(code) was called. */
void kp_host_exit(struct kp_vm *vm, int code);

#endif
