// SPDX-License-Identifier: GPL-2.0
#include "event/resolve.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "event/deref.h"
#include "event/habit.h"
#include "event/match.h"
#include "util/text.h"

/* A name alone: a tracepoint's or a function's? */
static void whose_name(struct event_catalog *c, const char *name, struct buf *why)
{
	struct buf none = { 0 };
	char *event = catalog_need_tracefs(c, &none) ? NULL : match_anywhere(&c->tracefs, name);

	if (event)
		buf_printf(why, "; did you mean %s?", event);
	else if (ksyms_find(&c->ksyms, name))
		buf_printf(why, "; did you mean probe:%s?", name);
	free(event);
	buf_free(&none);
}

/* What else may have been meant by a text that names nothing. */
static void suggest(struct event_catalog *c, const char *text, struct buf *why)
{
	struct buf ours = { 0 };

	if (habit_translate(text, &ours)) {
		buf_free(why);
		buf_printf(why, "'%s' is written %s in ktap", text, text_cstr(&ours));
	} else if (*text && !strpbrk(text, ":.-*?[")) {
		whose_name(c, text, why);
	}
	buf_free(&ours);
}

int event_resolve(struct event_catalog *c, const struct event_query *query,
		  struct event_list *out, struct buf *why)
{
	char *text = text_trimmed(query->text);
	struct event_query trim = *query;
	int err;

	*out = (struct event_list){ 0 };
	trim.text = text;
	err = source_of_text(text)->resolve(c, &trim, out, why);
	if (err) {
		event_list_free(out);
		suggest(c, text, why);
	}
	free(text);
	return err;
}

bool event_comes_later(const char *text)
{
	return source_of_text(text + strspn(text, TEXT_BLANKS))->comes_later;
}

void event_enumerate(struct event_catalog *c, const char *glob, struct names *out)
{
	const struct event_source *source;

	for (unsigned int i = 0; (source = source_number(i)); i++)
		if (source->enumerate)
			source->enumerate(c, glob, out);
}

void event_render(struct event_catalog *c, const struct ktap_event *ev,
		  const struct params *params, const void *bytes, size_t len, struct buf *out)
{
	const struct event_source *source = source_of_event(ev);

	if (source->render)
		source->render(c, ev, params, bytes, len, out);
	else
		text_str(out, ev->name);
}

void event_members(struct event_catalog *c, const struct ktap_event *ev,
		   const struct params *params, const void *bytes, size_t len, struct buf *out)
{
	const struct event_source *source = source_of_event(ev);
	const struct fetched f = { bytes, len, params ? params->list.n : 0 };

	if (source->members)
		source->members(c, ev, bytes, len, out);
	else if (params)
		params_members(params, &f, &c->ksyms, out);
}

void event_label(const struct ktap_event *ev, struct buf *out)
{
	const struct event_source *source = source_of_event(ev);

	if (source->label)
		source->label(ev, out);
	else
		buf_printf(out, "%s:%s", ev->system, ev->name);
}

void event_list_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free((void *)(uintptr_t)list->at[i].args);
		free((void *)(uintptr_t)list->at[i].fetch);
		free((void *)(uintptr_t)list->at[i].file);
		params_put(list->params.at[i]);
	}
	free(list->at);
	free(list->params.at);
	names_free(&list->skipped);
	*list = (struct event_list){ 0 };
}

const struct ktap_field *event_list_ref(const struct event_list *list, size_t i, size_t ref)
{
	const struct ktap_event *ev = &list->at[i];

	return (const struct ktap_field *)(uintptr_t)ev->args + ev->nargs + ref;
}

const char *event_reason(const struct ktap_event *ev)
{
	const struct event_source *source = source_of_event(ev);

	return source->reason ? source->reason(ev->error) : NULL;
}

static bool is_missing(const struct event_list *list, size_t ref)
{
	for (size_t i = 0; i < list->n; i++)
		if (event_list_ref(list, i, ref)->source != KTAP_SRC_NONE)
			return false;
	return true;
}

static void add_params(const struct params *p, struct names *out)
{
	for (unsigned int i = 0; p && i < p->list.n; i++)
		if (strncmp(p->list.at[i].name, PARAM_HIDDEN, strlen(PARAM_HIDDEN)))
			names_add(out, p->list.at[i].name);
}

static void add_fields(struct event_catalog *c, const struct event_list *list, size_t i, struct names *out)
{
	const struct event_source *source = source_of_event(&list->at[i]);

	add_params(list->params.at[i], out);
	if (source->fields)
		source->fields(c, &list->at[i], out);
}

/* All fields of all events; the names of many are the same, which does no harm. */
static void all_fields(struct event_catalog *c, const struct event_list *list, struct names *out)
{
	for (size_t i = 0; i < list->n; i++)
		add_fields(c, list, i, out);
	names_unique(out);
}

/* A name with parts: which of these is wrong. */
static unsigned int explain_parts(struct event_catalog *c, const struct event_list *list,
				  const char *name, struct buf *why)
{
	const struct event_source *source = source_of_event(&list->at[0]);

	if (source->explain)
		return source->explain(c, &list->at[0], name, why);
	buf_printf(why, "the fields of '");
	event_label(&list->at[0], why);
	buf_printf(why, "' have no members; those of raw:%s may have", list->at[0].name);
	return 0;
}

static void explain_missing(struct event_catalog *c, const struct event_query *query,
			    const struct event_list *list, const char *name, struct buf *why)
{
	struct names fields = { 0 };
	const char *near;

	all_fields(c, list, &fields);
	if (!fields.n && source_of_event(&list->at[0])->explain) {
		explain_parts(c, list, name, why);
		return;
	}
	near = names_near(&fields, name);
	buf_printf(why, "'%s' has no field '%s'", query->text, name);
	if (near)
		buf_printf(why, "; did you mean '%s'?", near);
	else if (list->n == 1)
		names_enumerate(&fields, "; it has ", why);
	names_free(&fields);
}

static bool has_fields(struct event_catalog *c, const struct event_list *list, size_t i)
{
	struct names names = { 0 };
	bool has;

	add_fields(c, list, i, &names);
	has = names.n > 0;
	names_free(&names);
	return has;
}

bool event_lacks_part(struct event_catalog *c, const struct event_query *query,
		      const struct event_list *list, size_t ref, struct buf *why)
{
	const char *name = query->refs[ref].name;

	if (query->refs[ref].kind != KTAP_FREF_NAME || !is_missing(list, ref))
		return false;
	for (size_t i = 0; i < list->n; i++) {
		const struct ktap_event *ev = &list->at[i];

		if (!source_of_event(ev)->explain)
			continue;
		buf_free(why);
		if (source_of_event(ev)->explain(c, ev, name, why) || !has_fields(c, list, i))
			return true;
	}
	return false;
}

int event_missing_ref(struct event_catalog *c, const struct event_query *query,
		      const struct event_list *list, unsigned int *part, struct buf *why)
{
	*part = 0;
	for (size_t ref = 0; ref < query->nrefs; ref++) {
		const char *name = query->refs[ref].name;

		if (query->refs[ref].kind != KTAP_FREF_NAME || !is_missing(list, ref))
			continue;
		if (deref_is_chain(name))
			*part = explain_parts(c, list, name, why);
		else
			explain_missing(c, query, list, name, why);
		return ref;
	}
	return -1;
}
