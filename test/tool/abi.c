// SPDX-License-Identifier: GPL-2.0
/*
 * abi.c - ktap-abi: every call of /dev/ktap with what it must refuse: sizes,
 * reserved fields, wrong states, bad pointers, bad descriptions of events.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <stdint.h>
#include <unistd.h>

#include "image.h"
#include "session.h"
#include "tap.h"

static void *image;
static size_t image_len;

struct shape {
	const char *name;
	unsigned long nr;
	unsigned size, v1;	/* 0: as many as now */
};

static const struct shape shapes[] = {
	{ "INFO", KTAP_IOC_INFO, sizeof(struct ktap_ioc_info), 0 },
	{ "LOAD", KTAP_IOC_LOAD, sizeof(struct ktap_ioc_load),
	  offsetof(struct ktap_ioc_load, cpus) },
	{ "RUN", KTAP_IOC_RUN, sizeof(struct ktap_ioc_run), 0 },
	{ "ATTACH", KTAP_IOC_ATTACH, sizeof(struct ktap_ioc_attach), 0 },
	{ "STATS", KTAP_IOC_STATS, sizeof(struct ktap_ioc_stats), 0 },
	{ "PROBES", KTAP_IOC_PROBES, sizeof(struct ktap_ioc_probe_stats),
	  offsetof(struct ktap_ioc_probe_stats, each) },
	{ "ERRORS", KTAP_IOC_ERRORS, sizeof(struct ktap_ioc_errors), 0 },
	{ "CHANGED", KTAP_IOC_CHANGED, sizeof(struct ktap_ioc_changed), 0 },
	{ "FUNCTIONS", KTAP_IOC_FUNCTIONS, sizeof(struct ktap_ioc_functions), 0 },
	{ "SYMBOL", KTAP_IOC_SYMBOL, sizeof(struct ktap_ioc_symbol), 0 },
	{ "MAPS", KTAP_IOC_MAPS, sizeof(struct ktap_ioc_maps), 0 },
	{ "UNWIND", KTAP_IOC_UNWIND, sizeof(struct ktap_ioc_unwind), 0 },
	{ "UNREAD", KTAP_IOC_UNREAD, sizeof(struct ktap_ioc_unread), 0 },
};

static void sizes(void)
{
	char buf[8192];
	unsigned i, fd = ktap_open();

	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];
		unsigned *size = (unsigned *)buf;

		memset(buf, 0, sizeof(buf));
		is(ktap_call(fd, s->nr, buf), -EINVAL, "%s of size 0", s->name);
		*size = (s->v1 ? s->v1 : s->size) - 4;
		is(ktap_call(fd, s->nr, buf), -EINVAL, "%s one field short", s->name);
		*size = s->size + 8;
		buf[s->size + 7] = 1;
		is(ktap_call(fd, s->nr, buf), -E2BIG, "%s longer, tail not zero", s->name);
		*size = ~0u;
		is(ktap_call(fd, s->nr, buf), -E2BIG, "%s of absurd size", s->name);
		is(ktap_call(fd, s->nr, NULL), -EFAULT, "%s without argument", s->name);
	}
	close(fd);
}

static void larger(void)
{
	struct { struct ktap_ioc_info io; char tail[64]; } x = { .io.size = sizeof(x) };
	int fd = ktap_open();

	is(ktap_call(fd, KTAP_IOC_INFO, &x), 0, "INFO longer, tail zero");
	is(x.io.abi, KTAP_ABI_VERSION, "INFO tells the ABI's version");
	is(x.io.size, sizeof(x), "INFO leaves the caller's size");
	ok(x.io.ncpus >= 1 && x.io.version[0], "INFO tells processors and version");
	is(ktap_call(fd, _IOWR(KTAP_IOC_MAGIC, 0, x), &x), 0, "INFO by a longer structure's number");
	is(ktap_call(fd, _IOWR(KTAP_IOC_MAGIC, 99, x), &x), -ENOTTY, "unknown call");
	is(ktap_call(fd, _IO(KTAP_IOC_MAGIC, 0), &x), -ENOTTY, "call of another direction");
	is(ktap_call(fd, _IOWR('x', 0, x), &x), -ENOTTY, "call of another device");
	close(fd);
}

