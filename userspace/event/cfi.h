/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cfi.h - call frame instructions: the small language in which .eh_frame tells how
 * the frame of a function changes from instruction to instruction. Of its registers
 * those that unwinding needs are followed: stack pointer, frame pointer, return address.
 *
 * In: bytes, nothing of which is trusted. Out: rows. What a row cannot say (a frame's
 * end by another register, or by an expression that compilers do not use) becomes
 * one that knows nothing. x86-64.
 */
#ifndef EVENT_CFI_H
#define EVENT_CFI_H

#include <stdbool.h>
#include <stdint.h>
#include <ktap/unwind.h>
#include "util/buf.h"

/* Bytes as they are read. */
struct cfi_bytes {
	const unsigned char *at, *end;
	bool bad;		/* something was to be read behind the end */
};

uint64_t cfi_unsigned(struct cfi_bytes *b, unsigned int bytes);
int64_t cfi_signed(struct cfi_bytes *b, unsigned int bytes);
uint64_t cfi_uleb(struct cfi_bytes *b);
int64_t cfi_sleb(struct cfi_bytes *b);
struct cfi_bytes cfi_part(struct cfi_bytes *b, uint64_t bytes);

/* What functions have in common. */
struct cfi_common {
	uint64_t code_unit;	/* places advance by multiples of it, */
	int64_t data_unit;	/* offsets are multiples of it */
	uint64_t return_register;
	struct cfi_bytes instructions;
};

struct cfi_function {
	uint32_t begin, end;	/* bytes into the file */
	struct cfi_bytes instructions;
};

struct unwind_rows {
	struct ktap_unwind_row *at;
	unsigned int n, cap;
};

/*
 * Adds the function's rows, the last of which ends it. Rows that say what the one
 * before them says are left out.
 */
void cfi_run(const struct cfi_common *common, const struct cfi_function *fn, struct unwind_rows *rows);

/* A row from `at` on, in place of those that begin there or behind. */
void cfi_add_row(struct unwind_rows *rows, struct ktap_unwind_row row);

#endif
