// SPDX-License-Identifier: GPL-2.0
/*
 * workload.c - the same thing N times, SAMPLES times over: the nanoseconds that each took,
 * a line for each sample. Under an instruction-counting clock these are instructions. What
 * comes first is not measured: after a hook is put in, an emulator translates anew.
 *
 *   workload getppid|read|open|switches|calls N SAMPLES
 *   workload paced RATE MS      getppid RATE times a second, some in each millisecond; how
 *                               often in all
 *   workload where              offset of the function empty() in this file
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void getppids(long n)
{
	while (n-- > 0)
		syscall(SYS_getppid);
}

static void reads(long n)
{
	int fd = open("/dev/zero", O_RDONLY);
	char byte;

	while (n-- > 0)
		if (read(fd, &byte, 1) != 1)
			fail("/dev/zero");
	close(fd);
}

static void opens(long n)
{
	while (n-- > 0) {
		int fd = open("/etc/passwd", O_RDONLY);

		if (fd < 0)
			fail("/etc/passwd");
		close(fd);
	}
}

static void pass(int from, int to, long n)
{
	char byte = 0;

	while (n-- > 0)
		if (read(from, &byte, 1) != 1 || write(to, &byte, 1) != 1)
			fail("pipe");
}

/* Two processes on one processor pass a byte to and fro: each pass is a switch. */
static void switches(long n)
{
	int there[2], back[2];

	if (pipe(there) || pipe(back))
		fail("pipe");
	if (!fork()) {
		pass(there[0], back[1], n / 2);
		_exit(0);
	}
	if (write(there[1], "", 1) != 1)
		fail("pipe");
	pass(back[0], there[1], n / 2);
	wait(NULL);
	close(there[0]), close(there[1]), close(back[0]), close(back[1]);
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

static const struct kind {
	const char *name;
	void (*run)(long n);
} kinds[] = {
	{ "getppid", getppids }, { "read", reads }, { "open", opens },
	{ "switches", switches }, { "calls", calls },
};

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	fprintf(stderr, "workload: nothing is named %s\n", name);
	exit(2);
}

static long paced(long rate, long ms)
{
	double start = now_ns();
	long done = 0;

	for (long i = 1; i <= ms; i++) {
		double left = start + i * 1e6;

		getppids(rate * i / 1000 - done);
		done = rate * i / 1000;
		left -= now_ns();
		if (left > 0)
			usleep(left / 1000);
	}
	return done;
}

/* The file begins where the linker put its start. */
static int where(void)
{
	extern const char __executable_start[];

	printf("%td\n", (const char *)empty - __executable_start);
	return 0;
}

int main(int argc, char **argv)
{
	const struct kind *kind;
	long n, samples;

	if (argc == 2 && !strcmp(argv[1], "where"))
		return where();
	if (argc != 4)
		return fprintf(stderr, "usage: workload KIND N SAMPLES\n"), 2;
	if (!strcmp(argv[1], "paced"))
		return printf("%ld\n", paced(atol(argv[2]), atol(argv[3]))), 0;
	kind = kind_named(argv[1]);
	n = atol(argv[2]);
	for (samples = atol(argv[3]), kind->run(n); samples > 0; samples--) {
		double start = now_ns();

		kind->run(n);
		printf("%.2f\n", (now_ns() - start) / n);
	}
	return 0;
}