static int try_load(void (*change)(struct ktap_ioc_load *))
{
	struct ktap_ioc_load io = { .size = sizeof(io) };
	int fd = ktap_open(), err;

	io.image = (unsigned long)image;
	io.image_len = image_len;
	change(&io);
	err = ktap_call(fd, KTAP_IOC_LOAD, &io);
	close(fd);
	return err;
}

static const __u32 nobody = 999999, absurd = ~0u, zeros, init_twice[2] = { 1, 1 },
		   init_and_nobody[2] = { 1, 999999 };
static const __u8 first_cpu = 1, last_cpu[8] = { [7] = 0x80 };

#define LOADS(_) \
	_(as_it_is, 0, (void)io) \
	_(unknown_flag, -EINVAL, io->flags = KTAP_LOAD__ALL + 1) \
	_(ring_too_small, -EINVAL, io->ring_size = 4096) \
	_(ring_too_large, -EINVAL, io->ring_size = KTAP_MAX_RING + 1) \
	_(ring_not_a_power, 0, io->ring_size = KTAP_MIN_RING + 1) \
	_(memory_too_small, -EINVAL, io->mem_limit = 1) \
	_(memory_negative, -EINVAL, io->mem_limit = ~0ull) \
	_(strings_too_long, -EINVAL, io->max_string = KTAP_MAX_STRING + 1) \
	_(no_such_process, -ESRCH, (io->npids = 1, io->pids = (uintptr_t)&nobody)) \
	_(absurd_process, -EINVAL, (io->npids = 1, io->pids = (uintptr_t)&absurd)) \
	_(no_process, -EINVAL, (io->npids = 1, io->pids = (uintptr_t)&zeros)) \
	_(two_processes, 0, (io->npids = 2, io->pids = (uintptr_t)&init_twice)) \
	_(one_of_two_processes, -ESRCH, (io->npids = 2, io->pids = (uintptr_t)&init_and_nobody)) \
	_(too_many_processes, -EINVAL, (io->npids = KTAP_MAX_PIDS + 1, io->pids = (uintptr_t)&init_twice)) \
	_(processes_nowhere, -EFAULT, (io->npids = 1, io->pids = 8)) \
	_(follow, 0, (io->npids = 1, io->pids = (uintptr_t)&init_twice, io->flags = KTAP_LOAD_FOLLOW)) \
	_(follow_nobody, -EINVAL, io->flags = KTAP_LOAD_FOLLOW) \
	_(cpu_0, 0, (io->cpus_len = 1, io->cpus = (uintptr_t)&first_cpu)) \
	_(no_cpu, -EINVAL, (io->cpus_len = 1, io->cpus = (uintptr_t)&zeros)) \
	_(absent_cpu, -EINVAL, (io->cpus_len = 8, io->cpus = (uintptr_t)&last_cpu)) \
	_(cpus_nowhere, -EFAULT, (io->cpus_len = 1, io->cpus = 8)) \
	_(too_many_cpus, -EINVAL, (io->cpus_len = ~0u, io->cpus = (uintptr_t)&first_cpu)) \
	_(cgroup_without_flag, -EINVAL, io->cgroup = 1) \
	_(cgroup_not_open, -EBADF, (io->flags = KTAP_LOAD_CGROUP, io->cgroup = -1)) \
	_(no_cgroup, -EBADF, (io->flags = KTAP_LOAD_CGROUP, io->cgroup = 0)) \
	_(bad_pointer, -EFAULT, io->image = 8) \
	_(null_pointer, -EFAULT, io->image = 0) \
	_(empty_image, -EBADMSG, io->image_len = 0) \
	_(short_image, -EBADMSG, io->image_len--) \
	_(huge_image, -EBADMSG, io->image_len = ~0u)

#define _(name, want, how) static void load_##name(struct ktap_ioc_load *io) { how; }
LOADS(_)
#undef _

static void loads(void)
{
#define _(name, want, how) is(try_load(load_##name), want, "LOAD: " #name);
	LOADS(_)
#undef _
}

