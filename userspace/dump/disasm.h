/* SPDX-License-Identifier: GPL-2.0 */
/*
 * disasm.h - an image as text, for `ktap -b` and for tests. Input: any bytes;
 * what points outside the image is shown as such. -1 and a message on `out` when
 * the bytes are no image of this version.
 */
#ifndef KTAP_DUMP_DISASM_H
#define KTAP_DUMP_DISASM_H

#include <stddef.h>
#include <stdio.h>

int ktap_disasm(const void *image, size_t len, FILE *out);

#endif
