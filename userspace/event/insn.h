/* SPDX-License-Identifier: GPL-2.0 */
/*
 * insn.h - how long instructions are: a breakpoint in the middle of one would make
 * the program do something else.
 */
#ifndef EVENT_INSN_H
#define EVENT_INSN_H

#include <stddef.h>

/* Bytes of the instruction at `code`; 0 if it is none that is known, or is cut off. */
size_t insn_length(const unsigned char *code, size_t left);

/* The same of one machine, whatever this one is. */
size_t insn_length_x86(const unsigned char *code, size_t left);

#endif
