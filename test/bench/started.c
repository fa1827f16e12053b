// SPDX-License-Identifier: GPL-2.0
/*
 * started.c - how long a tracer takes until its first event comes out, and until it is gone.
 *
 *   started first SECONDS COMMAND...   until something comes on its stdout, while getppid() is
 *                                      called each 100 us; then SIGINT, and until it has ended
 *   started whole SECONDS COMMAND...   until it has ended by itself
 *
 * One line: milliseconds from exec until the first output (0: whole), and from then on until
 * the end; kilobytes of memory at most; status of the command. After SECONDS it is killed.
 */
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e3 + ts.tv_nsec / 1e6;
}

/* Its stdout is a pipe, whose other end is given back. */
static int start(char **command, pid_t *pid)
{
	int out[2];

	if (pipe(out))
		exit(1);
	*pid = fork();
	if (*pid)
		return close(out[1]), out[0];
	dup2(out[1], 1);
	close(out[0]);
	close(out[1]);
	execvp(*command, command);
	perror(*command);
	_exit(127);
}

/* True when something came; an end without any output, and no time left, are false. */
static bool first_output(int fd, double until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	while (now_ms() < until) {
		syscall(SYS_getppid);
		if (poll(&p, 1, 0) > 0)
			return p.revents & POLLIN;
		usleep(100);
	}
	return false;
}

/* What else it prints must go somewhere, or it never ends. */
static void drain(int fd, pid_t pid, double until)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[4096];

	while (poll(&p, 1, until > now_ms() ? (int)(until - now_ms()) : 0) > 0)
		if (read(fd, bytes, sizeof(bytes)) <= 0)
			return;
	kill(pid, SIGKILL);
}

int main(int argc, char **argv)
{
	double begun, first, until;
	struct rusage usage;
	int status, out;
	pid_t pid;

	if (argc < 4)
		return fprintf(stderr, "usage: started first|whole SECONDS COMMAND...\n"), 2;
	begun = first = now_ms();
	until = begun + 1e3 * atof(argv[2]);
	out = start(argv + 3, &pid);
	if (!strcmp(argv[1], "first")) {
		if (!first_output(out, until))
			fprintf(stderr, "started: %s: no event\n", argv[3]);
		first = now_ms();
		kill(pid, SIGINT);
	}
	drain(out, pid, until);
	if (wait4(pid, &status, 0, &usage) < 0)
		return perror("wait4"), 1;
	printf("%.1f %.1f %ld %d\n", first - begun, now_ms() - first, usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}
