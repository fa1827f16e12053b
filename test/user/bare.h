/* SPDX-License-Identifier: GPL-2.0 */
/* bare.h - the library of bare.c. */
#ifndef BARE_H
#define BARE_H

#define PLAIN __attribute__((noinline, noclone))

/* Sorts through a function of its own and the C library's. */
void bare_sort(int *numbers, int n, int (*compare)(const void *, const void *));

#endif
