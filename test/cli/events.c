// SPDX-License-Identifier: GPL-2.0
/*
 * events.c - a known number of what the kernel counts, between a getppid and a
 * getpgid call, all on one processor:
 *
 *   events faults N      touches N fresh pages
 *   events switches N    is left N times for a process that it wakes
 *   events migrations N  moves N times to the other processor
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static void go_to(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void begin(void) { syscall(SYS_getppid); }
static void end(void) { syscall(SYS_getpgid, 0); }

static void faults(long n)
{
	volatile char *p = mmap(NULL, n << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise((void *)p, n << 12, MADV_NOHUGEPAGE);
	begin();
	for (long i = 0; i < n; i++)
		p[i << 12] = 1;
	end();
}

static void echo(int in, int out)
{
	char c;

	while (read(in, &c, 1) == 1)
		if (write(out, &c, 1) != 1)
			break;
	_exit(0);
}

static void switches(long n)
{
	int to[2], from[2];
	char c = 0;

	if (pipe(to) || pipe(from))
		exit(1);
	if (!fork()) {
		close(to[1]);
		echo(to[0], from[1]);
	}
	begin();
	while (n--)
		if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			exit(1);
	end();
}

static void migrations(long n)
{
	begin();
	for (long i = 1; i <= n; i++)
		go_to(i & 1);
	end();
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? atol(argv[2]) : 0;

	if (!n)
		return 2;
	go_to(0);
	begin();	/* once for nothing: the pages that it takes are there then */
	end();
	if (!strcmp(argv[1], "faults"))
		faults(n);
	else if (!strcmp(argv[1], "switches"))
		switches(n);
	else if (!strcmp(argv[1], "migrations"))
		migrations(n);
	return 0;
}
