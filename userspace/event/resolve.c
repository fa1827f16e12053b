// SPDX-License-Identifier: GPL-2.0
#include "event/resolve.h"

#include <event-parse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/life.h"
#include "event/match.h"
#include "event/syscall.h"
#include "util/text.h"

#define SYSCALL_ARGS	6

int event_source_open(struct event_source *src, struct buf *why)
{
	if (tracefs_open(&src->tracefs, why))
		return -1;
	formats_init(&src->formats, &src->tracefs);
	return 0;
}

void event_source_close(struct event_source *src)
{
	formats_exit(&src->formats);
	tracefs_close(&src->tracefs);
}

/* The fields of one event while they are being collected. */
struct fields {
	struct ktap_field *at;
	unsigned int n, cap;
};

static void fields_add(struct fields *f, struct ktap_field field)
{
	*list_push(f) = field;
}

static struct ktap_field word_field(unsigned int word)
{
	return (struct ktap_field){ .source = KTAP_SRC_WORD, .type = KTAP_FT_S64, .offset = word };
}

static struct ktap_field no_field(void)
{
	return (struct ktap_field){ .source = KTAP_SRC_NONE };
}

/* One event on its way from a name to struct ktap_event. */
struct making {
	const struct event_query *query;
	struct ktap_event ev;
	const struct tep_event *format;		/* NULL: not needed */
	struct fields fields;
};

/*
 * Word of a system call: the number's, then as declared behind it. Newer kernels
 * copy what an argument points to behind the arguments: the module does not.
 */
static struct ktap_field syscall_field(const struct making *m,
				       const struct tep_format_field *field, unsigned int word)
{
	if (word > (m->ev.kind == KTAP_EV_SYS_ENTER ? SYSCALL_ARGS : 1) ||
	    field->flags & TEP_FIELD_IS_DYNAMIC)
		return no_field();
	if (m->ev.kind == KTAP_EV_SYS_EXIT || !word)
		return word_field(word);
	return format_syscall_field(field, word);
}

static struct ktap_field nth_field(const struct making *m,
				   const struct tep_format_field *field, unsigned int n)
{
	if (m->ev.kind == KTAP_EV_TRACEPOINT)
		return format_field(field);
	return syscall_field(m, field, n);
}

static struct ktap_field named_field(const struct making *m, const char *name)
{
	const struct tep_format_field *f;
	unsigned int n = 0;

	if (!m->format)
		return no_field();
	for (f = m->format->format.fields; f; f = f->next, n++)
		if (!strcmp(f->name, name))
			return nth_field(m, f, n);
	for (f = m->format->format.common_fields; f; f = f->next)
		if (!strcmp(f->name, name) && m->ev.kind == KTAP_EV_TRACEPOINT)
			return format_field(f);
	return no_field();
}

static struct ktap_field positional_field(const struct making *m, unsigned int n)
{
	return n < m->ev.nargs ? m->fields.at[n] : no_field();
}

/* The first generation's sc_argN on raw_syscalls:sys_enter: an element of args[]. */
static struct ktap_field array_element(struct ktap_field array, unsigned int n)
{
	if (array.source != KTAP_SRC_RECORD || array.size != SYSCALL_ARGS * 8)
		return no_field();
	return (struct ktap_field){ .source = KTAP_SRC_RECORD, .type = KTAP_FT_S64,
				    .offset = array.offset + 8 * n };
}

static struct ktap_field syscall_arg(const struct making *m, unsigned int n)
{
	if (!n || n > SYSCALL_ARGS)
		return no_field();
	if (m->ev.kind == KTAP_EV_SYS_ENTER)
		return positional_field(m, n);
	return array_element(named_field(m, "args"), n - 1);
}

static bool is_raw_syscall(const struct making *m)
{
	return !strcmp(m->ev.system, "raw_syscalls");
}

