/* SPDX-License-Identifier: GPL-2.0 */
/*
 * needed.h - what a program or library says that it runs with: the loader, and
 * libraries by name.
 */
#ifndef EVENT_NEEDED_H
#define EVENT_NEEDED_H

#include "event/elf.h"

/* Calls `found` for each: a path or a library's name, which belongs to the file. */
void needed_each(const struct elf *e, void (*found)(void *arg, const char *name), void *arg);

#endif
