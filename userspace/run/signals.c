// SPDX-License-Identifier: GPL-2.0
#include "run/signals.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

#define REPEAT_US	20000

static volatile sig_atomic_t came;

static void repeat(long us)
{
	const struct itimerval timer = { { 0, us }, { 0, us } };

	setitimer(ITIMER_REAL, &timer, NULL);
}

static void on_signal(int signal)
{
	if (signal == SIGALRM)
		return;
	if (came)
		_exit(128 + signal);
	came = 1;
	repeat(REPEAT_US);
}

static sigset_t caught(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGALRM);
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
	signals_shut();
	sigaction(SIGHUP, NULL, &hangup);
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		sigaction(list[i], &act, NULL);
	if (hangup.sa_handler == SIG_IGN)	/* nohup */
		sigaction(SIGHUP, &ignore, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

void signals_release(void)
{
	const struct sigaction dfl = { .sa_handler = SIG_DFL };

	signals_shut();
	sigaction(SIGALRM, &dfl, NULL);
	sigaction(SIGINT, &dfl, NULL);
	sigaction(SIGTERM, &dfl, NULL);
	sigaction(SIGHUP, &dfl, NULL);
	signals_open();
}

bool signals_came(void)
{
	return came;
}

void signals_open(void)
{
	sigset_t set = caught();

	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void signals_shut(void)
{
	sigset_t set = caught();

	pthread_sigmask(SIG_BLOCK, &set, NULL);
	repeat(0);
}

void signals_wait(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t open;

	pthread_sigmask(SIG_SETMASK, NULL, &open);
	sigdelset(&open, SIGINT);
	sigdelset(&open, SIGTERM);
	sigdelset(&open, SIGHUP);
	while (!came && ppoll(&p, 1, NULL, &open) < 0)
		;
	repeat(0);
}
