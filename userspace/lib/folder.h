/* SPDX-License-Identifier: GPL-2.0 */
/*
 * folder.h - a temporary folder for what another machine told, in the form in which the
 * kernel of this one would.
 */
#ifndef LIB_FOLDER_H
#define LIB_FOLDER_H

#include <stddef.h>
#include "util/buf.h"

/* All zeros: there is none. */
struct folder {
	char path[64];
};

/* Below $TMPDIR or /tmp. 0; or -1 and a sentence. */
int folder_make(struct folder *f, struct buf *why);

/* With all that is in it. */
void folder_remove(struct folder *f);

/* Adds bytes to a file; its name is a path below the folder that does not lead out of it. */
int folder_add(const struct folder *f, const char *name, const void *bytes, size_t len, struct buf *why);

/* Sets the variable to the path of that name. */
void folder_use(const struct folder *f, const char *variable, const char *name);

#endif
