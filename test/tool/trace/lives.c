// SPDX-License-Identifier: GPL-2.0
/*
 * lives.c - sessions that end in every way, and what they leave behind: nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "leftover.h"
#include "tap.h"
#include "work.h"

/* Tracers die at any moment, in any state, while events fire. */
void case_killing(void)
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
void case_cycles(void)
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
void case_mutations(void)
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

/* Nothing holds the module any more. The last case of a run. */
void case_unload(void)
{
	is(syscall(SYS_delete_module, "ktapvm", O_NONBLOCK), 0, "the module unloads");
}
