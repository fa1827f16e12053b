// SPDX-License-Identifier: GPL-2.0
/*
 * syscalls.c - each call of the system is counted, once for each handler and processor.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

/* Every call on every processor is counted once. */
void case_count(void)
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
void case_sizes(void)
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
void case_filter(void)
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
void case_sharing(void)
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
