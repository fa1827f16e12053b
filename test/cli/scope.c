// SPDX-License-Identifier: GPL-2.0
/*
 * scope.c - processes and threads that make a known number of getppid calls.
 *
 *   scope threads T N   prints its process id, waits for a line, then T threads
 *                       make N calls each
 *   scope forks F N     F children, of which each has a child, each of them makes N calls
 *   scope exec F N      the same, and each becomes this program anew before it calls
 *   scope calls N
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long n;

static void *call(void *arg)
{
	for (long i = 0; i < n; i++)
		syscall(SYS_getppid);
	return arg;
}

static int threads(int t)
{
	pthread_t thread[64];
	char line[8];

	printf("%d\n", getpid());
	fflush(stdout);
	if (read(0, line, sizeof(line)) <= 0)
		return 1;
	for (int i = 0; i < t; i++)
		pthread_create(&thread[i], NULL, call, NULL);
	for (int i = 0; i < t; i++)
		pthread_join(thread[i], NULL);
	return 0;
}

static void work(const char *self)
{
	char text[24];

	if (!self) {
		call(NULL);
		_exit(0);
	}
	snprintf(text, sizeof(text), "%ld", n);
	execl(self, self, "calls", text, NULL);
	_exit(1);
}

static void family(const char *self)
{
	if (!fork())
		work(self);
	if (!self)
		call(NULL);
	wait(NULL);
	if (self)
		work(self);
	_exit(0);
}

static int forks(int f, const char *self)
{
	for (int i = 0; i < f; i++) {
		if (!fork())
			family(self);
		if (i % 4 == 3)
			while (wait(NULL) > 0)
				;
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	n = argc > 2 ? atol(argv[argc - 1]) : 0;
	if (argc == 3 && !strcmp(argv[1], "calls"))
		return call(NULL), 0;
	if (argc == 4 && !strcmp(argv[1], "threads"))
		return threads(atoi(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "forks"))
		return forks(atoi(argv[2]), NULL);
	if (argc == 4 && !strcmp(argv[1], "exec"))
		return forks(atoi(argv[2]), "/proc/self/exe");
	return 2;
}
