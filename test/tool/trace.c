// SPDX-License-Identifier: GPL-2.0
/*
 * trace.c - ktap-trace CASE..: sessions at work. Each case is a function below.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <ktap/bytecode.h>

#include "image.h"
#include "leftover.h"
#include "session.h"
#include "tap.h"

#define PROBE_SKIPPED(st) ((st).skipped_reentry + (st).skipped_filter + \
			   (st).skipped_record + (st).skipped_stopped)

static void call_getppid(long times)
{
	while (times--)
		syscall(SYS_getppid);
}

/* A child pinned to a processor that makes so many calls; -1: until killed. */
static pid_t worker(int cpu, long times)
{
	pid_t pid = fork();
	cpu_set_t set;

	if (pid)
		return pid;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	call_getppid(times);
	_exit(0);
}

static int cpus(void)
{
	return sysconf(_SC_NPROCESSORS_ONLN);
}

struct seen {
	unsigned long prints, others, errors;
	long long last;		/* number printed last */
	__u64 time;
	bool backwards;
};

static void see(const struct ktap_rec *rec, void *arg)
{
	const struct ktap_val *v = (const void *)(rec + 1);
	struct seen *s = arg;

	if (rec->time_ns < s->time)
		s->backwards = true;
	s->time = rec->time_ns;
	if (rec->kind == KTAP_REC_ERROR)
		s->errors++;
	if (rec->kind != KTAP_REC_PRINT) {
		s->others++;
		return;
	}
	s->prints++;
	if (v->tag == KTAP_T_INT)
		memcpy(&s->last, v + 1, 8);
}

/* Ends the session and gives what its trace_end function printed. */
static long long end(int fd, struct rings *r)
{
	struct seen seen = { 0 };
	struct ktap_ioc_run run;

	ktap_call(fd, KTAP_IOC_STOP, NULL);
	rings_drain(r, NULL, NULL);
	ktap_run(fd, KTAP_RUN_END, &run);
	rings_drain(r, see, &seen);
	rings_unmap(r);
	close(fd);
	return seen.prints == 1 ? seen.last : -1;
}

static int start(enum image_what what, struct ktap_event *ev, int n, const struct ktap_ioc_load *opts)
{
	size_t len;
	void *image = image_make(what, &len);
	int fd = ktap_trace(image, len, ev, n, opts);

	free(image);
	return fd;
}

static int tell(int fd, __u32 kind, int nr, int *bodies)
{
	struct ktap_ioc_tell io = { .size = sizeof(io), .kind = kind, .nr = nr };
	int err = ktap_call(fd, KTAP_IOC_TELL, &io);

	*bodies = io.bodies;
	return err;
}

static void event_told(struct ktap_event *ev, enum ktap_event_kind kind, int nr)
{
	event_syscall(ev, kind, nr, 0);
	ev->args = 0;
}

/* What is told runs once in each of its handlers, before the call returns. */
static void told(void)
{
	struct ktap_event ev[4];
	struct ktap_probe_stats st;
	struct ktap_ioc_run run;
	struct rings r;
	int fd, n, i;

	event_told(&ev[0], KTAP_EV_SIGNAL, SIGUSR1);
	event_told(&ev[1], KTAP_EV_SIGNAL, SIGUSR2);
	event_told(&ev[2], KTAP_EV_SIGNAL, SIGUSR1);
	event_told(&ev[3], KTAP_EV_EXIT, -1);
	fd = start(IMAGE_COUNT, ev, 4, NULL);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "signals and the end of a command"))
		return;
	for (i = 0; i < 100; i++)
		is(tell(fd, KTAP_EV_SIGNAL, SIGUSR1, &n), 0, "a signal");
	is(n, 2, "two handlers");
	ktap_stats(fd, 2, &st);
	is(st.run, 100, "each body has run when the call returns");
	is(tell(fd, KTAP_EV_SIGNAL, SIGHUP, &n), 0, "a signal without handlers");
	is(n, 0, "none");
	is(tell(fd, KTAP_EV_EXIT, 0, &n), 0, "the end of the command");
	is(n, 1, "one handler");
	is(tell(fd, KTAP_EV_EXIT, 1, &n), -EINVAL, "which has no number");
	is(tell(fd, KTAP_EV_TICK, 0, &n), -EINVAL, "a tick is not told");
	is(tell(fd, 99, 0, &n), -EINVAL, "an unknown kind");
	ktap_stats(fd, 1, &st);
	is(st.fired, 0, "nothing of the other signal");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	is(tell(fd, KTAP_EV_EXIT, 0, &n), -EBUSY, "nothing can be told after it");
	rings_drain(&r, NULL, NULL);
	is(ktap_run(fd, KTAP_RUN_END, &run), 0, "RUN END");
	is(tell(fd, KTAP_EV_EXIT, 0, &n), -EBUSY, "nor after the end");
	rings_unmap(&r);
	close(fd);
	fd = ktap_open();
	is(tell(fd, KTAP_EV_EXIT, 0, &n), -EBUSY, "nor before a program is there");
	close(fd);
}

