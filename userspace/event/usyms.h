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

/*
 * "name+0x10 [libc.so.6]"; "0x7f0010 [libc.so.6+0x10]" where no symbol is known,
 * "0x7f0010" outside of files. `back`: see ksyms.h.
 */
void usyms_text(struct usyms *u, const struct ktap_stack *whose, uint64_t address,
		unsigned int back, struct buf *out);
void usyms_free(struct usyms *u);

#endif
