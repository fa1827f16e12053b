// SPDX-License-Identifier: GPL-2.0
#include "event/making.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/text.h"

struct making making_begin(const struct event_query *query, __u32 kind)
{
	return (struct making){ .query = query,
				.ev = { .size = sizeof(struct ktap_event), .kind = kind, .nr = -1 } };
}

bool making_name(struct making *m, const char *system, const char *name)
{
	struct ktap_event *ev = &m->ev;

	return snprintf(ev->system, sizeof(ev->system), "%s", system) < (int)sizeof(ev->system) &&
	       snprintf(ev->name, sizeof(ev->name), "%s", name) < (int)sizeof(ev->name);
}

void making_arg(struct making *m, struct ktap_field field)
{
	*list_push(&m->fields) = field;
	m->ev.nargs++;
}

void making_ref(struct making *m, struct ktap_field field)
{
	*list_push(&m->fields) = field;
	m->ev.nrefs++;
}

struct ktap_field making_nth(const struct making *m, unsigned int n)
{
	return n < m->ev.nargs ? m->fields.at[n] : field_none();
}

void making_no_refs(struct making *m)
{
	for (size_t i = 0; i < m->query->nrefs; i++)
		making_ref(m, field_none());
}

void making_finish(struct making *m, struct event_list *list)
{
	m->ev.args = (uintptr_t)m->fields.at;
	*list_push(list) = m->ev;
}

void making_skip(struct making *m, struct event_list *list, const char *system, const char *name)
{
	struct buf full = { 0 };

	buf_printf(&full, "%s:%s", system, name);
	names_add(&list->skipped, text_cstr(&full));
	buf_free(&full);
	free(m->fields.at);
}