/* A body without end is left by a signal, and ended by STOP. */
static void told_endless(void)
{
	struct ktap_probe_stats st;
	struct ktap_event ev;
	int fd, n;

	event_told(&ev, KTAP_EV_EXIT, -1);
	fd = start(IMAGE_STUCK, &ev, 1, NULL);
	ok(fd >= 0, "an endless body");
	alarm(1);
	is(tell(fd, KTAP_EV_EXIT, 0, &n), -EINTR, "a signal ends the wait");
	alarm(1);
	is(tell(fd, KTAP_EV_EXIT, 0, &n), -EINTR, "and again");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP ends the body");
	ktap_stats(fd, 0, &st);
	is(st.run, 1, "which ran");
	is(st.missed, 1, "what was told besides is counted");
	close(fd);
}

/* Every call on every processor is counted once. */
static void count(void)
{
	const long times = 500000;
	struct ktap_probe_stats st[2];
	struct ktap_event ev[2];
	struct rings r;
	int i, n = 2, fd;

	event_syscall(&ev[0], KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	event_syscall(&ev[1], KTAP_EV_SYS_EXIT, SYS_getppid, 0);
	fd = start(IMAGE_COUNT, ev, 2, NULL);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "a session counts getppid"))
		return;
	for (i = 0; i < n; i++)
		worker(i % cpus(), times);
	for (i = 0; i < n; i++)
		wait(NULL);
	ktap_stats(fd, 0, &st[0]);
	ktap_stats(fd, 1, &st[1]);
	is(st[0].fired, n * times, "entries fired");
	is(st[1].fired, n * times, "returns fired");
	is(st[0].run + PROBE_SKIPPED(st[0]), st[0].fired, "fired = run + skipped");
	is(end(fd, &r), st[0].run + st[1].run, "each handler that ran added one");
	is(st[0].run + st[1].run, 2 * n * times, "and all ran");
}

/* Callers that know fewer counts, or more, of a probe than the module has. */
static void sizes(void)
{
	struct { struct ktap_probe_stats st; uint64_t beyond; } room;
	struct ktap_ioc_probe_stats io;
	struct ktap_event ev;
	struct rings r;
	int fd;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	fd = start(IMAGE_COUNT, &ev, 1, NULL);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "a session whose counts are read"))
		return;
	worker(0, 10);
	wait(NULL);
	memset(&room, 0xff, sizeof(room));
	io = (struct ktap_ioc_probe_stats){ .size = 24, .count = 1, .stats = (uintptr_t)&room };
	is(ktap_call(fd, KTAP_IOC_PROBES, &io), 0, "by a caller of the first version");
	ok(room.st.fired == 10 && !room.st.faults, "counts are there");
	ok(room.st.skipped_throttled == UINT64_MAX, "and nothing behind those that it knows");
	io = (struct ktap_ioc_probe_stats){ .size = sizeof(io), .count = 1, .stats = (uintptr_t)&room,
					    .each = sizeof(room) };
	is(ktap_call(fd, KTAP_IOC_PROBES, &io), 0, "by one that knows more");
	ok(room.st.fired == 10 && !room.st.strings_cut && !room.beyond, "further ones are zero");
	io.each = 72;
	is(ktap_call(fd, KTAP_IOC_PROBES, &io), -EINVAL, "fewer than ever there were");
	io.each = 84;
	is(ktap_call(fd, KTAP_IOC_PROBES, &io), -EINVAL, "half a count");
	io.each = 80;
	io.reserved = 1;
	is(ktap_call(fd, KTAP_IOC_PROBES, &io), -EINVAL, "a reserved field");
	end(fd, &r);
}

