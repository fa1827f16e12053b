// SPDX-License-Identifier: GPL-2.0
/*
 * as.c - runs a program as another user and group, with no capability but one.
 *
 *   as UID GID CAPABILITY|- PROGRAM [ARGUMENT]...      the capability as a number
 */
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static int keep(int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	data[cap / 32].permitted = data[cap / 32].inheritable = data[cap / 32].effective = 1u << cap % 32;
	return syscall(SYS_capset, &head, data) ||
	       prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0);
}

int main(int argc, char **argv)
{
	int cap;

	if (argc < 5)
		return 125;
	cap = argv[3][0] == '-' ? -1 : atoi(argv[3]);
	if ((cap >= 0 && prctl(PR_SET_KEEPCAPS, 1)) || setgroups(0, NULL) || setgid(atoi(argv[2])) ||
	    setuid(atoi(argv[1])) || (cap >= 0 && keep(cap))) {
		perror("as");
		return 125;
	}
	execvp(argv[4], argv + 4);
	perror(argv[4]);
	return 126;
}