static void states(void)
{
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_attach attach;
	struct ktap_ioc_run run;
	struct ktap_event ev;
	int fd = ktap_open();

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), -EBUSY, "RUN before LOAD");
	is(ktap_run(fd, KTAP_RUN_END, &run), -EBUSY, "RUN END before LOAD");
	is(ktap_run(fd, 2, &run), -EINVAL, "RUN of an unknown phase");
	is(ktap_attach(fd, &ev, 1, &attach), -EBUSY, "ATTACH before LOAD");
	ok(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EBUSY,
	   "mmap before LOAD");
	is(ktap_load(fd, image, image_len, &load), 0, "LOAD");
	is(ktap_load(fd, image, image_len, &load), -EBUSY, "LOAD again");
	is(ktap_attach(fd, &ev, 1, &attach), -EBUSY, "ATTACH before the trace statement");
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), 0, "RUN");
	is(run.status, KTAP_RUN_TRACE, "stands at the trace statement");
	is(run.spec, 0, "which names its specification");
	is(ktap_attach(fd, &ev, 1, &attach), 0, "ATTACH");
	is(attach.attached, 1, "attached");
	is(ev.path, KTAP_PATH_SYSCALL, "by the system call table");
	is(ktap_attach(fd, (void *)8, 1, &attach), -EFAULT, "ATTACH of a bad pointer");
	is(ktap_attach(fd, &ev, KTAP_MAX_PROBES + 1, &attach), -EINVAL, "ATTACH of too many");
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), 0, "RUN goes on");
	is(run.status, KTAP_RUN_DONE, "to the end");
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), -EBUSY, "RUN once more");
	is(ktap_attach(fd, &ev, 1, &attach), -EBUSY, "ATTACH too late");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP again");
	is(ktap_run(fd, KTAP_RUN_END, &run), 0, "RUN END");
	is(ktap_run(fd, KTAP_RUN_END, &run), -EBUSY, "RUN END again");
	close(fd);
}

static void field_offset(struct ktap_event *ev, struct ktap_field *f)
{
	f->source = KTAP_SRC_RECORD;
	f->type = KTAP_FT_U32;
	f->offset = ev->rec_size - 3;
}

/* A system call has words, no registers. */
static void field_fetch(struct ktap_event *ev, struct ktap_field *f, unsigned int n)
{
	static const struct ktap_fetch fetch = { .op = KTAP_FETCH_REG };

	*f = (struct ktap_field){ .source = KTAP_SRC_FETCH, .type = KTAP_FT_U64, .size = 1 };
	ev->fetch = (uintptr_t)&fetch;
	ev->nfetch = n;
}

/* This program's functions are as far from its beginning as they are in its file. */
static void user_place(struct ktap_event *ev, struct ktap_field *f, const char *path, __u64 offset)
{
	f->source = KTAP_SRC_NONE;
	ev->kind = KTAP_EV_UFUNC;
	ev->nr = -1;
	ev->file = (uintptr_t)path;
	ev->addr = offset;
}

static void raw(struct ktap_event *ev, struct ktap_field *f, __u8 op, __s64 imm)
{
	static struct ktap_fetch fetch;

	fetch = (struct ktap_fetch){ .op = op, .imm = imm };
	*f = (struct ktap_field){ .source = KTAP_SRC_FETCH, .type = KTAP_FT_U64, .size = 1 };
	ev->kind = KTAP_EV_RAW;
	ev->nr = -1;
	ev->fetch = (uintptr_t)&fetch;
	ev->nfetch = 1;
	strcpy(ev->name, "sched_switch");
}

static __u64 own_offset(void)
{
	extern const char __executable_start[];

	return (uintptr_t)own_offset - (uintptr_t)__executable_start;
}

static int attach_to(int fd, struct ktap_event *ev, __u32 *handler)
{
	struct ktap_ioc_attach io = { .size = sizeof(io), .count = 1, .events = (uintptr_t)ev,
				      .handler = *handler };
	int err = ktap_call(fd, KTAP_IOC_ATTACH, &io);

	*handler = io.handler;
	return err;
}

static int attach_number(int fd, struct ktap_event *ev, __u32 handler)
{
	return attach_to(fd, ev, &handler);
}

