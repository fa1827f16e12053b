// SPDX-License-Identifier: GPL-2.0
#include "run/missing.h"

#include <stdlib.h>
#include <string.h>

#include "run/session.h"
#include "util/arena.h"
#include "util/text.h"

static bool is_found(const struct event_list *list, size_t ref)
{
	for (size_t i = 0; i < list->n; i++)
		if (event_list_ref(list, i, ref)->source != KTAP_SRC_NONE)
			return true;
	return false;
}

void missing_note(struct session *s, const struct event_query *query, const struct event_list *list)
{
	if (!s->missing.at) {
		s->missing.at = xmalloc((s->nrefs + 1) * sizeof(*s->missing.at));
		memset(s->missing.at, 0, (s->nrefs + 1) * sizeof(*s->missing.at));
	}
	for (size_t ref = 0; ref < s->nrefs; ref++) {
		struct missing_ref *m = &s->missing.at[ref];

		m->found |= is_found(list, ref);
		if (!m->found && !m->why.len && !event_lacks_part(s->opts.catalog, query, list, ref, &m->why))
			buf_free(&m->why);
	}
}

/* The compiler says it of a field, unless events were not there. */
static bool is_known_by_now(const struct session *s, size_t ref)
{
	return s->refs[ref].kind == KTAP_FREF_NAME && s->opts.wait && !later_waits(s);
}

void missing_tell(struct session *s)
{
	for (size_t ref = 0; s->missing.at && ref < s->nrefs; ref++) {
		struct missing_ref *m = &s->missing.at[ref];

		if (!m->found && !m->why.len && is_known_by_now(s, ref))
			text_str(&m->why, "no event that is traced has such a field");
		if (m->found || m->told || !m->why.len)
			continue;
		session_say(s, "args.%s is nil: %s", s->refs[ref].name, text_cstr(&m->why));
		m->told = true;
	}
}

void missing_free(struct session *s)
{
	for (size_t ref = 0; s->missing.at && ref < s->nrefs; ref++)
		buf_free(&s->missing.at[ref].why);
	free(s->missing.at);
}
