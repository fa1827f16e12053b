/* SPDX-License-Identifier: GPL-2.0 */
/*
 * funcspec.h - the text of a kernel function's event, taken apart.
 */
#ifndef EVENT_FUNCSPEC_H
#define EVENT_FUNCSPEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/buf.h"

struct funcspec {
	char *module;		/* a name or a glob; NULL: any, and the kernel itself */
	char *name;		/* a name or a glob */
	uint64_t offset;
	bool is_return;
	bool is_ftrace;		/* ftrace:function */
	size_t args;		/* where the arguments begin in the text */
};

/* Whether a text is one, or is meant to be. */
bool funcspec_is(const char *text);

/* 0; or -1 with a sentence, then there is nothing to free. */
int funcspec_parse(const char *text, struct funcspec *spec, struct buf *why);
void funcspec_free(struct funcspec *spec);

#endif
