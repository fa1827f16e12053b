/* SPDX-License-Identifier: GPL-2.0 */
/*
 * file.h - a whole file, for those of the kernel that do not tell their size.
 */
#ifndef KTAP_UTIL_FILE_H
#define KTAP_UTIL_FILE_H

#include <stdbool.h>
#include "buf.h"

/* Adds the file's bytes. False: it cannot be read, errno says why. */
bool file_read(const char *path, struct buf *out);

#endif