/* Only the traced process's calls reach the handler; the others are counted as such. */
static void filter(void)
{
	struct ktap_probe_stats st;
	struct ktap_ioc_load opts = { 0 };
	struct ktap_event ev;
	struct rings r;
	int fd;

	opts.npids = 1;
	opts.pids = (uintptr_t)&(__u32){ getpid() };
	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	fd = start(IMAGE_COUNT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "a session for this process"))
		return;
	worker(0, 1000);
	wait(NULL);
	call_getppid(77);
	ktap_stats(fd, 0, &st);
	is(st.run, 77, "own calls");
	is(st.skipped_filter, 1000, "calls of another process");
	is(end(fd, &r), 77, "counted");
}

/* Handlers of one call run each, in several sessions at once. */
static void sharing(void)
{
	enum { SESSIONS = 5, EVENTS = 3 };
	struct ktap_event ev[EVENTS];
	struct rings r[SESSIONS];
	int i, fd[SESSIONS];

	for (i = 0; i < EVENTS; i++)
		event_syscall(&ev[i], KTAP_EV_SYS_ENTER, SYS_getppid, 0);
	for (i = 0; i < SESSIONS; i++) {
		fd[i] = start(IMAGE_COUNT, ev, EVENTS, NULL);
		if (!ok(fd[i] >= 0 && !rings_map(fd[i], KTAP_DEF_RING, &r[i]), "session %d", i))
			return;
	}
	call_getppid(1000);
	for (i = 0; i < SESSIONS; i++)
		is(end(fd[i], &r[i]), 1000 * EVENTS, "session %d counts for each handler", i);
}

/* What is emitted is delivered or counted as dropped; what is delivered is read. */
static void printing(void)
{
	struct ktap_ioc_load opts = { .ring_size = 64 << 10 };
	struct ktap_ioc_stats st = { .size = sizeof(st) };
	struct seen seen = { 0 };
	unsigned long polls = 0;
	struct ktap_event ev;
	struct pollfd p;
	struct rings r;
	int fd, i, n = 2;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, opts.ring_size, &r), "a session prints getppid"))
		return;
	for (i = 0; i < n; i++)
		worker(i % cpus(), 20000);
	p = (struct pollfd){ .fd = fd, .events = POLLIN };
	while (n > 0) {
		polls += poll(&p, 1, 1000) > 0;
		for (i = 0; i < r.n; i++) {
			struct rings one = { 1, r.bytes, &r.page[i], &r.tail[i] };

			seen.time = 0;	/* in order within a processor */
			rings_drain(&one, see, &seen);
		}
		while (waitpid(-1, NULL, WNOHANG) > 0)
			n--;
	}
	ktap_call(fd, KTAP_IOC_STOP, NULL);
	seen.time = 0;
	ktap_call(fd, KTAP_IOC_STATS, &st);
	for (i = 0; i < r.n; i++) {
		struct rings one = { 1, r.bytes, &r.page[i], &r.tail[i] };

		seen.time = 0;
		rings_drain(&one, see, &seen);
	}
	is(st.emitted, 40000, "each call emitted a record");
	is(st.delivered + st.dropped, st.emitted, "emitted = delivered + dropped");
	is(seen.prints, st.delivered, "all delivered were read");
	is(seen.last, SYS_getppid, "a record holds the call's number");
	ok(!seen.backwards, "times never go back in a ring");
	ok(polls > 0, "the reader was woken");
	printf("# %lu read, %llu dropped, %lu wakes\n", seen.prints,
	       (unsigned long long)st.dropped, polls);
	rings_unmap(&r);
	close(fd);
}

