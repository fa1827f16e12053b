// SPDX-License-Identifier: GPL-2.0
#include "run/signals.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define REPEAT_US	20000

#define MAX_SIGNAL	64

static volatile sig_atomic_t came;
static volatile sig_atomic_t noted[MAX_SIGNAL + 1];
static sigset_t watched;

static void repeat(long us)
{
	const struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_signal(int signal)
{
	if (signal == SIGALRM)
		return;
	if (sigismember(&watched, signal)) {
		noted[signal] = 1;
		return;
	}
	if (came)
		_exit(128 + signal);
	came = 1;
	repeat(REPEAT_US);
}

static void add(sigset_t *set, const int *signals)
{
	for (; *signals; signals++)
		sigaddset(set, *signals);
}

/* Those that end tracing, and those that a script may watch: no other thread is to get them. */
static sigset_t caught(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGALRM,
				   SIGUSR1, SIGUSR2, SIGQUIT, SIGCONT, SIGWINCH, 0 };
	sigset_t set;

	sigemptyset(&set);
	add(&set, all);
	return set;
}

/* Without SA_RESTART: calls are to come back. A closed pipe is an error of write. */
void signals_catch(void)
{
	const struct sigaction act = { .sa_handler = on_signal };
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	const int list[] = { SIGINT, SIGTERM, SIGHUP, SIGALRM };
	struct sigaction hangup;

	came = 0;
	sigemptyset(&watched);
	memset((void *)noted, 0, sizeof(noted));
	signals_shut();
	sigaction(SIGHUP, NULL, &hangup);
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		sigaction(list[i], &act, NULL);
	if (hangup.sa_handler == SIG_IGN)	/* nohup */
		sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

void signals_watch(int signal)
{
	const struct sigaction act = { .sa_handler = on_signal };

	sigaddset(&watched, signal);
	sigaction(signal, &act, NULL);
}

/* One that waits, and was watched, is forgotten: by default it might end the program. */
static void release(int signal)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN }, dfl = { .sa_handler = SIG_DFL };

	if (sigismember(&watched, signal))
		sigaction(signal, &ignore, NULL);
	sigaction(signal, &dfl, NULL);
}

void signals_release(void)
{
	signals_shut();
	for (int i = 1; i <= MAX_SIGNAL; i++)
		if (i == SIGALRM || i == SIGINT || i == SIGTERM || i == SIGHUP ||
		    sigismember(&watched, i))
			release(i);
	sigemptyset(&watched);
	signals_open();
}

bool signals_came(void)
{
	return came;
}

/* What is watched stays shut: it interrupts nothing. */
void signals_open(void)
{
	sigset_t set = caught();

	for (int i = 1; i <= MAX_SIGNAL; i++)
		if (sigismember(&watched, i))
			sigdelset(&set, i);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void signals_shut(void)
{
	sigset_t set = caught();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	repeat(0);
}

/* A signal that was noted, and is no more; 0: none. */
static int take_noted(void)
{
	for (int i = 1; i <= MAX_SIGNAL; i++)
		if (noted[i])
			return noted[i] = 0, i;
	return 0;
}

int signals_wait(struct pollfd *fds, unsigned int n, int wait_ms)
{
	const struct timespec most = { wait_ms / 1000, wait_ms % 1000 * 1000000l };
	sigset_t open, ours = caught();
	int signal = 0, ready = -1;

	pthread_sigmask(SIG_SETMASK, NULL, &open);
	for (int i = 1; i <= MAX_SIGNAL; i++)
		if (i != SIGALRM && sigismember(&ours, i))
			sigdelset(&open, i);
	while (!came && !(signal = take_noted()) && ready < 0)
		ready = ppoll(fds, n, wait_ms < 0 ? NULL : &most, &open);
	repeat(0);
	return came ? 0 : signal ? signal : ready ? 0 : SIGNALS_LATE;
}

void signals_restore(void)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t ours = caught();

	sigaction(SIGPIPE, &dfl, NULL);
	sigprocmask(SIG_UNBLOCK, &ours, NULL);
}
