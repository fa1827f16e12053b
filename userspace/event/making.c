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
	return n < m->ev.nargs - m->ev.nhidden ? m->fields.at[n] : field_none();
}

struct ktap_field making_named(const struct making *m, const char *name)
{
	int n = m->params ? params_find(m->params, name) : -1;

	return n < 0 ? field_none() : m->fields.at[n];
}

struct ktap_field making_fetch(struct making *m, const struct fetch *f)
{
	unsigned int first = m->fetch.n;

	if (f->too_long || first + f->n > KTAP_MAX_FETCH)
		return field_none();
	for (unsigned int i = 0; i < f->n; i++)
		*list_push(&m->fetch) = f->op[i];
	m->ev.nfetch = m->fetch.n;
	return (struct ktap_field){ .source = KTAP_SRC_FETCH, .type = f->type,
				    .size = f->n, .offset = first };
}

bool making_knows(const struct event_query *query, const char *system, const char *name)
{
	struct buf full = { 0 };
	bool knows;

	if (!query->known)
		return false;
	buf_printf(&full, "%s:%s", system, name);
	knows = names_has(query->known, text_cstr(&full));
	buf_free(&full);
	return knows;
}

struct param *making_param(struct making *m, const char *name, const char *ctype,
			   enum param_style style, const struct fetch *f)
{
	if (!m->params)
		m->params = params_new();
	making_arg(m, making_fetch(m, f));
	return params_add(m->params, name, ctype, style, f->type);
}

void making_no_refs(struct making *m)
{
	for (size_t i = 0; i < m->query->nrefs; i++)
		making_ref(m, field_none());
}

void making_finish(struct making *m, struct event_list *list)
{
	m->ev.args = (uintptr_t)m->fields.at;
	m->ev.fetch = (uintptr_t)m->fetch.at;
	*list_push(&list->params) = m->params;
	*list_push(list) = m->ev;
}

void making_own(struct making *m, struct event_list *list)
{
	making_name(m, "ktap", m->query->text);
	making_no_refs(m);
	making_finish(m, list);
}

void making_own_label(const struct ktap_event *ev, struct buf *out)
{
	text_str(out, ev->name);
}

void making_skip(struct making *m, struct event_list *list, const char *system, const char *name)
{
	struct buf full = { 0 };

	buf_printf(&full, "%s:%s (not known to this ktap)", system, name);
	names_add(&list->skipped, text_cstr(&full));
	buf_free(&full);
	free(m->fields.at);
	free(m->fetch.at);
	params_put(m->params);
}
