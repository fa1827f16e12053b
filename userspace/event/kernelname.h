/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kernelname.h - what the module says that the kernel's addresses are called, so that the kernel's
 * list, which takes megabytes, is not read for a few of them.
 */
#ifndef EVENT_KERNELNAME_H
#define EVENT_KERNELNAME_H

#include <stdbool.h>
#include <stdint.h>
#include "util/arena.h"
#include "util/buf.h"

/* A symbol, from its first byte to the next symbol. */
struct kernelname {
	uint64_t start, size;
	const char *name;
	const char *module;	/* NULL: the kernel itself */
};

/* All zeros: nobody is asked. */
struct kernelnames {
	int fd;			/* of the device, plus one */
	LIST(struct kernelname) known;	/* by address */
	struct arena texts;
};

/* Of an open device, which stays its owner's. */
void kernelnames_begin(struct kernelnames *k, int device);

/* The module can be asked: if it refuses, it is not asked again. */
static inline bool kernelnames_answer(const struct kernelnames *k)
{
	return k->fd;
}

/* What the address belongs to; NULL: it has no name, or the module has no answer. */
const struct kernelname *kernelnames_find(struct kernelnames *k, uint64_t address);

/* What is known may not be true any more. */
void kernelnames_renew(struct kernelnames *k);

void kernelnames_free(struct kernelnames *k);

#endif
