// SPDX-License-Identifier: GPL-2.0
/*
 * sim.c - the userspace host: kp_host_* for one process, and running programs.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ktap/ioctl.h>

#include "../core/host.h"
#include "sim.h"

static u64 fail_countdown;

void kp_sim_fail_alloc(u64 nth)
{
	fail_countdown = nth;
}

static struct kp_sim *sim_of(struct kp_vm *vm)
{
	return vm->host;
}

/* --- the host's functions --- */

void *kp_host_alloc(size_t bytes)
{
	void *p;

	if (fail_countdown && !--fail_countdown) {
		fail_countdown = 1;
		return NULL;
	}
	p = aligned_alloc(16, (bytes + 15) & ~(size_t)15);
	return p ? memset(p, 0, bytes) : NULL;
}

void kp_host_free(void *p)
{
	free(p);
}

/* One thread: whoever looked has ended. */
void kp_host_synchronize(struct kp_vm *vm)
{
	(void)vm;
}

void kp_host_kick(struct kp_vm *vm)
{
	sim_of(vm)->want_service = true;
}

static void service(struct kp_sim *sim)
{
	if (!sim->want_service)
		return;
	sim->want_service = false;
	kp_vm_service(&sim->vm);
}

void kp_host_quiesce(struct kp_ctx *ctx)
{
	kp_vm_service(ctx->vm);
}

int kp_host_interrupted(struct kp_ctx *ctx)
{
	return sim_of(ctx->vm)->exited;
}

static struct kp_sim *clock_owner;

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

void kp_host_comm(char comm[16])
{
	memset(comm, 0, 16);
	if (clock_owner)
		memcpy(comm, clock_owner->task.comm, 16);
}

/* Words are given with the event here. */
void kp_host_event_words(struct kp_event *ev)
{
	ev->nwords = ev->probe->kind == KTAP_EV_SYS_ENTER ? KP_EVENT_WORDS : 2;
}

struct ktap_rec *kp_host_reserve(struct kp_ctx *ctx, u32 kind, u32 len)
{
	struct kp_sim *sim = sim_of(ctx->vm);
	u32 probe = ctx->ev ? ctx->ev->probe->id : KTAP_PROBE_NONE;

	if (!kp_ring_fits(&sim->ring, len))
		kp_sim_drain(sim);
	return kp_ring_reserve(&sim->ring, kind, probe, len);
}

void kp_host_commit(struct kp_ctx *ctx)
{
	kp_ring_commit(&sim_of(ctx->vm)->ring);
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

static int init_contexts(struct kp_sim *sim)
{
	if (kp_ctx_init(&sim->main, KP_LEVEL_PROCESS))
		return -1;
	if (!kp_ctx_init(&sim->handler, KP_LEVEL_TASK))
		return 0;
	kp_ctx_exit(&sim->main);
	return -1;
}

int kp_sim_init(struct kp_sim *sim, const struct kp_prog *prog, const struct kp_opts *opts,
		u32 ring_size)
{
	memset(sim, 0, sizeof(*sim));
	sim->task = (struct kp_sim_task){ 100, 101, 1, 1000, 1000, 0, 1, "sim" };
	if (kp_vm_init(&sim->vm, prog, opts, sim))
		return -1;
	if (init_contexts(sim))
		goto no_contexts;
	sim->ring_mem = kp_host_alloc(KTAP_RING_CTL + ring_size);
	if (!sim->ring_mem)
		goto no_ring;
	kp_ring_init(&sim->ring, sim->ring_mem, ring_size);
	clock_owner = sim;
	return 0;
no_ring:
	kp_ctx_exit(&sim->handler);
	kp_ctx_exit(&sim->main);
no_contexts:
	kp_vm_exit(&sim->vm);
	return -1;
}

void kp_sim_exit(struct kp_sim *sim)
{
	kp_host_free(sim->ring_mem);
	kp_ctx_exit(&sim->handler);
	kp_ctx_exit(&sim->main);
	kp_vm_exit(&sim->vm);
	clock_owner = NULL;
}

enum kp_run kp_sim_main(struct kp_sim *sim,
			void (*attach)(struct kp_sim *sim, void *arg), void *arg)
{
	enum kp_run r = kp_vm_main(&sim->main, &sim->vm);

	while (r == KP_RUN_TRACE) {
		if (attach)
			attach(sim, arg);
		r = kp_vm_continue(&sim->main);
	}
	service(sim);
	return r;
}

enum kp_run kp_sim_end(struct kp_sim *sim)
{
	enum kp_run r, all = KP_RUN_DONE;
	u32 i;

	sim->exited = false;
	for (i = 0; i < sim->vm.nend; i++) {
		r = kp_vm_end(&sim->main, &sim->vm, i);
		if (all == KP_RUN_DONE)
			all = r;
	}
	service(sim);
	return all;
}

bool kp_sim_fire(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev)
{
	bool ok = kp_vm_handle(&sim->handler, &sim->vm, fn, ev);

	service(sim);
	return ok;
}

bool kp_sim_fire_process(struct kp_sim *sim, struct kp_closure *fn, struct kp_event *ev)
{
	bool ok = kp_vm_handle(&sim->main, &sim->vm, fn, ev);

	service(sim);
	return ok;
}

/* The region up to the head may wrap once; records themselves never do. */
void kp_sim_drain(struct kp_sim *sim)
{
	struct ktap_ring_page *page = sim->ring.page;
	u64 mask = sim->ring.size - 1;

	while (page->tail != page->head) {
		u64 at = page->tail & mask, n = page->head - page->tail;

		if (n > sim->ring.size - at)
			n = sim->ring.size - at;
		if (sim->drain)
			sim->drain(sim->data, sim->ring.data + at, n);
		page->tail += n;
	}
}