static struct ktap_field syscall_nr_field(const struct making *m)
{
	if (m->ev.kind == KTAP_EV_SYS_ENTER || m->ev.kind == KTAP_EV_SYS_EXIT)
		return word_field(0);
	return is_raw_syscall(m) ? named_field(m, "id") : no_field();
}

static struct ktap_field result_field(const struct making *m)
{
	if (m->ev.kind == KTAP_EV_SYS_EXIT)
		return word_field(1);
	return is_raw_syscall(m) ? named_field(m, "ret") : no_field();
}

static struct ktap_field referenced_field(const struct making *m, const struct event_ref *ref)
{
	switch (ref->kind) {
	case KTAP_FREF_NAME:	return named_field(m, ref->name);
	case KTAP_FREF_ARG:	return positional_field(m, ref->index);
	case KTAP_FREF_RETVAL:	return result_field(m);
	case KTAP_FREF_SCNR:	return syscall_nr_field(m);
	case KTAP_FREF_SCARG:	return syscall_arg(m, ref->index);
	default:		return no_field();
	}
}

/* Positions that nobody may ask for need no types, so no format file. */
static void add_untyped(struct making *m)
{
	unsigned int words = m->ev.kind == KTAP_EV_SYS_ENTER ? 1 + SYSCALL_ARGS : 2;

	for (unsigned int i = 0; i < words; i++)
		fields_add(&m->fields, word_field(i));
}

static void add_positional(struct making *m)
{
	const struct tep_format_field *f = m->format ? m->format->format.fields : NULL;
	unsigned int n = 0;

	if (!m->format)
		add_untyped(m);
	for (; f && n < KTAP_MAX_ARGS; f = f->next, n++)
		fields_add(&m->fields, nth_field(m, f, n));
	m->ev.nargs = m->fields.n;
}

static void add_references(struct making *m)
{
	for (size_t i = 0; i < m->query->nrefs; i++)
		fields_add(&m->fields, referenced_field(m, &m->query->refs[i]));
	m->ev.nrefs = m->query->nrefs;
}

/* Whether a system call's format file has to be read: not for number and result. */
static bool wants_format(const struct event_query *q, __u32 kind)
{
	if (kind == KTAP_EV_TRACEPOINT || q->positions)
		return true;
	for (size_t i = 0; i < q->nrefs; i++)
		if (q->refs[i].kind == KTAP_FREF_NAME || q->refs[i].kind == KTAP_FREF_ARG ||
		    q->refs[i].kind == KTAP_FREF_SCARG)
			return true;
	return false;
}

/* Kind and number; false for a system call that this ktap does not know. */
static bool classify(struct ktap_event *ev)
{
	const char *in = syscall_entered(ev->name), *out = syscall_left(ev->name);

	ev->kind = KTAP_EV_TRACEPOINT;
	ev->nr = -1;
	if (strcmp(ev->system, "syscalls") || (!in && !out))
		return true;
	ev->kind = in ? KTAP_EV_SYS_ENTER : KTAP_EV_SYS_EXIT;
	ev->nr = syscall_number(in ? in : out);
	return ev->nr >= 0;
}

static void append(struct event_list *list, struct making *m)
{
	m->ev.args = (uintptr_t)m->fields.at;
	*list_push(list) = m->ev;
}

static void skip(struct event_list *list, const char *system, const char *name)
{
	struct buf full = { 0 };

	buf_printf(&full, "%s:%s", system, name);
	names_add(&list->skipped, text_cstr(&full));
	buf_free(&full);
}

static bool set_names(struct ktap_event *ev, const char *system, const char *name)
{
	return snprintf(ev->system, sizeof(ev->system), "%s", system) < (int)sizeof(ev->system) &&
	       snprintf(ev->name, sizeof(ev->name), "%s", name) < (int)sizeof(ev->name);
}

static bool describe(struct event_source *src, struct making *m)
{
	if (wants_format(m->query, m->ev.kind)) {
		m->format = format_get(&src->formats, m->ev.system, m->ev.name, NULL);
		if (!m->format)
			return false;
	}
	if (m->ev.kind == KTAP_EV_TRACEPOINT) {
		m->ev.id = m->format->id;
		m->ev.rec_size = format_record_size(m->format);
	}
	add_positional(m);
	add_references(m);
	return true;
}

