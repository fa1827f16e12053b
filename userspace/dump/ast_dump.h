/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ast_dump.h - the tree as nested lists, one statement a line, for tests and for
 * whoever wonders how a script was understood.
 */
#ifndef KTAP_DUMP_AST_DUMP_H
#define KTAP_DUMP_AST_DUMP_H

#include <stdio.h>

#include "syntax/ast.h"

void ast_dump(FILE *out, struct stmt_list program);

#endif
