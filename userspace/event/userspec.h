/* SPDX-License-Identifier: GPL-2.0 */
/*
 * userspec.h - the text of a place in a program or library, taken apart:
 *
 *   probe:FILE:FUNCTION[+OFFSET][%return] [ARGUMENTS]     uprobe: uretprobe:
 *   sdt:FILE:[PROVIDER:]NAME [ARGUMENTS]                  usdt:
 *
 * FILE is a path, or a name as the loader or the shell finds it.
 */
#ifndef EVENT_USERSPEC_H
#define EVENT_USERSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/buf.h"

struct userspec {
	char *file;
	char *provider;		/* of a marker: a name or a glob; NULL: any */
	char *name;		/* a name or a glob; a number is an address */
	char *version;		/* "GLIBC_2.14" of memcpy@GLIBC_2.14; NULL: any */
	uint64_t offset;
	bool is_return;
	size_t args;		/* where arguments begin in the text */
};

/* 0; or -1 with a sentence, then there is nothing to free. */
int userspec_function(const char *text, struct userspec *spec, struct buf *why);
int userspec_marker(const char *text, struct userspec *spec, struct buf *why);
void userspec_free(struct userspec *spec);

/* Whether arguments are asked for. */
bool userspec_has_args(const char *text, const struct userspec *spec);

/* Whether a text begins like one. */
bool userspec_is_function(const char *text);
bool userspec_is_marker(const char *text);

#endif
