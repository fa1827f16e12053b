// SPDX-License-Identifier: GPL-2.0
/*
 * sim.c - the userspace host: kp_host_* for one process, and running programs.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ktap/ioctl.h>
#include <ktap/record.h>

#include "../core/front.h"
#include "../core/host.h"
#include "../jit/jit.h"
#include "fault.h"
#include "sim.h"

static struct kp_sim *sim_of(const struct kp_vm *vm)
{
	return vm->host;
}

/* --- the host's functions --- */

void *kp_host_alloc(size_t bytes)
{
	void *p;

	if (kp_fault_now(KP_FAULT_HOST))
		return NULL;
	p = aligned_alloc(16, (bytes + 15) & ~(size_t)15);
	return p ? memset(p, 0, bytes) : NULL;
}

void kp_host_free(void *p)
{
	free(p);
}

/* --- CPUs: threads, each in its section or not --- */

static _Thread_local u32 this_cpu;

static struct kp_sim_cpu *cpu_of(struct kp_sim *sim)
{
	return &sim->cpu[this_cpu];
}

void kp_sim_enter(struct kp_sim *sim)
{
	struct kp_sim_cpu *c = cpu_of(sim);

	xchg(&c->section, c->section | 1);
}

void kp_sim_leave(struct kp_sim *sim)
{
	struct kp_sim_cpu *c = cpu_of(sim);

	xchg(&c->section, (c->section + 1) & ~(u64)1);
}

/* Whoever looked when this began has ended. Called outside of sections. */
void kp_host_synchronize(struct kp_vm *vm)
{
	struct kp_sim *sim = sim_of(vm);
	u32 i;

	for (i = 0; i < sim->ncpu; i++) {
		u64 was = __atomic_load_n(&sim->cpu[i].section, __ATOMIC_SEQ_CST);

		while (was & 1 && was == smp_load_acquire(&sim->cpu[i].section))
			sched_yield();
	}
}

void kp_host_kick(struct kp_vm *vm)
{
	WRITE_ONCE(sim_of(vm)->want_service, 1);
}

void kp_sim_service(struct kp_sim *sim)
{
	if (xchg(&sim->want_service, 0))
		kp_vm_service(&sim->vm);
}

/* With one CPU, its thread is the housekeeper too. */
static void service(struct kp_sim *sim)
{
	if (sim->ncpu == 1)
		kp_sim_service(sim);
}

void kp_host_quiesce(struct kp_ctx *ctx, bool wait)
{
	struct kp_sim *sim = sim_of(ctx->vm);
	bool inside = cpu_of(sim)->section & 1;	/* tests may run programs outside of any */

	(void)wait;
	kp_sim_leave(sim);
	if (sim->ncpu == 1)
		kp_vm_service(&sim->vm);
	if (inside)
		kp_sim_enter(sim);
}

u32 kp_host_pin(void)
{
	return this_cpu;
}

void kp_host_unpin(void)
{
}

u32 kp_host_here(void)
{
	return this_cpu;
}

u32 kp_host_cpu_limit(void)
{
	return KP_SIM_CPUS;
}

void kp_host_settle(struct kp_ctx *ctx)
{
	struct kp_sim *sim = sim_of(ctx->vm);
	bool inside = cpu_of(sim)->section & 1;

	kp_sim_leave(sim);
	kp_host_synchronize(ctx->vm);
	if (inside)
		kp_sim_enter(sim);
}

int kp_host_interrupted(struct kp_ctx *ctx)
{
	struct kp_sim *sim = sim_of(ctx->vm);

	return sim->exited || (sim->patience && ++sim->asked > sim->patience);
}

static _Thread_local struct kp_sim *clock_owner;

static u64 real_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

u64 kp_host_now(void)
{
	u64 now;

	if (!clock_owner || !clock_owner->now)
		return real_time();
	now = clock_owner->now;
	clock_owner->now += clock_owner->tick;
	return now;
}

s64 kp_host_ctxvar(struct kp_ctx *ctx, u32 var)
{
	const struct kp_sim_task *t = &sim_of(ctx->vm)->task;

	switch (var) {
	case KTAP_CTX_PID: return t->pid;
	case KTAP_CTX_TID: return t->tid;
	case KTAP_CTX_PPID: return t->ppid;
	case KTAP_CTX_UID: return t->uid;
	case KTAP_CTX_GID: return t->gid;
	case KTAP_CTX_CPU: return t->cpu;
	case KTAP_CTX_CGROUP: return t->cgroup;
	default: return -1;
	}
}