/* Who asks for any record has the first, who asks for half a ring waits on. */
static void first_record(void)
{
	struct ktap_ioc_load opts = { .ring_size = 64 << 10 };
	struct pollfd half, any;
	struct ktap_event ev;
	struct rings r;
	int fd;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, opts.ring_size, &r), "a session whose first record is waited for"))
		return;
	half = (struct pollfd){ .fd = fd, .events = POLLIN };
	any = (struct pollfd){ .fd = fd, .events = POLLIN | POLLRDNORM };
	is(poll(&any, 1, 0), 0, "there is none yet");
	if (!fork()) {
		usleep(100000);
		call_getppid(1);
		_exit(0);
	}
	is(poll(&any, 1, -1), 1, "one wakes who sleeps");
	ok(any.revents & POLLRDNORM, "and is what it slept for");
	is(poll(&half, 1, 0), 0, "half a ring is more than that");
	rings_drain(&r, NULL, NULL);
	is(poll(&any, 1, 0), 0, "and read it is none");
	rings_unmap(&r);
	close(fd);
	wait(NULL);
}

/* Nobody reads: the rest is dropped and counted, nothing else happens. */
static void no_reader(void)
{
	struct ktap_ioc_load opts = { .ring_size = KTAP_MIN_RING };
	struct ktap_ioc_stats st = { .size = sizeof(st) };
	struct ktap_event ev;
	int fd;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0, "a session without reader"))
		return;
	call_getppid(10000);
	ktap_call(fd, KTAP_IOC_STATS, &st);
	is(st.emitted, 10000, "all emitted");
	ok(st.dropped > 9000, "most dropped");
	is(st.delivered + st.dropped, st.emitted, "and counted");
	close(fd);
}

/* The reader writes nonsense into the page that it shares with the module. */
static void vandal(void)
{
	struct ktap_ioc_load opts = { .ring_size = KTAP_MIN_RING };
	struct ktap_ioc_stats st = { .size = sizeof(st) };
	struct ktap_event ev;
	struct rings r;
	int fd, i, j;

	event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, opts.ring_size, &r), "a session with a vandal"))
		return;
	srand(1);
	for (i = 0; i < 2000; i++) {
		for (j = 0; j < r.n; j++) {
			unsigned *word = (unsigned *)r.page[j];

			word[rand() % 6] = rand();
			word[rand() % 6] = i % 3 ? 0 : ~0u;
			if (i % 7 == 0)
				memset(r.page[j], rand(), KTAP_RING_CTL + opts.ring_size);
		}
		call_getppid(20);
	}
	ktap_call(fd, KTAP_IOC_STATS, &st);
	is(st.emitted, 40000, "all emitted");
	is(st.delivered + st.dropped, st.emitted, "and counted");
	rings_unmap(&r);
	close(fd);
}

static void *stop_soon(void *fd)
{
	usleep(50000);
	ktap_call((int)(long)fd, KTAP_IOC_STOP, NULL);
	return NULL;
}

static void on_alarm(int sig)
{
	(void)sig;
}

/* An endless main chunk ends by a signal, or by STOP from another thread. */
static void endless(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_run run;
	pthread_t thread;
	size_t len;
	void *image = image_make(IMAGE_LOOP, &len);
	int fd = ktap_open();

	sigaction(SIGALRM, &act, NULL);
	is(ktap_load(fd, image, len, &load), 0, "LOAD of an endless loop");
	ualarm(50000, 0);
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), -EINTR, "a signal ends it");
	close(fd);

	fd = ktap_open();
	load = (struct ktap_ioc_load){ 0 };
	ktap_load(fd, image, len, &load);
	pthread_create(&thread, NULL, stop_soon, (void *)(long)fd);
	is(ktap_run(fd, KTAP_RUN_MAIN, &run), -EINTR, "STOP ends it");
	pthread_join(thread, NULL);
	close(fd);
	free(image);
}

