/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ehframe.h - what a program or library tells in its section .eh_frame of how its
 * functions' callers are found, as a table of rows (ktap/unwind.h).
 *
 *   section  := entry* [length 0]
 *   entry    := length 0 common | length distance-to-common function
 *
 * In: an open file, nothing of which is trusted. Out: rows, sorted. x86-64.
 */
#ifndef EVENT_EHFRAME_H
#define EVENT_EHFRAME_H

#include "event/cfi.h"
#include "event/elf.h"

/*
 * 0, with no rows if the file tells nothing; -1: the section is damaged, a sentence in
 * `why`. The caller frees rows->at.
 */
int ehframe_rows(const struct elf *e, struct unwind_rows *rows, struct buf *why);

#endif
