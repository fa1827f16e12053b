/* SPDX-License-Identifier: GPL-2.0 */
/*
 * child.h - the command that is traced. It is made before anything else, since
 * its number is what is traced, and waits just before it becomes the program:
 * the first event of its own is the exec. It does not outlive the tracer.
 */
#ifndef RUN_CHILD_H
#define RUN_CHILD_H

#include <stdbool.h>
#include <sys/types.h>
#include "util/buf.h"

struct child {
	char *path;		/* of the program that it becomes */
	pid_t pid;		/* 0: there is none */
	int ended;		/* a descriptor that is readable when it has ended; -1: none */
	bool begun;
	bool over;		/* it has ended, and this is how: */
	int status;		/* as a shell would say, 128 + the signal that ended it */
};

/* 0, and it waits; or -1 and a sentence. `argv` ends with NULL. */
int child_start(struct child *c, const char *const *argv, struct buf *why);

void child_go(struct child *c);

/* Whether it has ended by itself. */
bool child_is_over(struct child *c);

/* Ends it if it has not: by SIGTERM, after two seconds by SIGKILL. */
void child_end(struct child *c);

#endif