static s64 quick_pid(const struct kp_vm *vm)
{
	return sim_of(vm)->task.pid;
}

static s64 quick_tid(const struct kp_vm *vm)
{
	return sim_of(vm)->task.tid;
}

static s64 quick_cpu(const struct kp_vm *vm)
{
	return sim_of(vm)->task.cpu;
}

static s64 quick_nsecs(const struct kp_vm *vm)
{
	(void)vm;
	return (s64)kp_host_now();
}

kp_host_var_fn *kp_host_quick_var(const struct kp_vm *vm, u32 var)
{
	(void)vm;
	switch (var) {
	case KTAP_CTX_PID: return quick_pid;
	case KTAP_CTX_TID: return quick_tid;
	case KTAP_CTX_CPU: return quick_cpu;
	case KTAP_CTX_NSECS: return quick_nsecs;
	default: return NULL;
	}
}

bool kp_host_word_at(const struct kp_probe *probe, const struct ktap_field *field, struct kp_quick *q)
{
	q->from = KP_QUICK_REGS;
	q->at = (u16)(field->offset * 8);
	return field->source == KTAP_SRC_WORD &&
	       field->offset < (probe->kind == KTAP_EV_SYS_ENTER ? KP_EVENT_WORDS : 2);
}

/* Of a system call's event, the words stand for its registers here. */
bool kp_host_word(const struct kp_firing *f, u32 n, u64 *word)
{
	if (n >= (f->probe->kind == KTAP_EV_SYS_ENTER ? KP_EVENT_WORDS : 2))
		return false;
	*word = ((const u64 *)f->regs)[n];
	return true;
}

const u64 *kp_host_comm(void)
{
	static const u64 none[2];

	return clock_owner ? (const u64 *)clock_owner->task.comm : none;
}

/* Words are given with the event here. */
void kp_host_event_words(struct kp_event *ev)
{
	ev->nwords = ev->probe->kind == KTAP_EV_SYS_ENTER ? KP_EVENT_WORDS : 2;
}

/* The probe's ledger, where there is one. */
#define count_of(sim, ev, what) \
	do { \
		if ((sim)->ledger) \
			(sim)->ledger[(ev)->probe->id].stats.what++; \
	} while (0)
#define count(ev, what)	count_of(sim_of((ev)->ctx->vm), ev, what)

struct ktap_rec *kp_host_reserve(struct kp_ctx *ctx, u32 kind, u32 len)
{
	struct kp_sim *sim = sim_of(ctx->vm);
	struct kp_ring *ring = &cpu_of(sim)->ring;
	u32 probe = ctx->ev ? ctx->ev->probe->id : KTAP_PROBE_NONE;
	struct ktap_rec *rec;

	if (!kp_ring_fits(ring, len))
		kp_sim_drain(sim);
	if (kp_fault_now(KP_FAULT_RECORD))
		len = (u32)ring->size + 8;	/* too long: dropped and counted */
	rec = kp_ring_reserve(ring, kind, probe, len);
	if (!rec && ctx->ev)
		count(ctx->ev, dropped);
	return rec;
}

/* Where room is refused on demand, records go the way that asks for it. */
struct kp_ring *kp_host_ring(const struct kp_vm *vm)
{
	return kp_faults.kinds & 1u << KP_FAULT_RECORD ? NULL : &cpu_of(sim_of(vm))->ring;
}

void kp_host_count(const struct kp_event *ev, enum kp_host_count what)
{
	if (!ev)
		return;
	switch (what) {
#define _(name, member) case KP_COUNT_##name: count(ev, member); break;
	KP_HOST_COUNTS(_)
#undef _
	}
}

bool kp_host_stats(struct kp_vm *vm, const struct kp_str *name, struct kp_stats *s)
{
	struct kp_sim *sim = sim_of(vm);
	bool found = !name;
	u32 i;

	s->emitted = sim->cpu[0].ring.emitted;
	s->delivered = sim->cpu[0].ring.delivered;
	s->dropped = sim->cpu[0].ring.dropped;
	for (i = 0; sim->ledger && i < sim->nledger; i++) {
		const struct kp_sim_ledger *l = &sim->ledger[i];

		if (name && (!l->name || l->name->len != name->len ||
			     memcmp(l->name->data, name->data, name->len)))
			continue;
		ktap_probe_stats_add(&s->probe, &l->stats);
		found = true;
	}
	return found;
}

