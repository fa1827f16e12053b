/* SPDX-License-Identifier: GPL-2.0 */
/*
 * unwind.h - how the caller is found in code that keeps no frame pointers: what an
 * ELF file tells in .eh_frame of each of its places, made into rows that a handler
 * can search. x86-64.
 *
 * "The frame's end" is the stack pointer as it will be when the function has returned
 * (DWARF: CFA). Below it, in its last word, stands the return address.
 */
#ifndef KTAP_UNWIND_H
#define KTAP_UNWIND_H

#include "abi_types.h"

/* Where the frame's end is. _(NAME, meaning), with the words that the row tells. */
#define KTAP_UNWIND_RULES(_) \
	_(NONE,		"not known") \
	_(SP,		"so many words above the stack pointer") \
	_(BP,		"so many words above the frame pointer") \
	_(BP_AT,	"in the word that is so many words below the frame pointer") \
	_(END,		"nobody called this")

enum ktap_unwind_rule {
#define _(name, meaning) KTAP_UNWIND_##name,
	KTAP_UNWIND_RULES(_)
#undef _
	KTAP_UNWIND__MAX
};

/* Holds from its place on, up to the next row's. */
struct ktap_unwind_row {
	__u32 at;		/* bytes into the file */
	__u16 words;
	__u8 rule;		/* enum ktap_unwind_rule; NONE and END: the rest is 0 */
	__u8 bp;		/* the caller's frame pointer: so many words below the frame's end, or */
};

#define KTAP_UNWIND_BP_KEPT	0u	/* still in its register */
#define KTAP_UNWIND_BP_HERE	254u	/* where the frame pointer points */
#define KTAP_UNWIND_BP_LOST	255u	/* not known */

_Static_assert(sizeof(struct ktap_unwind_row) == 8, "struct ktap_unwind_row");

#endif
