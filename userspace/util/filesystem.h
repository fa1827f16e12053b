/* SPDX-License-Identifier: GPL-2.0 */
/*
 * filesystem.h - which kinds of file systems this kernel has: each is a part of the
 * kernel that it can be configured without.
 */
#ifndef KTAP_UTIL_FILESYSTEM_H
#define KTAP_UTIL_FILESYSTEM_H

#include <stdbool.h>

/* Whether one could be mounted; where the kernel does not tell, yes. */
bool filesystem_is_known(const char *name);

#endif
