// SPDX-License-Identifier: GPL-2.0
#include "lib/checkevent.h"

#include <stdlib.h>
#include <string.h>

#include "event/userspec.h"
#include "util/arena.h"
#include "util/text.h"

/* "what is wrong; did you mean X?": the second half is the hint. */
static void fill_problem(struct ktap_event_problem *problem, int field, unsigned int part,
			 struct buf *why)
{
	const char *text = text_cstr(why), *cut = strstr(text, "; ");
	int len = cut ? (int)(cut - text) : (int)why->len;

	*problem = (struct ktap_event_problem){ .field = field, .part = part };
	snprintf(problem->message, sizeof(problem->message), "%.*s", len, text);
	if (cut)
		snprintf(problem->hint, sizeof(problem->hint), "%s", cut + 2);
}

static int check(struct checker *checker, const struct event_query *query,
		 struct ktap_event_problem *problem, struct buf *why)
{
	struct event_catalog *c = checker->catalog;
	struct event_list list;
	unsigned int part;
	int field, err;

	if (checker->elsewhere && (userspec_is_function(query->text) || userspec_is_marker(query->text)))
		return 0;
	err = event_resolve(c, query, &list, why);
	if (err == EVENT_UNKNOWN || (err == EVENT_ABSENT && checker->wait))
		return 0;
	if (err) {
		fill_problem(problem, -1, 0, why);
		return -1;
	}
	field = event_missing_ref(c, query, &list, &part, why);
	if (field >= 0)
		fill_problem(problem, field, part, why);
	event_list_free(&list);
	return field >= 0 ? -1 : 0;
}

int checker_check(void *checker, const char *spec, const char *const *fields,
		  unsigned int nfields, struct ktap_event_problem *problem)
{
	struct event_ref *refs = xmalloc((nfields + 1) * sizeof(*refs));
	struct event_query query = { .text = spec, .refs = refs, .nrefs = nfields };
	struct buf why = { 0 };
	int err;

	for (unsigned int i = 0; i < nfields; i++)
		refs[i] = (struct event_ref){ .kind = KTAP_FREF_NAME, .name = fields[i] };
	err = check(checker, &query, problem, &why);
	free(refs);
	buf_free(&why);
	return err;
}
