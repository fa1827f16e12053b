// SPDX-License-Identifier: GPL-2.0
#include "event/traceable.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/arena.h"
#include "util/file.h"
#include "util/text.h"

static const char **slot_of(const struct traceable *t, const char *name)
{
	unsigned int hash = 2166136261u;

	for (const char *p = name; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 16777619u;
	hash &= t->mask;
	while (t->name[hash] && strcmp(t->name[hash], name))
		hash = (hash + 1) & t->mask;
	return &t->name[hash];
}

static unsigned int count_lines(const char *text)
{
	unsigned int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* "name" or "name [module]": the name alone is enough, addresses are known elsewhere. */
static void parse(struct traceable *t)
{
	unsigned int size = 2, lines = count_lines(t->text.data);
	char *line = t->text.data, *end;

	while (size <= 2 * lines)
		size *= 2;
	t->mask = size - 1;
	t->name = xmalloc(size * sizeof(*t->name));
	memset(t->name, 0, size * sizeof(*t->name));
	for (; *line && (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		line[strcspn(line, " \t")] = 0;
		*slot_of(t, line) = line;
	}
}

static void put_path(const char *root, struct buf *out)
{
	buf_printf(out, "%s/available_filter_functions", root);
}

bool traceable_is_listed(const char *root)
{
	struct buf path = { 0 };
	bool is;

	put_path(root, &path);
	is = !access(text_cstr(&path), F_OK);
	buf_free(&path);
	return is;
}

void traceable_need(struct traceable *t, const char *root)
{
	struct buf path = { 0 };

	if (t->read)
		return;
	t->read = true;
	put_path(root, &path);
	if (file_read(text_cstr(&path), &t->text)) {
		buf_putc(&t->text, 0);
		parse(t);
	}
	buf_free(&path);
}

bool traceable_has(const struct traceable *t, const struct ksym *sym)
{
	return !t->name || *slot_of(t, sym->name);
}

void traceable_free(struct traceable *t)
{
	free(t->name);
	buf_free(&t->text);
	*t = (struct traceable){ 0 };
}
