/* SPDX-License-Identifier: GPL-2.0 */
/*
 * program.h - from text or bytes to a verified program, and how an error is
 * spelled; for the tests of loader and verifier.
 */
#ifndef KTAP_TEST_PROGRAM_H
#define KTAP_TEST_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "../../vm/core/prog.h"

/* A line of explanation in a test's output. */
void diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A whole file, NUL behind it; exits where that fails. */
char *read_file(const char *path, size_t *len);

/* Paths of the files below `dir` whose names hold `part`, sorted; malloc'ed. */
int find_files(const char *dir, const char *part, char **path, int room);

/* Assembles; exits where the text is wrong. */
void *must_assemble(const char *text, size_t *len);

/*
 * Loads and verifies a copy of exactly `len` bytes, so that a look beyond them is
 * seen by the sanitizer. NULL and *err where it is refused.
 */
struct kp_prog *load_program(const void *bytes, size_t len, struct ktap_error_info *err);

/* "V_UNINIT 0:3 1 0": name, function:pc (- for none), arguments. Static memory. */
const char *error_text(const struct ktap_error_info *err);
const char *error_name(u32 code);

#endif