/* What is attached while events are traced: to a handler that was kept. */
static void late(void)
{
	struct ktap_ioc_changed changed = { .size = sizeof(changed) };
	struct ktap_field word;
	struct ktap_event tp, call;
	struct ktap_ioc_run run;
	int fd = ktap_open(), i;
	__u32 handler;

	event_syscall(&call, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	event_syscall(&tp, KTAP_EV_RAW, -1, 0);
	raw(&tp, &word, KTAP_FETCH_ARG, 0);
	is(ktap_call(fd, KTAP_IOC_CHANGED, &changed), -ENOENT, "CHANGED: no module came");
	is(ktap_load(fd, image, image_len, &(struct ktap_ioc_load){ 0 }), 0, "LOAD");
	is(attach_number(fd, &tp, KTAP_HANDLER_KEEP), -EBUSY, "a handler is kept before the trace statement");
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), 0, "RUN");
	is(attach_number(fd, &tp, 1), -EBUSY, "a handler by number, before events are traced");
	for (i = 1; i <= 3; i++) {
		handler = KTAP_HANDLER_KEEP;
		is(attach_to(fd, &call, &handler), 0, "a handler is kept");
		is(handler, i, "and has a number");
	}
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), 0, "RUN goes on");
	is(attach_number(fd, &tp, 4), -ENOENT, "a number that no handler has");
	is(attach_number(fd, &tp, KTAP_HANDLER_KEEP), -EBUSY, "a handler is kept too late");
	is(attach_number(fd, &tp, 0), -EBUSY, "the statement's handler, too late");
	is(attach_number(fd, &tp, 2), 0, "a tracepoint, while events are traced");
	is(tp.error, 0, "is attached");
	is(attach_number(fd, &call, 2), 0, "a system call, while events are traced");
	is(call.error, -EOPNOTSUPP, "is not");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	is(attach_number(fd, &tp, 2), -EBUSY, "a handler by number, after STOP");
	close(fd);
}