/* Tracers die at any moment, in any state, while events fire. */
static void killing(void)
{
	struct timespec t = { 0 };
	pid_t load[2], pid;
	int i, n = 60;

	for (i = 0; i < 2; i++)
		load[i] = worker(i % cpus(), -1);
	srand(2);
	for (i = 0; i < n; i++) {
		pid = fork();
		if (!pid) {
			struct ktap_event ev;
			struct rings r;
			int fd;

			event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, 1);
			for (;;) {
				fd = start(IMAGE_PRINT, &ev, 1, NULL);
				if (fd >= 0)
					rings_map(fd, KTAP_DEF_RING, &r);
				else
					_exit(1);
				if (i % 2) {
					ktap_call(fd, KTAP_IOC_STOP, NULL);
					rings_unmap(&r);
					close(fd);
				}
			}
		}
		t.tv_nsec = rand() % 60000000;
		nanosleep(&t, NULL);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
	for (i = 0; i < 2; i++) {
		kill(load[i], SIGKILL);
		waitpid(load[i], NULL, 0);
	}
	ok(true, "%d tracers killed", n);
}

static void cycle(void)
{
	struct ktap_event ev[2];
	struct rings r;
	int fd;

	event_syscall(&ev[0], KTAP_EV_SYS_ENTER, SYS_getppid, 1);
	event_syscall(&ev[1], KTAP_EV_SYS_EXIT, SYS_getppid, 1);
	fd = start(IMAGE_PRINT, ev, 2, NULL);
	if (fd < 0 || rings_map(fd, KTAP_DEF_RING, &r)) {
		ok(false, "cycle: %s", strerror(-fd));
		exit(1);
	}
	call_getppid(100);
	end(fd, &r);
}

/* A hundred sessions under load leave nothing behind. */
static void cycles(void)
{
	struct held before, after;
	pid_t load[2];
	int i;

	for (i = 0; i < 2; i++)
		load[i] = worker(i % cpus(), -1);
	for (i = 0; i < 20; i++)
		cycle();
	before = held_now();
	for (i = 0; i < 100; i++)
		cycle();
	after = held_now();
	printf("# slab %ld to %ld kB, percpu %ld to %ld kB, areas %ld to %ld\n", before.slab_kb,
	       after.slab_kb, before.percpu_kb, after.percpu_kb, before.areas, after.areas);
	ok(after.slab_kb - before.slab_kb < 1500, "slab memory stays");
	is(after.percpu_kb, before.percpu_kb, "percpu memory stays");
	is(after.areas, before.areas, "vmalloc areas stay");
	for (i = 0; i < 2; i++) {
		kill(load[i], SIGKILL);
		waitpid(load[i], NULL, 0);
	}
}

/*
 * Images with random bytes changed are refused, or run without harm. The header's
 * magic and version are left alone, or nothing else would be tried.
 */
static void mutations(void)
{
	unsigned long refused = 0, ran = 0, odd = 0;
	struct ktap_event ev;
	int i, j, n = 1000;

	srand(3);
	for (i = 0; i < n; i++) {
		struct ktap_ioc_load load = { .max_steps = 10000 };
		struct ktap_ioc_attach attach;
		struct ktap_ioc_run run;
		size_t len;
		unsigned char *image = image_make(i % 2 ? IMAGE_PRINT : IMAGE_COUNT, &len);
		int fd = ktap_open(), err;

		for (j = 0; j <= i % 3; j++)
			image[8 + rand() % (len - 8)] = i % 5 ? rand() : 1 << rand() % 8;
		err = ktap_load(fd, image, len, &load);
		if (err == -EBADMSG && load.error.code) {
			refused++;
		} else if (!err) {
			ran++;
			ualarm(200000, 0);
			event_syscall(&ev, KTAP_EV_SYS_ENTER, SYS_getppid, i % 2);
			while (!ktap_run(fd, KTAP_RUN_MAIN, &run) && run.status == KTAP_RUN_TRACE)
				ktap_attach(fd, &ev, 1, &attach);
			call_getppid(10);
			ktap_call(fd, KTAP_IOC_STOP, NULL);
			ktap_run(fd, KTAP_RUN_END, &run);
			ualarm(0, 0);
		} else {
			odd++;
			printf("# image %d: %s\n", i, strerror(-err));
		}
		close(fd);
		free(image);
	}
	printf("# %lu refused, %lu run\n", refused, ran);
	is(refused + ran, n, "changed images are refused with a reason, or run");
	is(odd, 0, "no other answer");
}

