/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ksyms.h - names of the kernel's functions, for texts that show addresses.
 */
#ifndef EVENT_KSYMS_H
#define EVENT_KSYMS_H

struct tep_handle;

/* Reads /proc/kallsyms into `tep` once; without it addresses stay numbers. */
void ksyms_register(struct tep_handle *tep);

#endif
