/* SPDX-License-Identifier: GPL-2.0 */
/*
 * needed.h - what a program or library says that it runs with: the loader, and
 * libraries by name, in folders of its own before those of the system.
 */
#ifndef EVENT_NEEDED_H
#define EVENT_NEEDED_H

#include "event/elf.h"

/* Calls `found` for each: a path or a library's name, which belongs to the file. */
void needed_each(const struct elf *e, void (*found)(void *arg, const char *name), void *arg);

/*
 * Folders parted by colons, as the file has them; NULL: it names none. Those of RPATH
 * are searched before LD_LIBRARY_PATH, also for what its libraries need, those of
 * RUNPATH behind it. Who has a RUNPATH has no RPATH, its own or of who needs it.
 */
struct needed_folders {
	const char *rpath, *runpath;
};

struct needed_folders needed_folders(const struct elf *e);

/*
 * The library in the first of the folders that has it, the caller's to free; NULL: none
 * has. `origin` is the folder of the file that names them, its $ORIGIN.
 */
char *needed_in(const char *folders, const char *origin, const char *name);

#endif