#define EVENTS(_) \
	_(as_it_is, 0, (void)0) \
	_(kind, -EOPNOTSUPP, ev->kind = 99) \
	_(reserved, -EINVAL, ev->reserved = 1) \
	_(name_not_terminated, -EINVAL, memset(ev->name, 'x', sizeof(ev->name))) \
	_(system_not_terminated, -EINVAL, memset(ev->system, 'x', sizeof(ev->system))) \
	_(name_empty, -EINVAL, ev->name[0] = 0) \
	_(number_negative, -EINVAL, ev->nr = -1) \
	_(number_too_large, -EINVAL, ev->nr = 100000) \
	_(too_few_references, -EINVAL, ev->nrefs = 0) \
	_(too_many_references, -EINVAL, ev->nrefs = KTAP_MAX_FREFS + 1) \
	_(too_many_arguments, -EINVAL, ev->nargs = KTAP_MAX_ARGS + 1) \
	_(arguments_bad_pointer, -EFAULT, ev->args = 8) \
	_(record_too_large, -EINVAL, ev->rec_size = KTAP_MAX_RECORD + 1) \
	_(field_source, -EINVAL, f->source = KTAP_SRC__MAX) \
	_(field_type, -EINVAL, f->type = KTAP_FT__MAX) \
	_(field_word, -EINVAL, f->offset = 7) \
	_(field_word_of_exit, -EINVAL, (ev->kind = KTAP_EV_SYS_EXIT, f->offset = 2)) \
	_(field_word_not_integer, -EINVAL, f->type = KTAP_FT_CHARS) \
	_(field_size_of_integer, -EINVAL, f->size = 4) \
	_(field_outside_record, -EINVAL, (ev->rec_size = 16, field_offset(ev, f))) \
	_(field_without_record, -EINVAL, f->source = KTAP_SRC_RECORD) \
	_(tracepoint_unknown, -ENOENT, \
	  (ev->kind = KTAP_EV_TRACEPOINT, f->source = KTAP_SRC_NONE)) \
	_(more_hidden_than_there_are, -EINVAL, ev->nhidden = 1) \
	_(too_many_fetches, -EINVAL, ev->nfetch = KTAP_MAX_FETCH + 1) \
	_(fetches_nowhere, -EFAULT, (ev->nfetch = 1, ev->fetch = 8)) \
	_(fetch_beyond_the_last, -EINVAL, field_fetch(ev, f, 0)) \
	_(fetch_of_a_call, -EINVAL, field_fetch(ev, f, 1)) \
	_(period_of_a_call, -EINVAL, ev->period_ns = 1000000) \
	_(tick_without_period, -EINVAL, (ev->kind = KTAP_EV_TICK, f->source = KTAP_SRC_NONE)) \
	_(tick_too_often, -EINVAL, (ev->kind = KTAP_EV_TICK, f->source = KTAP_SRC_NONE, \
				    ev->period_ns = KTAP_MIN_TICK_NS - 1)) \
	_(tick_too_seldom, -EINVAL, (ev->kind = KTAP_EV_TICK, f->source = KTAP_SRC_NONE, \
				     ev->period_ns = ~0ull)) \
	_(tick_with_a_field, -EINVAL, (ev->kind = KTAP_EV_TICK, ev->period_ns = 1000000)) \
	_(profile_without_period, -EINVAL, (ev->kind = KTAP_EV_PROFILE, f->source = KTAP_SRC_NONE)) \
	_(profile_too_often, -EINVAL, (ev->kind = KTAP_EV_PROFILE, f->source = KTAP_SRC_NONE, \
	  ev->period_ns = KTAP_MIN_TICK_NS - 1)) \
	_(profile, 0, (ev->kind = KTAP_EV_PROFILE, f->source = KTAP_SRC_NONE, ev->period_ns = 1000000)) \
	_(counter_without_period, -EINVAL, (ev->kind = KTAP_EV_COUNTER, f->source = KTAP_SRC_NONE, \
	  ev->counter_type = 1, ev->counter_config = 2)) \
	_(counter_of_another_type, -EINVAL, (ev->kind = KTAP_EV_COUNTER, f->source = KTAP_SRC_NONE, \
	  ev->counter_type = 2, ev->counter_config = 2, ev->sample_period = 1)) \
	_(clock_too_often, -EINVAL, (ev->kind = KTAP_EV_COUNTER, f->source = KTAP_SRC_NONE, \
	  ev->counter_type = 1, ev->sample_period = KTAP_MIN_TICK_NS - 1)) \
	_(counter, 0, (ev->kind = KTAP_EV_COUNTER, f->source = KTAP_SRC_NONE, \
	  ev->counter_type = 1, ev->counter_config = 2, ev->sample_period = 1)) \
	_(period_of_no_counter, -EINVAL, ev->sample_period = 1) \
	_(begin_with_a_record, -EINVAL, (ev->kind = KTAP_EV_BEGIN, f->source = KTAP_SRC_NONE, \
					 ev->rec_size = 8)) \
	_(tick, 0, (ev->kind = KTAP_EV_TICK, f->source = KTAP_SRC_NONE, ev->period_ns = 1000000)) \
	_(begin, 0, (ev->kind = KTAP_EV_BEGIN, f->source = KTAP_SRC_NONE)) \
	_(user_function_of_no_file, -EINVAL, user_place(ev, f, NULL, 0)) \
	_(user_function_of_a_bad_path, -EFAULT, user_place(ev, f, (const char *)8, 0)) \
	_(user_function_of_a_missing_file, -ENOENT, user_place(ev, f, "/nonexistent", 0)) \
	_(user_function_of_a_folder, -EINVAL, user_place(ev, f, "/", 0)) \
	_(user_function_of_a_file_without_pages, -EIO, user_place(ev, f, "/proc/version", 0)) \
	_(user_function_beyond_the_end, -EINVAL, user_place(ev, f, "/proc/self/exe", 1 << 30)) \
	_(user_function_before_the_start, -EINVAL, user_place(ev, f, "/proc/self/exe", ~0ull)) \
	_(user_semaphore_at_an_odd_place, -EINVAL, (user_place(ev, f, "/proc/self/exe", own_offset()), \
						   ev->ref_ctr = 3)) \
	_(file_of_a_call, -EINVAL, ev->file = (uintptr_t)"/proc/self/exe") \
	_(semaphore_of_a_call, -EINVAL, ev->ref_ctr = 8) \
	_(user_function, 0, user_place(ev, f, "/proc/self/exe", own_offset())) \
	_(return_of_a_user_function, 0, (user_place(ev, f, "/proc/self/exe", own_offset()), \
					 ev->kind = KTAP_EV_UFUNC_RET)) \
	_(raw_with_a_register, -EINVAL, raw(ev, f, KTAP_FETCH_REG, 0)) \
	_(raw_with_an_argument_too_many, -EINVAL, raw(ev, f, KTAP_FETCH_ARG, 12)) \
	_(raw_with_an_argument_before_the_first, -EINVAL, raw(ev, f, KTAP_FETCH_ARG, -1)) \
	_(raw_with_a_record, -EINVAL, (raw(ev, f, KTAP_FETCH_ARG, 0), ev->rec_size = 8)) \
	_(raw_unknown, -ENOENT, (raw(ev, f, KTAP_FETCH_ARG, 0), strcpy(ev->name, "absent"))) \
	_(raw, 0, raw(ev, f, KTAP_FETCH_ARG, 11)) \
	_(signal_zero, -EINVAL, (ev->kind = KTAP_EV_SIGNAL, f->source = KTAP_SRC_NONE, ev->nr = 0)) \
	_(signal_too_large, -EINVAL, (ev->kind = KTAP_EV_SIGNAL, f->source = KTAP_SRC_NONE, \
				      ev->nr = 65)) \
	_(signal_with_a_field, -EINVAL, (ev->kind = KTAP_EV_SIGNAL, ev->nr = 10)) \
	_(exit_with_a_field, -EINVAL, ev->kind = KTAP_EV_EXIT) \
	_(signal, 0, (ev->kind = KTAP_EV_SIGNAL, f->source = KTAP_SRC_NONE, ev->nr = 10)) \
	_(exit, 0, (ev->kind = KTAP_EV_EXIT, f->source = KTAP_SRC_NONE))

