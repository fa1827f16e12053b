/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ksyms.h - names of the kernel's functions, for texts that show addresses.
 */
#ifndef EVENT_KSYMS_H
#define EVENT_KSYMS_H

#include <stdbool.h>
#include <stdint.h>
#include "util/buf.h"

struct tep_handle;

/* All symbols by address, read when first asked for. All zeros at first. */
struct ksyms {
	struct ksym { uint64_t address; char *name, *module; } *at;	/* module: NULL, the kernel itself */
	unsigned int n, cap;
	bool read;
};

/*
 * "name" or "name+0x10", with the module's name if it is in one: "name+0x10 [ext4]";
 * "0x10" where no symbol is below.
 */
void ksyms_text(struct ksyms *k, uint64_t address, struct buf *out);

/*
 * The same of a frame of a stack. A return address, with `back` 1, belongs to the
 * symbol that its call is in, although another may begin behind the call.
 */
void ksyms_frame_text(struct ksyms *k, uint64_t address, unsigned int back, struct buf *out);
void ksyms_free(struct ksyms *k);

/* Reads /proc/kallsyms into `tep` once; without it addresses stay numbers. */
void ksyms_register(struct tep_handle *tep);

#endif
