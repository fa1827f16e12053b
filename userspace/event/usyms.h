/* SPDX-License-Identifier: GPL-2.0 */
/*
 * usyms.h - names of processes' addresses. What a process had mapped is asked of the
 * module, which wrote it down while the process lived; the symbols come from the
 * files. A file that was replaced since gives no names rather than wrong ones.
 */
#ifndef EVENT_USYMS_H
#define EVENT_USYMS_H

#include <stdbool.h>
#include <stdint.h>
#include <ktap/ioctl.h>
#include <ktap/record.h>
#include "event/symbol.h"
#include "util/arena.h"
#include "util/buf.h"

struct usyms_file;
struct usyms_space;

/* All zeros at first, but for `device`. */
struct usyms {
	int device;		/* of the session */
	LIST(struct usyms_space *) spaces;
	LIST(struct usyms_file *) files;
	uint64_t lost;		/* spaces whose mappings the module could not write down */
};

/* What a process's address is called; without a name where its file has none. `back`: see ksyms.h. */
struct symbol usyms_symbol(struct usyms *u, const struct ktap_stack *whose, uint64_t address,
			   unsigned int back);
void usyms_free(struct usyms *u);

#endif