void kp_host_commit(struct kp_ctx *ctx)
{
	kp_ring_commit(&cpu_of(sim_of(ctx->vm))->ring);
}

static const struct kp_sim_mem *memory(void)
{
	static const struct kp_sim_mem none;

	return clock_owner && clock_owner->mem ? clock_owner->mem : &none;
}

bool kp_host_read(void *to, u64 addr, u32 len, bool user)
{
	const struct kp_sim_mem *m;

	for (m = memory(); m->bytes; m++) {
		if (m->user != user || addr < m->addr || addr - m->addr > m->len ||
		    len > m->len - (addr - m->addr))
			continue;
		memcpy(to, (const char *)m->bytes + (addr - m->addr), len);
		return true;
	}
	return false;
}

bool kp_host_load(u64 *raw, u64 addr, u32 bytes, bool user)
{
	return kp_host_read(raw, addr, bytes, user);
}

bool kp_host_is_user(u64 addr)
{
	char byte;

	return kp_host_read(&byte, addr, 1, true) && !kp_host_read(&byte, addr, 1, false);
}

static bool element(u64 *v, const u64 *from, size_t n, s64 i)
{
	if (i < 0 || (u64)i >= n)
		return false;
	*v = from[i];
	return true;
}

/* Registers are numbered from 0. */
bool kp_host_source(struct kp_event *ev, u32 op, s64 imm, u64 *v)
{
	const struct kp_sim_regs *r = ev->regs;

	switch (op) {
	case KTAP_FETCH_REG: return element(v, r->reg, ARRAY_SIZE(r->reg), imm);
	case KTAP_FETCH_ARG: return element(v, r->arg, ARRAY_SIZE(r->arg), imm);
	case KTAP_FETCH_STACK: return element(v, r->stack, ARRAY_SIZE(r->stack), imm);
	case KTAP_FETCH_SP: return element(v, &r->sp, 1, 0);
	case KTAP_FETCH_RETVAL: return element(v, &r->retval, 1, 0);
	case KTAP_FETCH_IP: return element(v, &r->ip, 1, 0);
	case KTAP_FETCH_RETADDR: return element(v, &r->retaddr, 1, 0);
	default: return false;
	}
}

static u32 copy_frames(u64 *to, const u64 *from, u32 max, u32 skip)
{
	u32 n = 0;

	for (; from && *from && n < max; from++) {
		if (skip)
			skip--;
		else
			to[n++] = *from;
	}
	return n;
}

u32 kp_host_stack(struct kp_ctx *ctx, u64 *frames, u32 max, u32 skip)
{
	return copy_frames(frames, sim_of(ctx->vm)->stack, max, skip);
}

bool kp_host_process(struct kp_ctx *ctx, struct ktap_stack *head)
{
	head->user = 1;
	head->pid = (u32)sim_of(ctx->vm)->task.pid;
	head->space = head->pid;
	return true;
}

u32 kp_host_user_stack(struct kp_ctx *ctx, struct ktap_stack *head, u64 *frames, u32 max)
{
	kp_host_process(ctx, head);
	return copy_frames(frames, sim_of(ctx->vm)->ustack, max, 0);
}

u64 kp_host_symbol(const char *name)
{
	const struct kp_sim_mem *m;

	for (m = memory(); m->bytes; m++)
		if (m->symbol && !strcmp(m->symbol, name))
			return m->addr;
	return 0;
}

u32 kp_host_symbol_name(u64 addr, char *to, u32 room)
{
	const struct kp_sim_mem *m;
	size_t len;

	for (m = memory(); m->bytes; m++) {
		if (!m->symbol || addr < m->addr || addr >= m->addr + m->len)
			continue;
		len = strlen(m->symbol);
		if (len > room)
			return 0;
		memcpy(to, m->symbol, len);
		return (u32)len;
	}
	return 0;
}

/* The current task's structure has this symbol. */
u64 kp_host_task(void)
{
	return kp_host_symbol("init_task");
}

const char *kp_host_arch(void)
{
	return "sim";
}

const char *kp_host_release(void)
{
	return "0.0-sim";
}

u32 kp_host_cpus(void)
{
	return 1;
}

