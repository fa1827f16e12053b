// SPDX-License-Identifier: GPL-2.0
#include "event/sdt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/fetcharg.h"
#include "event/glob.h"
#include "event/operand.h"
#include "event/usdt.h"
#include "event/userplace.h"
#include "util/text.h"

struct resolving {
	struct event_catalog *catalog;
	const struct event_query *query;
	const struct userspec *spec;
	struct elf *elf;
	struct usdt usdt;
	struct event_list *list;
	struct buf *why;
};

static const char *ctype(__u8 type)
{
	static const char *const names[] = { "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64" };

	return type < sizeof(names) / sizeof(*names) ? names[type] : "?";
}

/* One that cannot be fetched keeps its place, and is nil. */
static void add_operands(struct resolving *r, struct making *m, const struct usdt_marker *marker)
{
	const char *args = marker->args, *operand;
	char name[16];
	size_t len;

	for (unsigned int n = 1; m->ev.nargs < KTAP_MAX_ARGS - 1 && (len = operand_next(&args, &operand)); n++) {
		struct fetch f;

		snprintf(name, sizeof(name), "arg%u", n);
		if (!operand_fetch(r->elf, marker, operand, len, &f))
			f = (struct fetch){ .too_long = true };
		making_param(m, name, ctype(f.type), PARAM_DECIMAL, &f);
	}
}

/* Those of the text stand for the marker's own. */
static int add_args(struct resolving *r, struct making *m, const struct usdt_marker *marker)
{
	if (userspec_has_args(r->query->text, r->spec)) {
		userplace_add(m);
		return fetchargs_parse(r->query->text, r->spec->args, false, NULL, m, r->why);
	}
	add_operands(r, m, marker);
	userplace_hide(m);
	return 0;
}

static int make(struct resolving *r, const struct usdt_marker *marker)
{
	struct making m = making_begin(r->query, KTAP_EV_UFUNC);
	uint64_t semaphore = 0;
	int err;

	if (marker->semaphore && !elf_offset(r->elf, marker->semaphore, &semaphore)) {
		buf_printf(r->why, "the semaphore of marker '%s:%s' is not in '%s'", marker->provider,
			   marker->name, r->elf->path);
		return -1;
	}
	userplace_set(&m, r->elf, marker->provider, marker->name, marker->address);
	m.ev.ref_ctr = semaphore;
	err = add_args(r, &m, marker);
	userplace_refs(&m);
	making_finish(&m, r->list);
	return err;
}

static bool matches(const struct userspec *spec, const struct usdt_marker *m)
{
	return glob_match(spec->name, m->name) && (!spec->provider || glob_match(spec->provider, m->provider));
}

static void explain_missing(const struct resolving *r)
{
	struct names names = { 0 };
	const char *near;

	buf_printf(r->why, "'%s' has no marker '%s%s%s'", r->elf->path, r->spec->provider ? r->spec->provider : "",
		   r->spec->provider ? ":" : "", r->spec->name);
	for (unsigned int i = 0; i < r->usdt.markers.n; i++)
		names_add(&names, r->usdt.markers.at[i].name);
	names_unique(&names);
	near = names_near(&names, r->spec->name);
	if (near)
		buf_printf(r->why, "; did you mean '%s'?", near);
	else if (names.n)
		names_enumerate(&names, "; it has ", r->why);
	else
		text_str(r->why, "; it has none at all");
	names_free(&names);
}

static int by_name(struct resolving *r)
{
	for (unsigned int i = 0; i < r->usdt.markers.n; i++)
		if (matches(r->spec, &r->usdt.markers.at[i]) && make(r, &r->usdt.markers.at[i]))
			return EVENT_REFUSED;
	if (r->list->n)
		return 0;
	explain_missing(r);
	return EVENT_REFUSED;
}

static int resolve(struct event_catalog *c, const struct event_query *query, struct event_list *out,
		   struct buf *why)
{
	struct userspec spec;
	struct resolving r = { .catalog = c, .query = query, .spec = &spec, .list = out, .why = why };
	int err = EVENT_REFUSED;

	if (userspec_marker(query->text, &spec, why))
		return EVENT_REFUSED;
	r.elf = userplace_open(c, &spec, why);
	if (r.elf) {
		usdt_read(r.elf, &r.usdt);
		err = by_name(&r);
		usdt_free(&r.usdt);
	}
	elf_close(r.elf);
	userspec_free(&spec);
	return err;
}

/* What it makes are places like those of functions, which show them. */
const struct event_source sdt_source = {
	.owns		= userspec_is_marker,
	.resolve	= resolve,
};
