// SPDX-License-Identifier: GPL-2.0
#include "run/later.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "event/glob.h"
#include "run/attach.h"
#include "run/session.h"
#include "util/arena.h"
#include "util/text.h"

struct later_statement *later_add(struct session *s, const struct ktap_ioc_run *place,
				  const char *text, uint32_t handler)
{
	struct later_statement *st = list_push(&s->later);

	*st = (struct later_statement){ .place = *place, .text = text_dup(text), .handler = handler };
	return st;
}

static void know(struct later_statement *st, const struct ktap_event *ev)
{
	struct buf label = { 0 };

	event_label(ev, &label);
	names_add(&st->known, text_cstr(&label));
	buf_free(&label);
	if (!ev->error)
		*list_push(&st->probes) = ev->probe;
}

/* "SYSTEM:NAME (why)" */
static void know_skipped(struct later_statement *st, const char *text)
{
	char *name = text_dup(text);

	name[strcspn(name, " ")] = 0;
	names_add(&st->known, name);
	free(name);
}

void later_note(struct later_statement *st, const struct event_list *list)
{
	for (unsigned int i = 0; i < list->n; i++)
		know(st, &list->at[i]);
	for (unsigned int i = 0; i < list->skipped.n; i++)
		know_skipped(st, list->skipped.at[i]);
	names_sort(&st->known);
}

bool later_waits(const struct session *s)
{
	for (unsigned int i = 0; i < s->later.n; i++)
		if (!s->later.at[i].known.n)
			return true;
	return false;
}

/* --- what went --- */

static bool owns(const struct later_statement *st, uint32_t probe)
{
	for (unsigned int i = 0; i < st->probes.n; i++)
		if (st->probes.at[i] == probe)
			return true;
	return false;
}

/* It may come again, as another probe. */
static void forget(struct session *s, uint32_t id)
{
	struct buf label = { 0 };
	struct probe p;

	if (!probes_get(&s->probes, id, &p))
		return;
	event_label(&p.ev, &label);
	for (unsigned int i = 0; i < s->later.n; i++)
		if (owns(&s->later.at[i], id))
			names_remove(&s->later.at[i].known, text_cstr(&label));
	if (s->opts.verbose)
		session_say(s, "%s: gone with its module", text_cstr(&label));
	buf_free(&label);
}

/* True: modules came. */
static bool take_changes(struct session *s)
{
	struct ktap_ioc_changed io = { .size = sizeof(io) };
	bool came = false;

	while (!ioctl(s->device, KTAP_IOC_CHANGED, &io))
		if (io.probe == KTAP_PROBE_NONE)
			came = true;
		else
			forget(s, io.probe);
	return came;
}

/* --- what came --- */

/* A name has one event at most, a glob any number. */
static bool may_find_more(const struct later_statement *st)
{
	return !st->known.n || glob_is_pattern(st->text);
}

void later_look(struct session *s)
{
	if (!take_changes(s))
		return;
	__atomic_store_n(&s->outdated, 1, __ATOMIC_RELEASE);
	catalog_renew(s->opts.catalog);
	for (unsigned int i = 0; i < s->later.n; i++)
		if (may_find_more(&s->later.at[i]))
			attach_later(s, &s->later.at[i]);
}

void later_free(struct session *s)
{
	for (unsigned int i = 0; i < s->later.n; i++) {
		free(s->later.at[i].text);
		names_free(&s->later.at[i].known);
		free(s->later.at[i].probes.at);
	}
	free(s->later.at);
	s->later = (struct later){ 0 };
}
