/* SPDX-License-Identifier: GPL-2.0 */
/*
 * library.h - the file of a program or library that is named, not told by its path:
 * as the loader and the shell find it. For a process, in its own view of the
 * file system, and among what it has mapped first.
 *
 * In: "libc", "libc.so.6", "bash", "/usr/bin/app". Out: a path that this process can
 * open, the caller's to free; or a sentence.
 */
#ifndef EVENT_LIBRARY_H
#define EVENT_LIBRARY_H

#include "util/buf.h"

/* `pid` 0: of no process in particular. */
char *library_find(const char *name, int pid, struct buf *why);

/* The loader's cache (/etc/ld.so.cache): the path of a library; NULL if it knows none. */
char *library_in_cache(const void *cache, size_t size, const char *name);

#endif