/* An event by its name; field 0 is a number in the record, if nrefs says so. */
static void event_tracepoint(struct ktap_event *ev, const char *system, const char *name,
			     const struct ktap_field *f)
{
	memset(ev, 0, sizeof(*ev));
	ev->size = sizeof(*ev);
	ev->kind = KTAP_EV_TRACEPOINT;
	ev->nr = -1;
	ev->rec_size = f ? f->offset + 4 : 0;
	ev->nrefs = !!f;
	ev->args = (unsigned long)f;
	snprintf(ev->system, sizeof(ev->system), "%s", system);
	snprintf(ev->name, sizeof(ev->name), "%s", name);
}

/* The number by which perf knows an event, 0 if there is none. */
static unsigned event_id(const char *system, const char *name)
{
	char path[400];
	unsigned id = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/%s/id", system, name);
	f = fopen(path, "r");
	if (f && fscanf(f, "%u", &id) != 1)
		id = 0;
	if (f)
		fclose(f);
	return id;
}

/* Offset of a field as the event's format file has it, -1 if there is none. */
static int field_offset(const char *system, const char *name, const char *field)
{
	char path[400], line[256], want[64], *at;
	int offset = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/%s/format", system, name);
	snprintf(want, sizeof(want), " %s;", field);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strstr(line, want) && (at = strstr(line, "offset:")))
			offset = atoi(at + 7);
	if (f)
		fclose(f);
	return offset;
}

struct signals { unsigned long mine, all; };

static void see_signal(const struct ktap_rec *rec, void *arg)
{
	struct signals *n = arg;
	__s64 sig;

	if (rec->kind != KTAP_REC_PRINT)
		return;
	memcpy(&sig, (const char *)(rec + 1) + sizeof(struct ktap_val), 8);
	n->all++;
	n->mine += sig == SIGUSR1;
}

/* One tracepoint without fields, by the plain path; and with, by a record. */
/* 5.10's headers do not tell how a record is made: the module leaves all to perf. */
static bool has_builders(void)
{
	struct utsname name;

	return uname(&name) || strncmp(name.release, "5.10.", 5);
}

static void tracepoints(void)
{
	struct ktap_field sig = { .source = KTAP_SRC_RECORD, .type = KTAP_FT_S32 };
	const __u32 me = getpid();
	struct ktap_ioc_load opts = { .npids = 1, .pids = (uintptr_t)&me };
	struct ktap_probe_stats st;
	struct signals n = { 0 };
	struct ktap_event ev;
	struct rings r;
	int i, fd;

	signal(SIGUSR1, on_alarm);
	event_tracepoint(&ev, "signal", "signal_generate", NULL);
	fd = start(IMAGE_COUNT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "signal_generate, no field"))
		return;
	is(ev.path, KTAP_PATH_PLAIN, "by the plain path");
	for (i = 0; i < 1000; i++)
		raise(SIGUSR1);
	is(end(fd, &r), 1000, "counted");

	sig.offset = field_offset("signal", "signal_generate", "sig");
	event_tracepoint(&ev, "signal", "signal_generate", &sig);
	ev.id = event_id("signal", "signal_generate");
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "signal_generate, a field"))
		return;
	is(ev.path, has_builders() ? KTAP_PATH_DERIVED : KTAP_PATH_PERF, "from the arguments, or by perf");
	for (i = 0; i < 1000; i++)
		raise(SIGUSR1);
	ktap_stats(fd, 0, &st);
	is(st.run, 1000, "run");
	is(st.run + PROBE_SKIPPED(st), st.fired, "fired = run + skipped");
	ktap_call(fd, KTAP_IOC_STOP, NULL);
	rings_drain(&r, see_signal, &n);
	is(n.mine, 1000, "each record has the signal's number");
	rings_unmap(&r);
	close(fd);
}

