// SPDX-License-Identifier: GPL-2.0
#include "compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/check.h"
#include "dump/ast_dump.h"
#include "gen/gen.h"
#include "gen/image.h"
#include "syntax/import.h"
#include "syntax/parse.h"

/* Everything that a compilation owns. */
struct compilation {
	struct ktap_compile_opts opts;
	struct ktap_diag *diag;
	struct arena arena;
	struct intern strings;
	struct source_set sources;
	struct import import;
	struct check_script script;
	struct check check;
	struct gen gen;
};

/* A caller built against an older header has fewer options. */
static void begin(struct compilation *c, const struct ktap_compile_opts *opts,
		  struct ktap_diag *diag)
{
	size_t size = opts->size < sizeof(c->opts) ? opts->size : sizeof(c->opts);

	memset(c, 0, sizeof(*c));
	memcpy(&c->opts, opts, size);
	c->diag = diag;
	diag->sources = &c->sources;
	c->strings.arena = &c->arena;
	c->import = (struct import) { &c->arena, &c->strings, diag, &c->sources,
				      c->opts.library, { 0 }, 0 };
	c->script = (struct check_script) { c->opts.name, c->opts.argc, c->opts.argv,
					    c->opts.check_event, c->opts.check_data };
	c->check.arena = &c->arena;
	c->check.strings = &c->strings;
	c->check.diag = diag;
	c->check.script = &c->script;
	c->gen.check = &c->check;
	c->gen.diag = diag;
}

static void end(struct compilation *c)
{
	gen_free(&c->gen);
	check_free(&c->check);
	import_free(&c->import);
	intern_free(&c->strings);
	source_free(&c->sources);
	arena_free(&c->arena);
	c->diag->sources = NULL;
}

static const struct source *read_script(struct compilation *c)
{
	const struct source *src;

	if (c->opts.text)
		src = source_add(&c->sources, c->opts.name, c->opts.text, c->opts.text_len);
	else
		src = source_read(&c->sources, c->opts.name);
	if (!src)
		diag_error(c->diag, 0, "cannot read '%s': %s", c->opts.name, strerror(errno));
	return src;
}

static bool parse(struct compilation *c, struct stmt_list *program)
{
	const struct source *src = read_script(c);

	if (!src)
		return false;
	*program = parse_source(src, &c->arena, &c->strings, c->diag);
	import_modules(&c->import, src, *program);
	return !c->diag->errors;
}

static struct func *parse_and_check(struct compilation *c)
{
	struct stmt_list program;
	struct func *main;

	if (!parse(c, &program))
		return NULL;
	main = check_program(&c->check, program, c->sources.files.at[0]->base);
	return c->diag->errors ? NULL : main;
}

int ktap_compile(const struct ktap_compile_opts *opts, struct ktap_diag *diag,
		 struct ktap_image_buf *out)
{
	struct compilation c;
	struct func *main;
	bool ok;

	diag->errors = 0;
	begin(&c, opts, diag);
	main = parse_and_check(&c);
	ok = main && gen_program(&c.gen, main) && image_write(&c.gen, &out->data, &out->len);
	end(&c);
	return ok ? 0 : -1;
}

void ktap_image_free(struct ktap_image_buf *image)
{
	free(image->data);
	*image = (struct ktap_image_buf) { 0 };
}

int ktap_dump_ast(const struct ktap_compile_opts *opts, struct ktap_diag *diag,
		  bool checked, FILE *out)
{
	struct compilation c;
	struct stmt_list program = { 0 };
	struct func *main;

	diag->errors = 0;
	begin(&c, opts, diag);
	if (checked) {
		main = parse_and_check(&c);
		program = main ? main->body : program;
	} else {
		parse(&c, &program);
	}
	if (!diag->errors)
		ast_dump(out, program);
	end(&c);
	return diag->errors ? -1 : 0;
}