bool kp_host_iowait(void)
{
	return false;
}

/* Where the clock is not the real one, the day it began is as good as any. */
#define EPOCH	1700000000000000000u

u64 kp_host_walltime(void)
{
	struct timespec ts;

	if (clock_owner && clock_owner->now)
		return EPOCH + kp_host_now();
	clock_gettime(CLOCK_REALTIME, &ts);
	return (u64)ts.tv_sec * 1000000000u + (u64)ts.tv_nsec;
}

u32 kp_host_sock_offset(bool dest)
{
	return dest ? 0 : 4;
}

void kp_host_exit(struct kp_vm *vm, int code)
{
	struct kp_sim *sim = sim_of(vm);

	if (!sim->exited)
		sim->exit_code = code;
	sim->exited = true;
}

/* --- running programs --- */

struct kp_opts kp_sim_opts(void)
{
	return (struct kp_opts){
		.mem_limit = KTAP_DEF_MEM,
		.max_steps = KTAP_DEF_STEPS,
		.max_time_ns = ~0ull >> 1,
		.max_string = KTAP_DEF_STRING,
	};
}

static void cpu_exit(struct kp_sim_cpu *c)
{
	kp_host_free(c->ring_mem);
	kp_ctx_exit(&c->handler);
}

static int cpu_init(struct kp_sim_cpu *c, u32 ring_size)
{
	if (kp_ctx_init(&c->handler, KP_LEVEL_TASK))
		return -1;
	c->ring_mem = kp_host_alloc(KTAP_RING_CTL + ring_size);
	if (!c->ring_mem) {
		kp_ctx_exit(&c->handler);
		return -1;
	}
	kp_ring_init(&c->ring, c->ring_mem, ring_size);
	return 0;
}

int kp_sim_add_cpus(struct kp_sim *sim, u32 n, u32 ring_size)
{
	while (n-- && sim->ncpu < KP_SIM_CPUS) {
		if (cpu_init(&sim->cpu[sim->ncpu], ring_size))
			return -1;
		sim->ncpu++;
	}
	return 0;
}

void kp_sim_be_cpu(struct kp_sim *sim, u32 cpu)
{
	this_cpu = cpu;
	clock_owner = sim;
}

/* All tests of the core can be run by translated code, and by both in turn. */
static void translate(struct kp_vm *vm)
{
	const char *jit = getenv("KTAP_SIM_JIT");
	enum ktap_interpreted why;
	u32 i;

	if (!jit)
		return;
	sim_of(vm)->translated = true;
	kp_jit_program(vm, &why);
	for (i = 0; *jit == '2' && i < vm->prog->nfn; i += 2)
		vm->prog->fn[i].native = vm->prog->fn[i].front = NULL;
}

int kp_sim_init(struct kp_sim *sim, const struct kp_prog *prog, const struct kp_opts *opts,
		u32 ring_size)
{
	memset(sim, 0, sizeof(*sim));
	sim->task = (struct kp_sim_task){ 100, 101, 1, 1000, 1000, 0, 1, "sim" };
	if (kp_vm_init(&sim->vm, prog, opts, sim))
		return -1;
	translate(&sim->vm);
	if (kp_ctx_init(&sim->main, KP_LEVEL_PROCESS))
		goto no_main;
	if (kp_sim_add_cpus(sim, 1, ring_size))
		goto no_cpu;
	kp_sim_be_cpu(sim, 0);
	return 0;
no_cpu:
	kp_ctx_exit(&sim->main);
no_main:
	kp_jit_free(&sim->vm);
	kp_vm_exit(&sim->vm);
	return -1;
}

void kp_sim_exit(struct kp_sim *sim)
{
	while (sim->ncpu)
		cpu_exit(&sim->cpu[--sim->ncpu]);
	kp_ctx_exit(&sim->main);
	if (sim->translated)
		kp_jit_free(&sim->vm);
	kp_vm_exit(&sim->vm);
	clock_owner = NULL;
}

enum kp_run kp_sim_main(struct kp_sim *sim,
			void (*attach)(struct kp_sim *sim, void *arg), void *arg)
{
	enum kp_run r;

	kp_sim_enter(sim);
	r = kp_vm_main(&sim->main, &sim->vm);
	while (r == KP_RUN_TRACE) {
		if (attach)
			attach(sim, arg);
		r = kp_vm_continue(&sim->main);
	}
	kp_sim_leave(sim);
	service(sim);
	return r;
}

