// SPDX-License-Identifier: GPL-2.0
#include "lib/checkevent.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/text.h"

static bool catalogue_is_open(struct event_checker *c)
{
	struct buf why = { 0 };

	if (!c->tried)
		c->open = !event_source_open(&c->source, &why);
	c->tried = true;
	buf_free(&why);
	return c->open;
}

void checker_close(struct event_checker *c)
{
	if (c->open)
		event_source_close(&c->source);
	*c = (struct event_checker){ 0 };
}

/* "what is wrong; did you mean X?": the second half is the hint. */
static void fill_problem(struct ktap_event_problem *problem, int field, struct buf *why)
{
	const char *text = text_cstr(why), *cut = strstr(text, "; ");
	int len = cut ? (int)(cut - text) : (int)why->len;

	*problem = (struct ktap_event_problem){ .field = field };
	snprintf(problem->message, sizeof(problem->message), "%.*s", len, text);
	if (cut)
		snprintf(problem->hint, sizeof(problem->hint), "%s", cut + 2);
}

static int check(struct event_checker *c, const struct event_query *query,
		 struct ktap_event_problem *problem, struct buf *why)
{
	struct event_list list;
	int field;

	if (event_resolve(&c->source, query, &list, why)) {
		fill_problem(problem, -1, why);
		return -1;
	}
	field = event_missing_ref(&c->source, query, &list, why);
	if (field >= 0)
		fill_problem(problem, field, why);
	event_list_free(&list);
	return field >= 0 ? -1 : 0;
}

int checker_check(void *checker, const char *spec, const char *const *fields,
		  unsigned int nfields, struct ktap_event_problem *problem)
{
	struct event_ref *refs = xmalloc((nfields + 1) * sizeof(*refs));
	struct event_query query = { .text = spec, .refs = refs, .nrefs = nfields };
	struct buf why = { 0 };
	int err = 0;

	for (unsigned int i = 0; i < nfields; i++)
		refs[i] = (struct event_ref){ .kind = KTAP_FREF_NAME, .name = fields[i] };
	if (catalogue_is_open(checker))
		err = check(checker, &query, problem, &why);
	free(refs);
	buf_free(&why);
	return err;
}