/* perf tells the process's registers of an event that a process's code brings about. */
static void user_registers(void)
{
	struct ktap_field nr = { .source = KTAP_SRC_RECORD, .type = KTAP_FT_S32, .offset = 8 };
	const __u32 me = getpid();
	struct ktap_ioc_load opts = { .npids = 1, .pids = (uintptr_t)&me };
	struct ktap_probe_stats st;
	struct ktap_event ev;
	struct rings r;
	int fd;

	event_tracepoint(&ev, "syscalls", "sys_exit_getppid", &nr);
	ev.id = event_id("syscalls", "sys_exit_getppid");
	fd = start(IMAGE_PRINT, &ev, 1, &opts);
	if (!ok(fd >= 0 && !rings_map(fd, KTAP_DEF_RING, &r), "an event with a process's registers"))
		return;
	is(ev.path, KTAP_PATH_PERF, "by perf");
	call_getppid(1000);
	ktap_stats(fd, 0, &st);
	is(st.run, 1000, "run");
	is(end(fd, &r), 1000, "counted");
}

/* A module may go although its events are traced; --modprobe nbd has loaded it. */
static void going(void)
{
	struct ktap_probe_stats st;
	struct ktap_event ev;
	int fd;

	event_tracepoint(&ev, "nbd", "nbd_send_request", NULL);
	fd = start(IMAGE_COUNT, &ev, 1, NULL);
	if (!ok(fd >= 0, "an event of a module"))
		return;
	is(syscall(SYS_delete_module, "nbd", O_NONBLOCK), 0, "the module goes");
	is(ktap_stats(fd, 0, &st), 0, "the probe's statistics stay");
	is(ktap_call(fd, KTAP_IOC_STOP, NULL), 0, "STOP");
	close(fd);
	is(start(IMAGE_COUNT, &ev, 1, NULL), -ENOENT, "its events are gone");
}

/* Every event that there is, in system/name order; returns how many. */
static int all_events(struct ktap_event *ev, int room, const struct ktap_field *f)
{
	char line[256], *colon;
	FILE *list = fopen("/sys/kernel/tracing/available_events", "r");
	int n = 0;

	while (list && n < room && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = 0;
		colon = strchr(line, ':');
		if (!colon || !strncmp(line, "syscalls:", 9) || !strncmp(line, "ftrace:", 7))
			continue;
		*colon = 0;
		event_tracepoint(&ev[n], line, colon + 1, f);
		ev[n].id = event_id(line, colon + 1);
		n++;
	}
	if (list)
		fclose(list);
	return n;
}

static double now_ns(void);

static void everything_by(enum image_what what, const struct ktap_field *f, const char *how)
{
	static struct ktap_event ev[3000];
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_attach attach;
	struct ktap_probe_stats st;
	struct ktap_ioc_run run;
	unsigned long fired = 0, ran = 0, skipped = 0, reentry = 0, stopped = 0;
	double began, attached, detached;
	int n, i, fd = ktap_open(), paths[KTAP_PATH__MAX] = { 0 };
	pid_t load_pid;
	size_t len;
	void *image = image_make(what, &len);

	n = all_events(ev, 3000, f);
	ktap_load(fd, image, len, &load);
	ktap_run(fd, KTAP_RUN_MAIN, &run);
	began = now_ns();
	is(ktap_attach(fd, ev, n, &attach), 0, "ATTACH of all %s", how);
	attached = now_ns();
	ktap_run(fd, KTAP_RUN_MAIN, &run);
	for (i = 0; i < n; i++)
		paths[ev[i].path]++;
	printf("# %s: %d events: %d plain, %d record, %d perf, %d not\n", how, n,
	       paths[KTAP_PATH_PLAIN], paths[KTAP_PATH_RECORD], paths[KTAP_PATH_PERF],
	       paths[KTAP_PATH_NONE]);
	for (i = 0; i < n; i++)
		if (ev[i].path == KTAP_PATH_NONE)
			printf("# not attached: %s:%s: %s\n", ev[i].system, ev[i].name,
			       strerror(-ev[i].error));
	load_pid = worker(0, 20000);
	for (i = 0; i < 20; i++) {
		struct rings r;

		usleep(20000);
		if (!fork())
			_exit(0);
		wait(NULL);
		if (!rings_map(fd, KTAP_DEF_RING, &r)) {
			rings_drain(&r, NULL, NULL);
			rings_unmap(&r);
		}
	}
	kill(load_pid, SIGKILL);
	wait(NULL);
	detached = now_ns();
	ktap_call(fd, KTAP_IOC_STOP, NULL);
	printf("# attached in %.0f ms, detached in %.0f ms\n", (attached - began) / 1e6,
	       (now_ns() - detached) / 1e6);
	for (i = 0; i < (int)attach.attached; i++) {
		ktap_stats(fd, i, &st);
		fired += st.fired;
		ran += st.run;
		skipped += PROBE_SKIPPED(st);
		reentry += st.skipped_reentry;
		stopped += st.skipped_stopped;
		if (st.fired != st.run + PROBE_SKIPPED(st))
			printf("# probe %d: fired %llu\n", i, (unsigned long long)st.fired);
	}
	printf("# %lu fired, %lu run, %lu skipped: %lu nested, %lu at the end\n", fired, ran,
	       skipped, reentry, stopped);
	is(ran + skipped, fired, "fired = run + skipped");
	ok(ran > 10000, "handlers ran");
	close(fd);
	free(image);
}