enum kp_run kp_sim_end(struct kp_sim *sim)
{
	enum kp_run r, all = KP_RUN_DONE;
	u32 i;

	sim->exited = false;
	for (i = 0; i < sim->vm.nend; i++) {
		kp_sim_enter(sim);
		r = kp_vm_end(&sim->main, &sim->vm, i);
		kp_sim_leave(sim);
		if (all == KP_RUN_DONE)
			all = r;
	}
	service(sim);
	return all;
}

/* What a front in steps is given, and what became of the rest that it handed over. */
struct stepping {
	struct kp_stepping s;
	struct kp_sim *sim;
	struct kp_ctx *ctx;
	struct kp_event *ev;
	bool ok;
};

u64 kp_host_go_on(const struct kp_stepping *s, u64 at, const struct kp_value *R)
{
	struct stepping *g = container_of(s, struct stepping, s);

	g->ok = kp_vm_go_on(g->ctx, &g->sim->vm, s->cl, g->ev, KP_FRONT_PC(at), R, KP_FRONT_HAVE(at));
	return 0;
}

static bool in_steps(struct kp_sim *sim, struct kp_ctx *ctx, struct kp_closure *fn,
		     struct kp_event *ev, const struct kp_probe *probe, const void *regs)
{
	struct stepping g = {
		.s = { .f = { probe, ev->rec, ev->rec_len, regs, ev->ret }, .cl = fn },
		.sim = sim, .ctx = ctx, .ev = ev, .ok = true,
	};

	KP_STEPS(fn->fn->front, &g.s);
	return g.ok;
}

/* The front of the handler first, if it has one; not in process context, as in the kernel. */
static bool handle(struct kp_sim *sim, struct kp_ctx *ctx, struct kp_closure *fn,
		   struct kp_event *ev)
{
	bool words = ev->probe->kind == KTAP_EV_SYS_ENTER || ev->probe->kind == KTAP_EV_SYS_EXIT;
	struct kp_probe probe = *ev->probe;
	bool front = fn->fn->front && ctx->level != KP_LEVEL_PROCESS && kp_front_fits(fn->fn, ev->probe);
	const void *regs = words ? ev->word : ev->regs;

	kp_front_prepare(&probe);
	if (front && fn->fn->front_steps)
		return in_steps(sim, ctx, fn, ev, &probe, regs);
	if (front && KP_FRONT(fn->fn->front, &probe, ev->rec, ev->rec_len, regs, ev->ret) == KP_FRONT_DONE)
		return true;
	return kp_vm_handle(ctx, &sim->vm, fn, ev);
}

static bool fire(struct kp_sim *sim, struct kp_ctx *ctx, struct kp_closure *fn, struct kp_event *ev)
{
	bool ok;

	count_of(sim, ev, fired);
	count_of(sim, ev, run);
	kp_sim_enter(sim);
	kp_sim_nmi = ctx->level == KP_LEVEL_NMI;
	ok = handle(sim, ctx, fn, ev);
	kp_sim_nmi = false;
	kp_sim_leave(sim);
	if (!ok)
		count_of(sim, ev, errors);
	service(sim);
	return ok;
}

bool kp_sim_fire(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev)
{
	return fire(sim, &cpu_of(sim)->handler, fn, ev);
}

bool kp_sim_fire_nmi(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev)
{
	struct kp_ctx *ctx = &cpu_of(sim)->handler;
	bool ok;

	ctx->level = KP_LEVEL_NMI;
	ok = fire(sim, ctx, fn, ev);
	ctx->level = KP_LEVEL_TASK;
	return ok;
}

bool kp_sim_fire_process(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev)
{
	return fire(sim, &sim->main, fn, ev);
}

/* The region up to the head may wrap once; records themselves never do. */
void kp_sim_drain(struct kp_sim *sim)
{
	struct kp_ring *ring = &cpu_of(sim)->ring;
	struct ktap_ring_page *page = ring->page;
	u64 mask = ring->size - 1;

	while (page->tail != page->head) {
		u64 at = page->tail & mask, n = page->head - page->tail;

		if (n > ring->size - at)
			n = ring->size - at;
		if (sim->drain)
			sim->drain(sim->data, ring->data + at, n);
		page->tail += n;
	}
}
