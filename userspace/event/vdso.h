/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vdso.h - the code that the kernel maps into every process. It is no file, but ours
 * is the same as that of other processes of our kind.
 */
#ifndef EVENT_VDSO_H
#define EVENT_VDSO_H

struct elf;

/* NULL: there is none. */
struct elf *vdso_open(void);

#endif
