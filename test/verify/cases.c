// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tool/kasm.h"
#include "cases.h"
#include "program.h"

#define MAX_FILES	200

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void trim(char *s)
{
	size_t n = strlen(s);

	while (n && strchr(" \n", s[n - 1]))
		s[--n] = 0;
}

static void do_case(const char *file, char *title, char *text, bool error, char *want,
		    void (*fn)(const struct verify_case *c))
{
	struct verify_case c = { .file = file, .title = title, .error = error, .want = want };
	char msg[256];

	trim(want);
	c.image = kasm(text, &c.len, msg, sizeof(msg));
	if (!c.image)
		c.want = msg;
	fn(&c);
	free(c.image);
}

/* Cuts off a stanza: its first line, and the text up to the next "-- ". */
static char *cut_stanza(char **pp, char **head)
{
	static char nothing[1];
	char *text = strchr(*pp, '\n'), *next;

	*head = *pp + 3;
	*text++ = 0;
	*pp = text;
	if (!strncmp(text, "-- ", 3))
		return nothing;
	next = strstr(text, "\n-- ");
	if (next)
		*next++ = 0;
	*pp = next;
	return text;
}

static char *skip_comment(char *p)
{
	p = strstr(p, "\n-- ");
	return p ? p + 1 : NULL;
}

static void do_file(const char *path, void (*fn)(const struct verify_case *c))
{
	size_t len;
	char *all = read_file(path, &len), *p = all;

	if (strncmp(p, "-- ", 3))
		p = skip_comment(p);
	while (p) {
		char *title, *kind, *text = cut_stanza(&p, &title), *want;

		if (!p || strncmp(title, "asm ", 4)) {
			fprintf(stderr, "%s: bad stanza '%s'\n", path, title);
			exit(2);
		}
		want = cut_stanza(&p, &kind);
		do_case(base_name(path), title + 4, text, !strncmp(kind, "error", 5), want, fn);
	}
	free(all);
}

void for_each_case(const char *folder, void (*fn)(const struct verify_case *c))
{
	char *path[MAX_FILES];
	int i, n = find_files(folder, ".kasm", path, MAX_FILES);

	for (i = 0; i < n; i++) {
		do_file(path[i], fn);
		free(path[i]);
	}
}
