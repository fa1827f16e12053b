// SPDX-License-Identifier: GPL-2.0
/*
 * output.c - records: delivered or counted, whoever reads, or does not.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

/* What is emitted is delivered or counted as dropped; what is delivered is read. */
void case_printing(void)
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
void case_first_record(void)
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
void case_no_reader(void)
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
void case_vandal(void)
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
