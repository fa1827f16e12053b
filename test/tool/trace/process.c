// SPDX-License-Identifier: GPL-2.0
/*
 * process.c - bodies in process context: what is told, and what has no end.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "cases.h"
#include "tap.h"
#include "work.h"

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
void case_told(void)
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
void case_told_endless(void)
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

static void *stop_soon(void *fd)
{
	usleep(50000);
	ktap_call((int)(long)fd, KTAP_IOC_STOP, NULL);
	return NULL;
}

/* An endless main chunk ends by a signal, or by STOP from another thread. */
void case_endless(void)
{
	struct ktap_ioc_load load = { 0 };
	struct ktap_ioc_run run;
	pthread_t thread;
	size_t len;
	void *image = image_make(IMAGE_LOOP, &len);
	int fd = ktap_open();

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
