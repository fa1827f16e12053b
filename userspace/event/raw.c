// SPDX-License-Identifier: GPL-2.0
#include "event/raw.h"

#include <string.h>

#include "event/glob.h"
#include "event/match.h"
#include "event/typed.h"
#include "util/text.h"

#define SYSTEM		"raw"
#define PREFIX		SYSTEM ":"
#define WORDS		12u	/* of a tracepoint whose arguments are not known */

static bool owns(const char *text)
{
	return !strncmp(text, PREFIX, strlen(PREFIX));
}

/* Those of the system "syscalls" are none of their own. */
static void add_event(void *arg, const char *system, const char *name)
{
	if (strcmp(system, "syscalls"))
		names_add(arg, name);
}

/* All tracepoints, by the kernel's types and by its catalogue of events. */
static bool all_names(struct event_catalog *c, struct names *out, struct buf *why)
{
	struct event_spec all = { (char *)"*", (char *)"*" };
	bool typed = catalog_has_types(c), listed = !catalog_need_tracefs(c, why);

	if (typed)
		types_tracepoints(&c->types, out);
	if (listed)
		match_events(&c->tracefs, &all, add_event, out);
	names_unique(out);
	return typed || listed;
}

/* False: the tracepoint's arguments are not known. */
static bool prototype_of(struct event_catalog *c, const char *name, struct prototype *p)
{
	return catalog_has_types(c) && types_tracepoint(&c->types, name, p);
}

static void add_word(struct making *m, unsigned int n)
{
	struct fetch f = { .type = KTAP_FT_U64 };

	fetch_add(&f, KTAP_FETCH_ARG, 0, n);
	making_arg(m, making_fetch(m, &f));
}

static void add_refs(struct making *m, const struct prototype *p)
{
	for (size_t i = 0; i < m->query->nrefs; i++) {
		const struct event_ref *ref = &m->query->refs[i];
		struct ktap_field field = field_none();

		if (ref->kind == KTAP_FREF_NAME && p)
			field = typed_field(m, p, DEREF_ARGS, ref->name);
		else if (ref->kind == KTAP_FREF_ARG)
			field = making_nth(m, ref->index);
		making_ref(m, field);
	}
}

static void make_event(struct event_catalog *c, const struct event_query *query, const char *name,
		       struct event_list *out)
{
	struct making m = making_begin(query, KTAP_EV_RAW);
	struct prototype p;
	bool typed = prototype_of(c, name, &p);

	if (making_knows(query, SYSTEM, name))
		return;
	if (typed)
		typed_params(&m, &p);
	for (unsigned int i = 0; !typed && i < WORDS; i++)
		add_word(&m, i);
	add_refs(&m, typed ? &p : NULL);
	if (making_name(&m, SYSTEM, name))
		making_finish(&m, out);
	else
		making_skip(&m, out, SYSTEM, name);
}

static int no_match(const struct names *all, const char *pattern, struct buf *why)
{
	const char *near = names_near(all, pattern);

	buf_printf(why, "no tracepoint matches '%s'", pattern);
	if (near)
		buf_printf(why, "; did you mean " PREFIX "%s?", near);
	return EVENT_ABSENT;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	const char *pattern = query->text + strlen(PREFIX);
	struct names all = { 0 };
	struct prototype p;
	unsigned int found = 0;
	int err = 0;

	if (!glob_is_pattern(pattern) && prototype_of(c, pattern, &p)) {
		make_event(c, query, pattern, out);
		return 0;
	}
	if (!all_names(c, &all, why))
		return EVENT_UNKNOWN;
	buf_free(why);
	for (unsigned int i = 0; i < all.n; i++)
		if (glob_match(pattern, all.at[i])) {
			make_event(c, query, all.at[i], out);
			found++;
		}
	if (!found)
		err = no_match(&all, pattern, why);
	names_free(&all);
	return err;
}

static unsigned int explain(struct event_catalog *c, const struct ktap_event *ev, const char *field,
			    struct buf *why)
{
	struct prototype p;

	if (prototype_of(c, ev->name, &p))
		return typed_explain(&p, DEREF_ARGS, field, why);
	buf_printf(why, "the arguments of " PREFIX "%s are not described here: "
		   "there are only words, arg0 to arg%u", ev->name, WORDS - 1);
	catalog_untyped(c, why);
	return 0;
}

static void arguments(struct event_catalog *c, const char *text, struct buf *out)
{
	struct prototype p;

	if (prototype_of(c, text + strlen(PREFIX), &p))
		prototype_params_text(&p, out);
}

static void enumerate(struct event_catalog *c, const char *glob, struct names *out)
{
	struct names all = { 0 };
	struct buf why = { 0 };

	all_names(c, &all, &why);
	for (unsigned int i = 0; i < all.n; i++) {
		struct buf full = { 0 };

		buf_printf(&full, PREFIX "%s", all.at[i]);
		if (glob_match(glob, text_cstr(&full)))
			names_add(out, text_cstr(&full));
		buf_free(&full);
	}
	names_free(&all);
	buf_free(&why);
}

/* "sched_switch: preempt=0 prev=0xffff..": names and values, as far as they are known. */
static void render(struct event_catalog *c, const struct ktap_event *ev, const struct params *params,
		   const void *bytes, size_t len, struct buf *out)
{
	const struct fetched f = { bytes, len, ev->nargs };

	if (params)
		params_text(params, 0, &f, &c->ksyms, out);
	else
		text_str(out, ev->name);
}

const struct event_source raw_source = {
	.kinds		= 1 << KTAP_EV_RAW,
	.comes_later	= true,
	.owns		= owns,
	.resolve	= resolve,
	.explain	= explain,
	.enumerate	= enumerate,
	.arguments	= arguments,
	.render		= render,
};