#define _(name, want, how) \
	static void event_##name(struct ktap_event *ev, struct ktap_field *f) { (void)ev; (void)f; how; }
EVENTS(_)
#undef _

static int try_event(int fd, void (*change)(struct ktap_event *, struct ktap_field *))
{
	struct ktap_field f = { .source = KTAP_SRC_WORD, .type = KTAP_FT_S64 };
	struct ktap_ioc_attach attach;
	struct ktap_event ev;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	ev.args = (unsigned long)&f;
	change(&ev, &f);
	if (ktap_attach(fd, &ev, 1, &attach))
		return 1;
	if ((int)attach.attached != (ev.error == 0))
		return 2;
	return ev.error;
}

static void events(void)
{
	struct ktap_ioc_attach attach;
	struct ktap_ioc_load load = { 0 };
	struct ktap_event ev[3];
	struct ktap_ioc_run run;
	int fd = ktap_open();
	size_t len;
	void *print = image_make(IMAGE_PRINT, &len);

	is(ktap_load(fd, print, len, &load), 0, "LOAD of a program with a field");
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), 0, "RUN");
#define _(name, want, how) is(try_event(fd, event_##name), want, "ATTACH: " #name);
	EVENTS(_)
#undef _
	event_syscall(&ev[0], KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	ev[1] = ev[2] = ev[0];
	ev[1].nr = -5;
	is(ktap_attach(fd, ev, 3, &attach), 0, "ATTACH of three, one bad");
	is(attach.attached, 2, "two attached");
	is(ev[1].error, -EINVAL, "the bad one tells why");
	is(ev[2].probe, ev[0].probe + 1, "ids have no holes");
	ev[1].nr = 1;
	ev[1].size += 8;
	is(ktap_attach(fd, ev, 2, &attach), 0, "ATTACH of events of different sizes");
	is(ev[1].error, -EINVAL, "the second is refused");
	ev[0].size = 8;
	is(ktap_attach(fd, ev, 1, &attach), -EINVAL, "ATTACH of an event too short");
	close(fd);
	free(print);
}

