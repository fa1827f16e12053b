/* SPDX-License-Identifier: GPL-2.0 */
/*
 * usdt.h - the markers that a program or library was built with (<sys/sdt.h>): each
 * is a place in its code and a note that says where the arguments are there.
 */
#ifndef EVENT_USDT_H
#define EVENT_USDT_H

#include "event/elf.h"

struct usdt_marker {
	const char *provider, *name;	/* belong to the ELF file */
	const char *args;		/* operands: "-4@%edi 8@16(%rsp)" */
	uint64_t address;
	uint64_t semaphore;		/* address of what counts those who want it; 0: none */
};

struct usdt {
	LIST(struct usdt_marker) markers;	/* the same one may stand at several places */
};

/* What is damaged is left out. The caller frees. */
void usdt_read(const struct elf *e, struct usdt *out);
void usdt_free(struct usdt *u);

#endif
