// SPDX-License-Identifier: GPL-2.0
/*
 * calls.c - calls of known number and arguments, as the process "work".
 *
 *   work seek N     lseek(fd, i, i % 3) of /dev/null for i from -N / 2 on: null_lseek() gives 0
 *   work open N     openat(AT_FDCWD, "/no/such/file-i", 0x80000 + i), which fails
 *   work bad        openat() of an address that there is not
 *   work long       openat() of 3000 letters
 *   work loop N     N times ioctl(LOOP_GET_STATUS64) of /dev/loop0: lo_ioctl() of the module `loop`
 *   work sleep N    N processes that sleep for three seconds at the same time
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void seek(long n)
{
	int fd = open("/dev/null", O_RDONLY);

	for (long i = 0; i < n; i++)
		syscall(SYS_lseek, fd, i - n / 2, i % 3);
}

static void open_none(long n)
{
	char name[64];

	for (long i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "/no/such/file-%ld", i);
		syscall(SYS_openat, AT_FDCWD, name, 0x80000 + i, 0);
	}
}

static void open_long(void)
{
	static char name[3001];

	memset(name, 'x', sizeof(name) - 1);
	syscall(SYS_openat, AT_FDCWD, name, 0, 0);
}

static void ask_loop(long n)
{
	struct loop_info64 info;
	int fd = open("/dev/loop0", O_RDONLY);

	while (n--)
		ioctl(fd, LOOP_GET_STATUS64, &info);
}

/* They begin when the last one is there, which takes long on a busy machine. */
static void sleepers(long n)
{
	const struct timespec time = { .tv_sec = 3 };
	int gate[2];
	char c;

	if (pipe(gate))
		exit(1);
	for (long i = 0; i < n; i++)
		if (!fork()) {
			close(gate[1]);
			if (!read(gate[0], &c, 1))
				nanosleep(&time, NULL);
			_exit(0);
		}
	close(gate[1]);
	while (wait(NULL) > 0)
		;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long n = argc > 2 ? atol(argv[2]) : 0;

	prctl(PR_SET_NAME, "work");
	if (!strcmp(what, "seek"))
		seek(n);
	else if (!strcmp(what, "open"))
		open_none(n);
	else if (!strcmp(what, "bad"))
		syscall(SYS_openat, AT_FDCWD, (char *)0x10, 0, 0);
	else if (!strcmp(what, "long"))
		open_long();
	else if (!strcmp(what, "loop"))
		ask_loop(n);
	else if (!strcmp(what, "sleep"))
		sleepers(n);
	else
		return 2;
	return 0;
}