static void maps(void)
{
	struct ktap_ioc_load load = { .ring_size = KTAP_MIN_RING };
	size_t len = KTAP_RING_CTL + KTAP_MIN_RING;
	int fd = ktap_open(), rw = PROT_READ | PROT_WRITE;
	volatile char *p;

	is(ktap_load(fd, image, image_len, &load), 0, "LOAD with the smallest ring");
#define REFUSED(bytes, prot, flags, off, want, name) \
	ok(mmap(NULL, bytes, prot, flags, fd, off) == MAP_FAILED && errno == (want), name)
	REFUSED(len, rw, MAP_PRIVATE, 0, EINVAL, "mmap: private");
	REFUSED(len, rw | PROT_EXEC, MAP_SHARED, 0, EINVAL, "mmap: executable");
	REFUSED(len + 4096, rw, MAP_SHARED, 0, EINVAL, "mmap: too long");
	REFUSED(4096, rw, MAP_SHARED, 0, EINVAL, "mmap: too short");
	REFUSED(len, rw, MAP_SHARED, 4096, ENXIO, "mmap: inside a ring");
	REFUSED(len, rw, MAP_SHARED, (off_t)(KTAP_RING_STRIDE * 4095), ENXIO, "mmap: no such processor");
	p = mmap(NULL, len, rw, MAP_SHARED, fd, 0);
	ok(p != MAP_FAILED, "mmap");
	ok(mprotect((void *)p, len, rw | PROT_EXEC) < 0, "a mapping cannot become executable");
	close(fd);
	p[len - 1] = 1;
	p[0] = 1;
	ok(p[len - 1] == 1, "a mapping outlives the descriptor");
	munmap((void *)p, len);
}

static void polls(void)
{
	struct ktap_event ev;
	struct pollfd p;
	int fd;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	fd = ktap_trace(image, image_len, &ev, 1, NULL);
	ok(fd >= 0, "a session traces");
	p = (struct pollfd){ .fd = fd, .events = POLLIN };
	is(poll(&p, 1, 0), 0, "poll: nothing yet");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	is(poll(&p, 1, 0), 1, "poll: something");
	ok(p.revents & POLLHUP, "poll: hang-up after STOP");
	close(fd);
}

static void unprivileged(void)
{
	int fd;

	chmod(KTAP_DEVICE, 0666);
	if (seteuid(65534))
		perror("seteuid");
	fd = ktap_open();
	if (seteuid(0))
		perror("seteuid");
	chmod(KTAP_DEVICE, 0600);
	is(fd, -EPERM, "open without CAP_SYS_ADMIN and CAP_PERFMON, whatever the mode");
}

/* --- rows that tell how callers are found --- */

static int give(int fd, int file, const struct ktap_unwind_row *rows, unsigned n, unsigned *bad)
{
	struct ktap_ioc_unwind io = { .size = sizeof(io), .fd = file, .rows = (uintptr_t)rows, .count = n };
	int err = ktap_call(fd, KTAP_IOC_UNWIND, &io);

	*bad = io.bad;
	return err;
}

static int unread(int fd, struct ktap_ioc_unread *io)
{
	*io = (struct ktap_ioc_unread){ .size = sizeof(*io), .fd = -1 };
	return ktap_call(fd, KTAP_IOC_UNREAD, io);
}

static const struct ktap_unwind_row some_rows[] = {
	{ 16, 1, KTAP_UNWIND_SP, 0 }, { 32, 2, KTAP_UNWIND_BP, 2 }, { 48, 0, KTAP_UNWIND_NONE, 0 },
};

static void rows_refused(void)
{
	const struct ktap_unwind_row back[] = { some_rows[1], some_rows[0], some_rows[2] };
	const struct ktap_unwind_row strange[] = { some_rows[0], { 20, 1, 77, 0 }, some_rows[2] };
	int fd = ktap_open(), exe = open("/proc/self/exe", O_RDONLY), dir = open("/", O_RDONLY);
	void *stack;
	size_t len;
	unsigned bad;

	stack = image_make(IMAGE_STACK, &len);
	is(give(fd, exe, some_rows, 3, &bad), -EBUSY, "UNWIND before LOAD");
	is(ktap_load(fd, image, image_len, &(struct ktap_ioc_load){ 0 }), 0, "LOAD without stacks");
	is(give(fd, exe, some_rows, 3, &bad), -EBUSY, "UNWIND of a program without stacks");
	close(fd);
	fd = ktap_open();
	is(ktap_load(fd, stack, len, &(struct ktap_ioc_load){ 0 }), 0, "LOAD");
	is(give(fd, -1, some_rows, 3, &bad), -EBADF, "UNWIND without a file");
	is(give(fd, dir, some_rows, 3, &bad), -EINVAL, "UNWIND of a folder");
	is(give(fd, fd, some_rows, 3, &bad), -EINVAL, "UNWIND of a device");
	is(give(fd, exe, (void *)8, 3, &bad), -EFAULT, "UNWIND of a bad pointer");
	/* #: There is room for 8 million places in all, some 300 times the C library. */
	is(give(fd, exe, some_rows, KTAP_MAX_UNWIND / 8 + 1, &bad), -ENOSPC, "UNWIND of too many rows");
	is(give(fd, exe, some_rows, ~0u, &bad), -ENOSPC, "UNWIND of absurdly many rows");
	is(give(fd, exe, back, 3, &bad), -EBADMSG, "rows that go back");
	is(bad, 1, "which is told");
	is(give(fd, exe, strange, 3, &bad), -EBADMSG, "a row of no known rule");
	is(bad, 1, "which is told");
	is(give(fd, exe, some_rows, 2, &bad), -EBADMSG, "rows without their end");
	is(bad, 2, "which is told");
	is(give(fd, exe, some_rows, 3, &bad), 0, "UNWIND");
	is(give(fd, exe, some_rows, 3, &bad), -EEXIST, "UNWIND again");
	close(dir);
	close(exe);
	close(fd);
	free(stack);
}

