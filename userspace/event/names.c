// SPDX-License-Identifier: GPL-2.0
#include "event/names.h"

#include <stdlib.h>
#include <string.h>

#include "util/near.h"
#include "util/text.h"

#define MAX_ENUMERATED	16

void names_add(struct names *n, const char *name)
{
	*list_push(n) = text_dup(name);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void names_sort(struct names *n)
{
	if (n->n)
		qsort(n->at, n->n, sizeof(*n->at), by_text);
}

static char **find(const struct names *n, const char *name)
{
	return n->n ? bsearch(&name, n->at, n->n, sizeof(*n->at), by_text) : NULL;
}

bool names_has(const struct names *n, const char *name)
{
	return find(n, name) != NULL;
}

void names_remove(struct names *n, const char *name)
{
	char **at = find(n, name);

	if (!at)
		return;
	free(*at);
	memmove(at, at + 1, (n->at + --n->n - at) * sizeof(*at));
}

void names_unique(struct names *n)
{
	unsigned int kept = 0;

	names_sort(n);
	for (unsigned int i = 0; i < n->n; i++)
		if (kept && !strcmp(n->at[kept - 1], n->at[i]))
			free(n->at[i]);
		else
			n->at[kept++] = n->at[i];
	n->n = kept;
}

void names_free(struct names *n)
{
	for (unsigned int i = 0; i < n->n; i++)
		free(n->at[i]);
	free(n->at);
	memset(n, 0, sizeof(*n));
}

void names_enumerate(const struct names *n, const char *prefix, struct buf *out)
{
	for (unsigned int i = 0; i < n->n && i < MAX_ENUMERATED; i++)
		buf_printf(out, "%s%s", i ? ", " : prefix, n->at[i]);
	if (n->n > MAX_ENUMERATED)
		buf_printf(out, " and %u more", n->n - MAX_ENUMERATED);
}

const char *names_near(const struct names *n, const char *wanted)
{
	struct near_search search = near_begin(wanted);

	for (unsigned int i = 0; i < n->n; i++)
		near_offer(&search, n->at[i]);
	return search.best;
}
