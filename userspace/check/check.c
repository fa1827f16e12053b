// SPDX-License-Identifier: GPL-2.0
#include "check.h"

#include <stdlib.h>

struct func *check_program(struct check *c, struct stmt_list program, src_pos start)
{
	struct func *main = arena_new(c->arena, struct func);

	main->pos = start;
	main->body = program;
	main->name = intern_cstr(c->strings, "main");
	main->process = true;
	check_resolve(c, main);
	check_meaning(c, main);
	return main;
}

void check_free(struct check *c)
{
	unsigned int i;

	for (i = 0; i < c->funcs.n; i++)
		free(c->funcs.at[i]->captures.at);
	free(c->funcs.at);
	free(c->globals.at);
	free(c->visible.at);
	free(c->fields.at);
}