struct resolving {
	struct event_source *src;
	const struct event_query *query;
	struct event_list *list;
};

static void make_event(void *arg, const char *system, const char *name)
{
	struct resolving *r = arg;
	struct making m = { .query = r->query, .ev.size = sizeof(m.ev) };

	if (set_names(&m.ev, system, name) && classify(&m.ev) && describe(r->src, &m))
		append(r->list, &m);
	else
		skip(r->list, system, name);
}

static int resolve_spec(struct event_source *src, const struct event_query *query,
			const struct event_spec *spec, struct event_list *out, struct buf *why)
{
	struct resolving r = { src, query, out };

	if (!match_events(&src->tracefs, spec, make_event, &r)) {
		match_explain(&src->tracefs, spec, why);
		return -1;
	}
	if (!out->n) {
		buf_printf(why, "this version of ktap cannot trace %s", out->skipped.at[0]);
		return -1;
	}
	return 0;
}

/* No field is theirs: references are nil. */
static int resolve_life(const struct event_query *query, struct event_list *out, struct buf *why)
{
	struct making m = { .query = query, .ev = { .size = sizeof(m.ev), .nr = -1 } };

	if (life_parse(query->text, &m.ev, why))
		return -1;
	add_references(&m);
	append(out, &m);
	return 0;
}

int event_resolve(struct event_source *src, const struct event_query *query,
		  struct event_list *out, struct buf *why)
{
	struct event_spec spec;
	int err;

	*out = (struct event_list){ 0 };
	if (life_is_event(query->text))
		return resolve_life(query, out, why);
	if (spec_parse(query->text, &spec, why))
		return -1;
	err = resolve_spec(src, query, &spec, out, why);
	spec_free(&spec);
	if (err)
		event_list_free(out);
	return err;
}

void event_list_free(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free((void *)(uintptr_t)list->at[i].args);
	free(list->at);
	names_free(&list->skipped);
	*list = (struct event_list){ 0 };
}

const struct ktap_field *event_list_ref(const struct event_list *list, size_t i, size_t ref)
{
	const struct ktap_event *ev = &list->at[i];

	return (const struct ktap_field *)(uintptr_t)ev->args + ev->nargs + ref;
}

static bool is_missing(const struct event_list *list, size_t ref)
{
	for (size_t i = 0; i < list->n; i++)
		if (event_list_ref(list, i, ref)->source != KTAP_SRC_NONE)
			return false;
	return true;
}

/* All fields of all events; the names of many are the same, which does no harm. */
static void all_fields(struct event_source *src, const struct event_list *list, struct names *out)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct ktap_event *ev = &list->at[i];
		const struct tep_event *f = format_get(&src->formats, ev->system, ev->name, NULL);

		if (f)
			format_field_names(f, out);
	}
	names_unique(out);
}

static void explain_missing(struct event_source *src, const struct event_query *query,
			    const struct event_list *list, const char *name, struct buf *why)
{
	struct names fields = { 0 };
	const char *near;

	all_fields(src, list, &fields);
	near = names_near(&fields, name);
	buf_printf(why, "'%s' has no field '%s'", query->text, name);
	if (near)
		buf_printf(why, "; did you mean '%s'?", near);
	else if (list->n == 1)
		names_enumerate(&fields, "; it has ", why);
	names_free(&fields);
}

int event_missing_ref(struct event_source *src, const struct event_query *query,
		      const struct event_list *list, struct buf *why)
{
	for (size_t ref = 0; ref < query->nrefs; ref++)
		if (query->refs[ref].kind == KTAP_FREF_NAME && is_missing(list, ref)) {
			explain_missing(src, query, list, query->refs[ref].name, why);
			return ref;
		}
	return -1;
}
