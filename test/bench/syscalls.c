// SPDX-License-Identifier: GPL-2.0
/*
 * syscalls.c - a workload: N times getppid(), N switches between two processes, or N
 * calls of an empty function, then the nanoseconds each took, on one line. Under an
 * instruction-counting clock these are instructions.
 *
 *   workload [getppid|switches|calls] N
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void pass(int from, int to, long n)
{
	char byte = 0;

	while (n-- > 0)
		if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
			exit(1);
}

/* Two processes on one processor pass a byte to and fro: each pass is a switch. */
static void switches(long n)
{
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		exit(1);
	if (!fork()) {
		pass(there[0], back[1], n / 2);
		_exit(0);
	}
	if (write(there[1], "", 1) != 1)
		exit(1);
	pass(back[0], there[1], n / 2);
	wait(NULL);
}

static void getppids(long n)
{
	while (n-- > 0)
		syscall(SYS_getppid);
}

void empty(void);

__attribute__((noipa)) void empty(void)
{
}

static void calls(long n)
{
	while (n-- > 0)
		empty();
}

int main(int argc, char **argv)
{
	long n = argc > 2 ? atol(argv[2]) : 100000;
	double start = now_ns();

	if (argc > 1 && !strcmp(argv[1], "switches"))
		switches(n);
	else if (argc > 1 && !strcmp(argv[1], "calls"))
		calls(n);
	else
		getppids(n);
	printf("%.1f\n", (now_ns() - start) / n);
	return 0;
}
