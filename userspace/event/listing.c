// SPDX-License-Identifier: GPL-2.0
#include "event/listing.h"

#include <stdlib.h>
#include <string.h>

#include "event/funcname.h"
#include "event/resolve.h"
#include "event/sdt.h"
#include "event/tracepoint.h"
#include "event/ufunc.h"
#include "util/near.h"
#include "util/text.h"

static void enumerate(struct event_catalog *c, enum listing_kind kind, const char *glob,
		      struct names *out)
{
	switch (kind) {
	case LISTING_ALL:
		event_enumerate(c, glob, out);
		break;
	case LISTING_TRACEPOINTS:
		tracepoint_source.enumerate(c, glob, out);
		break;
	case LISTING_FUNCTIONS:
		funcname_enumerate(c, glob, out);
		break;
	case LISTING_MODULES:
		funcname_enumerate_modules(c, glob, out);
		break;
	}
	names_unique(out);
}

/* "switch*" is "*:switch*"; of functions of modules "ext4:*" may lack its "probe:". */
static char *whole_glob(enum listing_kind kind, const char *glob)
{
	struct buf whole = { 0 };
	char *text;

	if (!strchr(glob, ':'))
		text_str(&whole, "*:");
	else if (kind == LISTING_MODULES && strchr(glob, ':') == strrchr(glob, ':'))
		text_str(&whole, "probe:");
	text_str(&whole, glob);
	text = text_dup(text_cstr(&whole));
	buf_free(&whole);
	return text;
}

static void tell(struct event_catalog *c, const struct names *names, listing_fn fn, void *arg)
{
	const struct event_source *source;
	struct buf arguments = { 0 };

	for (unsigned int i = 0; i < names->n; i++) {
		source = source_of_text(names->at[i]);
		arguments.len = 0;
		if (source->arguments)
			source->arguments(c, names->at[i], &arguments);
		fn(arg, names->at[i], text_cstr(&arguments));
	}
	buf_free(&arguments);
}

/* --- places in files: what a statement with this text would attach to --- */

/* Those that begin with two underscores are for the event's text only. */
static void params_arguments(const struct params *p, struct buf *out)
{
	for (unsigned int i = 0; p && i < p->list.n; i++) {
		const struct param *param = &p->list.at[i];

		if (strncmp(param->name, "__", 2))
			buf_printf(out, "%s%s %s", out->len ? ", " : "", param->ctype, param->name);
	}
}

static int tell_resolved(struct event_catalog *c, const char *text, listing_fn fn, void *arg,
			 struct buf *why)
{
	struct event_query query = { .text = text, .positions = true };
	struct buf label = { 0 }, arguments = { 0 };
	struct event_list list;

	if (event_resolve(c, &query, &list, why))
		return -1;
	for (unsigned int i = 0; i < list.n; i++) {
		label.len = arguments.len = 0;
		event_label(&list.at[i], &label);
		params_arguments(list.params.n > i ? list.params.at[i] : NULL, &arguments);
		fn(arg, text_cstr(&label), text_cstr(&arguments));
	}
	event_list_free(&list);
	buf_free(&label);
	buf_free(&arguments);
	return 0;
}

/* --- none --- */

/* A name that is written without what stands ahead of the colon. */
static void put_near(struct event_catalog *c, enum listing_kind kind, const char *name, struct buf *why)
{
	struct near_search search = near_begin(name);
	struct names all = { 0 };
	const char *best, *near = NULL;

	enumerate(c, kind, "*", &all);
	for (unsigned int i = 0; i < all.n; i++) {
		best = search.best;
		near_offer(&search, strrchr(all.at[i], ':') + 1);
		near = search.best == best ? near : all.at[i];
	}
	if (near)
		buf_printf(why, "; did you mean %s?", near);
	names_free(&all);
}

/* What has a colon is a text whose source says best what is wrong with it. */
static int explain(struct event_catalog *c, enum listing_kind kind, const char *glob,
		   struct buf *why)
{
	struct event_query query = { .text = glob };
	struct event_list list;

	if (strchr(glob, ':') && !event_resolve(c, &query, &list, why))
		event_list_free(&list);
	if (!why->len)
		catalog_need_tracefs(c, why);
	if (why->len)
		return -1;
	buf_printf(why, "no event matches '%s'", glob);
	if (!strchr(glob, ':'))
		put_near(c, kind, glob, why);
	return -1;
}

/* "probe:libc:m*", "sdt:/usr/bin/app:*" */
static bool names_file(const char *glob)
{
	const struct event_source *source = source_of_text(glob);

	return source == &ufunc_source || source == &sdt_source;
}

int event_listing(struct event_catalog *c, enum listing_kind kind, const char *glob,
		  listing_fn fn, void *arg, struct buf *why)
{
	struct names names = { 0 };
	char *whole;
	int err = 0;

	if (strchr(glob, '/') || names_file(glob))
		return tell_resolved(c, glob, fn, arg, why);
	whole = whole_glob(kind, glob);
	enumerate(c, kind, whole, &names);
	if (names.n)
		tell(c, &names, fn, arg);
	else
		err = explain(c, kind, glob, why);
	names_free(&names);
	free(whole);
	return err;
}
