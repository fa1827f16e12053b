/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unwind.h - gives the module what files tell of how their functions' callers are
 * found (event/ehframe.h), so that stacks of processes can be walked where code
 * keeps no frame pointers. Only for programs that ask for such stacks.
 *
 * At the start: the files of the traced processes, of the command, and of what is
 * probed, with the libraries that they need; if all is traced, of all processes, as
 * far as that goes in START_MS. The rest a thread reads as the module meets it.
 */
#ifndef RUN_UNWIND_H
#define RUN_UNWIND_H

#include "util/buf.h"

struct session;

/* After LOAD. 0; or -1 and a sentence. */
int unwind_start(struct session *s, struct buf *why);
void unwind_stop(struct session *s);

/* A program or library, and the libraries that it needs. */
void unwind_program(struct session *s, const char *path);

#endif
