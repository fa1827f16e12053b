// SPDX-License-Identifier: GPL-2.0
/*
 * refuse.c - each call of /dev/ktap with its first allocation refused, its second, and so on,
 * until it needs no more: it tells so, or does without, and what went before and comes after
 * is as if it had not been called. Needs a kernel with fail-nth (FAULT_INJECTION).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "image.h"
#include "leftover.h"
#include "session.h"
#include "tap.h"

enum { CALLS = 10, PATIENCE = 4000 };

static void *image[2];
static size_t image_len[2];

static bool put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool all = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return all;
}

/* Of this thread the n-th allocation from here on is refused; 0: none. */
static int nth_fd = -1;

static void refuse(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(nth_fd, text, strlen(text), 0) < 0)
		perror("fail-nth");
}

/* Whether it was; none is any more. */
static bool refused(void)
{
	char text[16] = "";
	bool was = pread(nth_fd, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;

	refuse(0);
	return was;
}

/* --- events of each source --- */

__attribute__((noinline)) static int here(int n)
{
	__asm__ volatile("" : "+r"(n));
	return n + 1;
}

static const struct ktap_field common_pid = { .source = KTAP_SRC_RECORD, .type = KTAP_FT_S32, .offset = 4 };

static unsigned int id_of(const char *event)
{
	char path[200];
	unsigned int id = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", event);
	f = fopen(path, "re");
	if (f && fscanf(f, "%u", &id) != 1)
		id = 0;
	if (f)
		fclose(f);
	return id;
}

static void of_tracepoint(struct ktap_event *ev)
{
	ev->rec_size = 8;
	ev->nrefs = 1;
	ev->args = (uintptr_t)&common_pid;
}

static void of_perf(struct ktap_event *ev)
{
	ev->rec_size = 24;
	ev->nrefs = 1;
	ev->args = (uintptr_t)&common_pid;
	ev->id = id_of("syscalls/sys_enter_getppid");
}

static void of_call(struct ktap_event *ev)
{
	ev->nr = SYS_getppid;
}

static void of_place(struct ktap_event *ev)
{
	extern const char __executable_start[];

	ev->file = (uintptr_t)"/proc/self/exe";
	ev->addr = (uintptr_t)here - (uintptr_t)__executable_start;
}

static void of_offset(struct ktap_event *ev)
{
	ev->offset = 5;	/* behind the call of the function tracer */
}

static void of_clock(struct ktap_event *ev)
{
	ev->period_ns = 10000000;
}

static void of_counter(struct ktap_event *ev)
{
	ev->counter_type = 1;
	ev->counter_config = 2;	/* page faults */
	ev->sample_period = 1;
}

static void of_nothing(struct ktap_event *ev)
{
	(void)ev;
}

static const struct source {
	const char *what;
	enum ktap_event_kind kind;
	const char *system, *name;
	void (*fill)(struct ktap_event *ev);
	bool counts;		/* CALLS of each, exactly */
} sources[] = {
	{ "a system call", KTAP_EV_SYS_ENTER, "syscalls", "sys_enter_getppid", of_call, true },
	{ "its return", KTAP_EV_SYS_EXIT, "syscalls", "sys_exit_getppid", of_call, true },
	{ "a tracepoint", KTAP_EV_TRACEPOINT, "sched", "sched_switch", of_nothing, false },
	{ "a tracepoint's record", KTAP_EV_TRACEPOINT, "sched", "sched_switch", of_tracepoint, false },
	{ "a record by perf", KTAP_EV_TRACEPOINT, "syscalls", "sys_enter_getppid", of_perf, false },
	{ "a tracepoint's own arguments", KTAP_EV_RAW, "raw", "sched_switch", of_nothing, false },
	{ "a function", KTAP_EV_FUNC, "probe", "__x64_sys_getppid", of_nothing, true },
	{ "a place inside", KTAP_EV_FUNC, "probe", "__x64_sys_getppid", of_offset, true },
	{ "a function's return", KTAP_EV_FUNC_RET, "probe", "__x64_sys_getppid", of_nothing, true },
	{ "a process's function", KTAP_EV_UFUNC, "probe", "here", of_place, true },
	{ "its return", KTAP_EV_UFUNC_RET, "probe", "here", of_place, true },
	{ "a profile", KTAP_EV_PROFILE, "timer", "profile", of_clock, false },
	{ "a tick", KTAP_EV_TICK, "timer", "tick", of_clock, false },
	{ "a counter", KTAP_EV_COUNTER, "software", "page-faults", of_counter, false },
	{ "begin", KTAP_EV_BEGIN, "own", "begin", of_nothing, false },
	{ "the end of a command", KTAP_EV_EXIT, "own", "exit", of_nothing, false },
};

enum { SOURCES = sizeof(sources) / sizeof(sources[0]) };

/* What each is called: asking the kernel for that is not to be refused. */
static struct ktap_event described[SOURCES];

static void describe(const struct source *s)
{
	struct ktap_event *ev = &described[s - sources];

	ev->size = sizeof(*ev);
	ev->kind = s->kind;
	ev->nr = -1;
	snprintf(ev->system, sizeof(ev->system), "%s", s->system);
	snprintf(ev->name, sizeof(ev->name), "%s", s->name);
	s->fill(ev);
}

/* --- one call refused what it asks for --- */


static int load(int fd, int which)
{
	struct ktap_ioc_load io = { .ring_size = KTAP_MIN_RING };

	return ktap_load(fd, image[which], image_len[which], &io);
}

/* A program that fails for want of memory says so by its status, and in a record. */
static int run_main(int fd, enum ktap_run_status until)
{
	struct ktap_ioc_run run;
	int err = ktap_run(fd, KTAP_RUN_MAIN, &run);

	if (err || run.status == until)
		return err;
	return run.status == KTAP_RUN_ERROR ? -ENOMEM : -EPROTO;
}

static int attach(int fd, const struct source *s)
{
	struct ktap_ioc_attach io;
	struct ktap_event ev = described[s - sources];
	int err;

	err = ktap_attach(fd, &ev, 1, &io);
	if (!err && ev.error)
		err = ev.error;
	if (!err && io.attached != 1)
		err = -EPROTO;
	return err;
}

static void happen(void)
{
	int i;

	for (i = 0; i < CALLS; i++) {
		syscall(SYS_getppid);
		here(i);
	}
}

/* A session as far as `step` calls; the next is the one that is refused. */
enum step { OPEN, LOAD, RUN, ATTACH, GO, MAP, STATS, STOP, END, STEPS };
static const char *const steps[] = { "open", "LOAD", "RUN", "ATTACH", "RUN again", "mmap", "PROBES", "STOP", "RUN to the end" };

struct attempt {
	int fd;
	const struct source *source;
	void *ring;		/* NULL: not mapped */
};

static int map(struct attempt *a)
{
	void *p = mmap(NULL, KTAP_RING_CTL + KTAP_MIN_RING, PROT_READ | PROT_WRITE, MAP_SHARED, a->fd, 0);

	if (p == MAP_FAILED)
		return -errno;
	a->ring = p;
	return 0;
}

static void give_up(struct attempt *a)
{
	if (a->ring)
		munmap(a->ring, KTAP_RING_CTL + KTAP_MIN_RING);
	if (a->fd >= 0)
		close(a->fd);
}

static int take(struct attempt *a, enum step step)
{
	struct ktap_probe_stats st;
	struct ktap_ioc_run run;

	switch (step) {
	case OPEN:
		a->fd = ktap_open();
		return a->fd < 0 ? a->fd : 0;
	case LOAD: return load(a->fd, a->source->fill == of_tracepoint || a->source->fill == of_perf);
	case RUN: return run_main(a->fd, KTAP_RUN_TRACE);
	case GO: return run_main(a->fd, KTAP_RUN_DONE);
	case ATTACH: return attach(a->fd, a->source);
	case MAP: return map(a);
	case STATS: return ktap_stats(a->fd, 0, &st);
	case STOP: return ktap_call(a->fd, KTAP_IOC_STOP, NULL);
	default: return ktap_run(a->fd, KTAP_RUN_END, &run);
	}
}

static bool counts_all(int fd)
{
	struct ktap_probe_stats st;

	happen();
	return !ktap_stats(fd, 0, &st) && st.fired == CALLS && st.run == CALLS;
}

struct outcome {
	unsigned int refused, told, odd, wrong;
	int last;
};

/* The n-th allocation of `step` is refused; whether there was one. */
static bool attempt(const struct source *source, enum step step, unsigned int n, struct outcome *o)
{
	struct attempt a = { .fd = -1, .source = source };
	enum step at;
	bool was;
	int err;

	for (at = 0; at < step; at++)
		if ((err = take(&a, at))) {
			printf("# %s: %s\n", steps[at], strerror(-err));
			o->wrong++;
			give_up(&a);
			return false;
		}
	refuse(n);
	err = take(&a, step);
	was = refused();
	o->refused += was;
	o->told += was && err == -ENOMEM;
	if (err && (err != -ENOMEM || !was)) {
		o->odd++;
		o->last = err;
	}
	/* What was not told has to be as it ever is. */
	for (at = step + 1; !err && at < STEPS; at++) {
		if (at == STOP && source->counts)
			o->wrong += !counts_all(a.fd);
		err = take(&a, at);
		o->wrong += !!err;
	}
	give_up(&a);
	return was;
}

static void each(const struct source *source, enum step step)
{
	struct outcome o = { 0 };
	unsigned int n = 1;

	while (n < PATIENCE && attempt(source, step, n, &o))
		n++;
	if (o.odd)
		printf("# %u times: %s\n", o.odd, strerror(-o.last));
	ok(!o.odd && !o.wrong && n < PATIENCE, "%s%s%s: %u refused, %u told, the others did without", steps[step],
	   step == ATTACH ? " to " : "", step == ATTACH ? source->what : "", o.refused, o.told);
}

/* Requests that may wait are refused as well, and the log is not filled. */
static bool ready(void)
{
	static const char *const zero[] = {
		"failslab/ignore-gfp-wait", "fail_page_alloc/ignore-gfp-wait", "fail_page_alloc/ignore-gfp-highmem",
		"fail_page_alloc/min-order", "failslab/verbose", "fail_page_alloc/verbose",
	};
	char path[200];
	size_t i;

	nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	for (i = 0; nth_fd >= 0 && i < sizeof(zero) / sizeof(zero[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/debug/%s", zero[i]);
		if (!put(path, "0") && !put(path, "N"))
			return false;
	}
	return nth_fd >= 0;
}

int main(void)
{
	struct held before, after;
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!ready()) {
		printf("1..0 # SKIP this kernel refuses no allocation on demand\n");
		return 0;
	}
	image[0] = image_make(IMAGE_COUNT, &image_len[0]);
	image[1] = image_make(IMAGE_PRINT, &image_len[1]);
	for (i = 0; i < SOURCES; i++)
		describe(&sources[i]);
	for (i = 0; i < STEPS; i++)	/* what is made once, and warm */
		if (i != ATTACH)
			each(&sources[0], i);
	before = held_now();
	for (i = 0; i < STEPS; i++)
		if (i != ATTACH)
			each(&sources[0], i);
	for (i = 0; i < SOURCES; i++)
		each(&sources[i], ATTACH);
	after = held_now();
	printf("# slab %ld to %ld kB, percpu %ld to %ld kB, areas %ld to %ld\n", before.slab_kb, after.slab_kb,
	       before.percpu_kb, after.percpu_kb, before.areas, after.areas);
	ok(after.slab_kb - before.slab_kb < 3000, "the kernel's memory is what it was");
	is(after.areas, before.areas, "the module's own too");
	is(after.probes, 0, "no place is hooked any more");
	is(syscall(SYS_delete_module, "ktapvm", O_NONBLOCK), 0, "the module goes");
	return tap_done();
}