/* Its only file is this program's own: it has no libraries. */
static void files_are_told(void)
{
	struct ktap_ioc_unread io, none;
	struct ktap_event ev;
	struct stat exe, told;
	struct pollfd p;
	void *stack;
	size_t len;
	unsigned bad;

	stack = image_make(IMAGE_STACK, &len);
	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	p = (struct pollfd){ .fd = ktap_trace(stack, len, &ev, 1, NULL), .events = POLLPRI };
	is(unread(p.fd, &io), -ENOENT, "UNREAD before any stack");
	is(poll(&p, 1, 0), 0, "poll: nothing unread");
	syscall(SYS_getppid);
	is(poll(&p, 1, 5000), 1, "poll: a file is unread");
	is(p.revents, POLLPRI, "and nothing else is");
	is(unread(p.fd, &io), 0, "UNREAD");
	ok(!stat("/proc/self/exe", &exe) && !fstat(io.fd, &told) && exe.st_ino == told.st_ino,
	   "tells of this program");
	is(unread(p.fd, &none), -ENOENT, "UNREAD once more");
	is(poll(&p, 1, 0), 0, "poll: nothing unread any more");
	is(give(p.fd, io.fd, NULL, 0, &bad), 0, "UNWIND: it tells nothing");
	close(io.fd);
	close(p.fd);
	free(stack);
}

/* Well-formed rows that lead anywhere: the walk believes none of them. */
static void rows_of_nonsense(void)
{
	enum { N = 60000 };
	struct ktap_unwind_row *rows = calloc(N, sizeof(*rows));
	struct ktap_probe_stats stats;
	struct ktap_event ev;
	void *stack;
	size_t len;
	unsigned bad;
	int fd, exe;

	stack = image_make(IMAGE_STACK, &len);
	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	for (int round = 0; round < 20; round++) {
		srand(round);
		for (int i = 0; i < N - 1; i++)
			rows[i] = (struct ktap_unwind_row){
				i * 16, 1 + rand() % (round % 2 ? 0xffff : 8), 1 + rand() % 3, rand() % 254 };
		rows[N - 1] = (struct ktap_unwind_row){ N * 16, 0, KTAP_UNWIND_NONE, 0 };
		fd = ktap_trace(stack, len, &ev, 1, NULL);
		exe = open("/proc/self/exe", O_RDONLY);
		if (give(fd, exe, rows, N, &bad))
			ok(false, "rows are taken");
		for (int i = 0; i < 50; i++)
			syscall(SYS_getppid);
		ktap_stats(fd, 0, &stats);
		if (stats.run != 50 || stats.errors)
			ok(false, "handlers run");
		close(exe);
		close(fd);
	}
	ok(true, "20 tables of nonsense are walked by");
	free(rows);
	free(stack);
}

int main(void)
{
	image = image_make(IMAGE_COUNT, &image_len);
	sizes();
	larger();
	loads();
	states();
	late();
	events();
	maps();
	polls();
	rows_refused();
	files_are_told();
	rows_of_nonsense();
	unprivileged();
	free(image);
	return tap_done();
}
