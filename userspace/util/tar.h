/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tar.h - archives as tar writes them (ustar), of plain files alone. What is read is
 * not trusted.
 */
#ifndef KTAP_UTIL_TAR_H
#define KTAP_UTIL_TAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "buf.h"

/* Failures show in ferror(out). A name that is too long for the format: false. */
bool tar_begin(FILE *out, const char *name, uint64_t size);
void tar_pad(FILE *out, uint64_t size);		/* behind the file's bytes */
void tar_end(FILE *out);			/* behind the last file */

bool tar_file(FILE *out, const char *name, const void *bytes, size_t len);	/* all of it */

/* A file in an archive that is in memory. */
struct tar_entry {
	char name[260];
	const char *bytes;
	size_t size;
};

/*
 * The file at `*at`, which moves behind it. 1; 0 at the archive's end; -1 and a
 * sentence: it is damaged, or cut off.
 */
int tar_next(const char *archive, size_t len, size_t *at, struct tar_entry *e, struct buf *why);

#endif
