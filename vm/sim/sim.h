/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sim.h - the core's userspace host: one process plays the kernel. Unit tests,
 * language tests, fuzzers and benchmarks run programs on it at native speed, with
 * sanitizers, without root.
 *
 * Deterministic: the clock, the current task and the events are what the caller
 * says. Output goes through the same ring as in the kernel and is handed to `drain`
 * as records.
 */
#ifndef KP_SIM_H
#define KP_SIM_H

#include "../core/ring.h"
#include "../core/vm.h"

struct kp_sim_task {
	s64 pid, tid, ppid, uid, gid, cpu, cgroup;
	char comm[16];
};

/* Scripted memory, of the kernel's or the task's, which may have a symbol. */
struct kp_sim_mem {
	u64 addr;
	const void *bytes;
	u32 len;
	bool user;
	const char *symbol;
};

/* What an event's `regs` points to here: what fetches begin with. */
struct kp_sim_regs {
	u64 reg[4], arg[12], stack[4];
	u64 sp, retval, ip, retaddr;
};

/* What becomes of a probe's events. */
struct kp_sim_ledger {
	const struct kp_str *name;
	struct ktap_probe_stats stats;
};

#define KP_SIM_CPUS	16

/* What is a CPU's own: contexts, a ring, and whether something runs there. */
struct kp_sim_cpu {
	struct kp_ctx handler;		/* task level */
	struct kp_ring ring;
	void *ring_mem;
	u64 section;			/* odd: a read-side section is under way */
};

struct kp_sim {
	struct kp_vm vm;
	struct kp_ctx main;		/* process context, on CPU 0 */
	struct kp_sim_cpu cpu[KP_SIM_CPUS];
	u32 ncpu;
	struct kp_sim_task task;
	u64 now;			/* the clock; 0: the real one */
	u64 tick;			/* added to `now` by each reading */
	const struct kp_sim_mem *mem;	/* what there is to read; ends with `bytes` NULL */
	const u64 *stack, *ustack;	/* innermost first; end with 0; may be NULL */
	u32 patience, asked;		/* process context is interrupted when it asks so often; 0: never */
	bool translated;
	bool exited;
	int exit_code;
	u32 want_service;
	/* gets whole records in order; may be NULL: output is dropped when the ring is full */
	void (*drain)(void *data, const void *records, size_t len);
	void *data;
	struct kp_sim_ledger *ledger;	/* by probe's number; NULL: nobody counts; one CPU only */
	u32 nledger;
};

/* A sane set of limits, the session's defaults. */
struct kp_opts kp_sim_opts(void);

/* 0 or -1: no memory. With KTAP_SIM_JIT=1 in the environment the program is
 * translated, and what it becomes is run by bpf.c; with 2, every other function is. The program stays the caller's. */
int kp_sim_init(struct kp_sim *sim, const struct kp_prog *prog, const struct kp_opts *opts,
		u32 ring_size);
void kp_sim_exit(struct kp_sim *sim);

/* The main chunk; a trace statement is answered by `attach`, NULL: passed over. */
enum kp_run kp_sim_main(struct kp_sim *sim,
			void (*attach)(struct kp_sim *sim, void *arg), void *arg);
/* All trace_end functions. The first that failed decides. */
enum kp_run kp_sim_end(struct kp_sim *sim);

/* The same in process context, as begin and ticks are run: after the main chunk. */
bool kp_sim_fire_process(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev);

/*
 * Threads that play CPUs: after kp_sim_add_cpus() each says which it is, and may then
 * fire events. CPU 0 is the thread that made the session and runs its main chunk. One
 * more thread does the housekeeping: it calls kp_sim_service() until the others are
 * done. A grace period is a real one: every section that was under way has ended.
 */
int kp_sim_add_cpus(struct kp_sim *sim, u32 n, u32 ring_size);
void kp_sim_be_cpu(struct kp_sim *sim, u32 cpu);
void kp_sim_service(struct kp_sim *sim);	/* if asked for */

/* A read-side section of this CPU, for tests that call the core themselves. */
void kp_sim_enter(struct kp_sim *sim);
void kp_sim_leave(struct kp_sim *sim);

/* Fires one event at a handler, as the task level of this thread's CPU would. */
bool kp_sim_fire(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev);

/* The same in an NMI, where locks may be taken: those that fault.h refuses. */
bool kp_sim_fire_nmi(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev);

/* Hands all records written so far on this thread's CPU to `drain`. */
void kp_sim_drain(struct kp_sim *sim);

#endif
