/* SPDX-License-Identifier: GPL-2.0 */
/*
 * import.h - puts the statements of imported modules where they are imported,
 * each module once. A module is found beside the file that imports it, then in
 * the library folder.
 */
#ifndef KTAP_SYNTAX_IMPORT_H
#define KTAP_SYNTAX_IMPORT_H

#include "ast.h"
#include "util/diag.h"

struct import {
	struct arena *arena;
	struct intern *strings;
	struct ktap_diag *diag;
	struct source_set *sources;
	const char *library;	/* NULL: none */
	LIST(struct str *) seen;	/* paths of what was read */
	unsigned int depth;
};

/* `src` is the file that the statements come from. */
void import_modules(struct import *im, const struct source *src, struct stmt_list list);
void import_free(struct import *im);

#endif
