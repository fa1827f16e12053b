// SPDX-License-Identifier: GPL-2.0
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "parse.h"
#include "walk.h"

#define MAX_DEPTH	50	/* modules that import modules */

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

static const char *beside(struct import *im, const struct source *src, const char *name)
{
	const char *slash = strrchr(src->name, '/');

	if (name[0] == '/' || !slash)
		return name;
	return arena_printf(im->arena, "%.*s%s", (int)(slash + 1 - src->name), src->name, name);
}

/* Where the module is, NULL: nowhere. */
static const char *find(struct import *im, const struct source *src, const char *name)
{
	const char *path = beside(im, src, name);

	if (is_file(path))
		return path;
	if (!im->library || name[0] == '/')
		return NULL;
	path = arena_printf(im->arena, "%s/%s", im->library, name);
	return is_file(path) ? path : NULL;
}

/* Two spellings of a path are one file. */
static bool is_first_time(struct import *im, const char *path)
{
	char *real = realpath(path, NULL);
	struct str *str = intern_cstr(im->strings, real ? real : path);
	unsigned int i;

	free(real);
	for (i = 0; i < im->seen.n; i++)
		if (im->seen.at[i] == str)
			return false;
	*list_push(&im->seen) = str;
	return true;
}

static void import_one(struct import *im, const struct source *src, struct stmt *s)
{
	const char *path = find(im, src, s->import.name->s);
	const struct source *module;

	if (!path) {
		diag_error(im->diag, s->pos, "module '%s' is neither beside the script nor in the library",
			   s->import.name->s);
		return;
	}
	if (!is_first_time(im, path))
		return;
	module = source_read(im->sources, path);
	if (!module) {
		diag_error(im->diag, s->pos, "cannot read '%s': %s", path, strerror(errno));
		return;
	}
	s->import.body = parse_source(module, im->arena, im->strings, im->diag);
	import_modules(im, module, s->import.body);
}

static void no_expr(void *data, struct expr *e)
{
	(void)data;
	(void)e;
}

/* An import inside a block or function would have to run to take effect. */
static void refuse_inner(void *data, struct stmt_list *body)
{
	struct import *im = data;
	struct stmt *s;

	for (s = body->first; s; s = s->next) {
		if (s->kind == ST_IMPORT)
			diag_error(im->diag, s->pos, "'import' stands outside of functions and blocks");
		else
			walk_stmt(s, no_expr, refuse_inner, im);
	}
}

void import_modules(struct import *im, const struct source *src, struct stmt_list list)
{
	struct stmt *s;

	if (!im->seen.n)
		is_first_time(im, src->name);
	for (s = list.first; s; s = s->next) {
		if (s->kind != ST_IMPORT) {
			walk_stmt(s, no_expr, refuse_inner, im);
		} else if (++im->depth > MAX_DEPTH) {
			diag_error(im->diag, s->pos, "modules import modules too deeply");
		} else {
			import_one(im, src, s);
			im->depth--;
		}
	}
}

void import_free(struct import *im)
{
	free(im->seen.at);
}
