/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mapped.h - what a process that lives has mapped of files, as /proc tells.
 */
#ifndef EVENT_MAPPED_H
#define EVENT_MAPPED_H

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>

struct mapped {
	unsigned long long from, to, inode;
	unsigned int major, minor;
	bool code;
	char path[PATH_MAX];	/* as the process sees it */
};

/* NULL: there is no such process. The caller closes it. */
FILE *mapped_open(int pid);

/* The next mapping of a file. False: there is none. */
bool mapped_next(FILE *maps, struct mapped *m);

/*
 * A path that this process can open: in the other's view, in ours, or by what the
 * kernel says of the mapping. The caller's to free; NULL: there is none.
 */
char *mapped_path(int pid, const struct mapped *m);

#endif