/* All tracepoints of the kernel at once, whatever context they fire in. */
static void everything(void)
{
	const struct ktap_field common = {
		.source = KTAP_SRC_RECORD, .type = KTAP_FT_S32, .offset = 4,
	};

	everything_by(IMAGE_COUNT, NULL, "without fields");
	everything_by(IMAGE_PRINT, &common, "with fields");
}

/* Nothing holds the module any more. The last case of a run. */
static void unload(void)
{
	is(syscall(SYS_delete_module, "ktapvm", O_NONBLOCK), 0, "the module unloads");
}

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

/* The median of some runs, a call. */
static double per_call(void)
{
	enum { RUNS = 5, CALLS = 20000 };
	double t[RUNS], start, x;
	int i, j;

	for (i = 0; i < RUNS; i++) {
		start = now_ns();
		call_getppid(CALLS);
		x = (now_ns() - start) / CALLS;
		for (j = i; j && t[j - 1] > x; j--)
			t[j] = t[j - 1];
		t[j] = x;
	}
	return t[RUNS / 2];
}

static double cost_of(int nr, enum image_what what, int n, const struct ktap_ioc_load *opts)
{
	struct ktap_event ev[2];
	int fd, i;
	double t;

	for (i = 0; i < n; i++)
		event_syscall(&ev[i], i ? KTAP_EV_SYS_EXIT : KTAP_EV_SYS_ENTER, nr, 0);
	fd = start(what, ev, n, opts);
	if (fd < 0)
		return -1;
	t = per_call();
	close(fd);
	return t;
}

/* What a call costs with and without; with a clock that counts instructions, exact. */
static void costs(void)
{
	const __u32 init = 1;
	struct ktap_ioc_load other = { .npids = 1, .pids = (uintptr_t)&init };
	double none = per_call();

	printf("# ns a call: untraced %.1f\n", none);
	printf("# another call traced +%.1f\n", cost_of(SYS_getpgid, IMAGE_COUNT, 1, NULL) - none);
	printf("# another process traced +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 1, &other) - none);
	printf("# counted on entry +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 1, NULL) - none);
	printf("# on entry and return +%.1f\n", cost_of(SYS_getppid, IMAGE_COUNT, 2, NULL) - none);
	ok(true, "costs");
}

static const struct {
	const char *name;
	void (*fn)(void);
} cases[] = {
#define _(name) { #name, name },
	_(count) _(sizes) _(filter) _(sharing) _(printing) _(first_record) _(no_reader) _(vandal) _(endless)
	_(told) _(told_endless) _(tracepoints) _(user_registers) _(going) _(everything)
	_(killing) _(cycles) _(mutations) _(costs) _(unload)
#undef _
};

static void run_case(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!strcmp(cases[i].name, name)) {
			printf("# %s\n", name);
			cases[i].fn();
			return;
		}
	ok(false, "no case named %s", name);
}

int main(int argc, char **argv)
{
	struct sigaction act = { .sa_handler = on_alarm };
	int i;

	sigaction(SIGALRM, &act, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 1; i < argc; i++)
		run_case(argv[i]);
	return tap_done();
}
