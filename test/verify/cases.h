/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cases.h - the .kasm files of case/: each is named for a rule of loader or verifier and
 * holds cases:
 *
 *	-- asm what the case is about
 *	.func main 1
 *		RET1 0
 *	-- error
 *	V_UNINIT 0:0 0 0          name function:pc arguments
 *	test.kasm, function ...   what a user reads
 *
 * or, where the program is right, "-- ok" and what the verifier found out about
 * functions, those that are told:
 *
 *	0 FILL CALLS
 */
#ifndef TEST_VERIFY_CASES_H
#define TEST_VERIFY_CASES_H

#include <stdbool.h>
#include <stddef.h>

struct verify_case {
	const char *file, *title;
	void *image;		/* NULL: `want` says what is wrong with the text */
	size_t len;
	bool error;
	char *want;		/* without blanks at its end */
};

/* Calls `fn` for all cases of all files in the folder, in order; they last until it returns. */
void for_each_case(const char *folder, void (*fn)(const struct verify_case *c));

#endif
