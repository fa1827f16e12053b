// SPDX-License-Identifier: GPL-2.0
/*
 * calls.c - random sequences of all calls of /dev/ktap, by threads of several processes
 * that share sessions, and that die at any moment.
 *
 *   calls SECONDS SEED IMAGE...
 *
 * Whoever runs it looks at the kernel's log. Here: nothing is left behind, and the module
 * goes when it is asked to.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../tool/leftover.h"
#include "../../tool/tap.h"
#include "action.h"
#include "place.h"

#define PROCESSES	6
#define THREADS		4
#define LIFE_MS		1500	/* of a process, at most */
#define WARM_UP		2	/* seconds before the first look */
#define SLAB_KB		3000	/* by which the kernel's own caches may have grown */
#define PERCPU_KB	800

static uint64_t seed;

static void on_signal(int nr)
{
	(void)nr;
}

static void *worker(void *arg)
{
	struct dice d;

	places_init();
	dice_seed(&d, (uintptr_t)arg);
	for (;;)
		act(&d);
	return NULL;
}

/* A signal now and then ends what would last. */
static void arm(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	struct itimerval every = { { 0, 15000 }, { 0, 15000 } };

	sigaction(SIGALRM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	signal(SIGCHLD, SIG_IGN);
	setitimer(ITIMER_REAL, &every, NULL);
}

/* Threads that act, until this one ends the process. */
static void process(uint64_t number)
{
	pthread_t thread;
	struct dice d;
	sigset_t all;
	int i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dice_seed(&d, number);
	arm();
	for (i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, worker, (void *)(uintptr_t)(number * THREADS + i));
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	usleep(1000 * (100 + pick(&d, LIFE_MS)));
	if (once_in(&d, 2))
		kill(getpid(), SIGKILL);
	_exit(0);
}

static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid)
		process(seed);
	seed++;
	return pid;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* As many processes as there should be, until the time is over; then none. */
static void run(double seconds)
{
	double end = now() + seconds;
	pid_t pid, of[PROCESSES];
	int i;

	for (i = 0; i < PROCESSES; i++)
		of[i] = start();
	while ((pid = wait(NULL)) > 0)	/* one of these, or a child that one left */
		for (i = 0; i < PROCESSES; i++)
			if (of[i] == pid)
				of[i] = now() < end ? start() : 0;
}

static void tell(const struct tally *t)
{
	unsigned long done = 0, went = 0;
	int i;

	for (i = 0; i < ACT__MAX; i++) {
		printf("# %-10s %7lu, %7lu went well\n", action_name[i], t->done[i], t->went[i]);
		done += t->done[i];
		went += t->went[i];
	}
	printf("# %lu actions in all, %lu went well\n", done, went);
}

static void compare(const struct held *a, const struct held *b)
{
	printf("# areas %ld to %ld (%ld to %ld kB), slab %ld to %ld kB, percpu %ld to %ld kB\n", a->areas, b->areas,
	       a->area_kb, b->area_kb, a->slab_kb, b->slab_kb, a->percpu_kb, b->percpu_kb);
	is(b->area_kb, a->area_kb, "the module's own memory is what it was");
	ok(b->slab_kb - a->slab_kb < SLAB_KB, "the kernel's grew by less than %d kB", SLAB_KB);
	ok(b->percpu_kb - a->percpu_kb < PERCPU_KB, "and that of each processor");
	is(b->probes, a->probes, "no place is hooked any more");
}

int main(int argc, char **argv)
{
	struct tally *tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct held before, after;

	if (argc < 4 || tally == MAP_FAILED)
		return 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	seed = strtoull(argv[2], NULL, 0) << 20;
	actions_init(tally, argv + 3, argc - 3);
	run(WARM_UP);
	before = held_now();
	run(atof(argv[1]));
	after = held_now();
	tell(tally);
	ok(tally->went[ACT_load] > 0 && tally->went[ACT_attach] > 0 && tally->went[ACT_go] > 0,
	   "sessions were loaded, attached and run");
	compare(&before, &after);
	is(syscall(SYS_delete_module, "ktapvm", O_NONBLOCK), 0, "the module goes");
	return tap_done();
}
