// SPDX-License-Identifier: GPL-2.0
#include "event/tracepoint.h"

#include <string.h>

#include "event/glob.h"
#include "event/making.h"
#include "event/match.h"
#include "event/spec.h"
#include "event/syscall.h"
#include "event/tpmembers.h"
#include "event/tptext.h"
#include "util/text.h"

#define SYSCALL_ARGS	6

static struct ktap_field word_field(unsigned int word)
{
	return (struct ktap_field){ .source = KTAP_SRC_WORD, .type = KTAP_FT_S64, .offset = word };
}

/* An event, and its format file: NULL if it is not needed. */
struct described {
	struct making m;
	const struct format *format;
};

/*
 * Word of a system call: the number's, then as declared behind it. Newer kernels
 * copy what an argument points to behind the arguments: the module does not.
 */
static struct ktap_field syscall_field(const struct described *d,
				       const struct format_field *field, unsigned int word)
{
	if (word > (d->m.ev.kind == KTAP_EV_SYS_ENTER ? SYSCALL_ARGS : 1) ||
	    field->flags & FORMAT_LOCATED)
		return field_none();
	if (d->m.ev.kind == KTAP_EV_SYS_EXIT || !word)
		return word_field(word);
	return format_syscall_field(field, word);
}

static struct ktap_field nth_field(const struct described *d,
				   const struct format_field *field, unsigned int n)
{
	if (d->m.ev.kind == KTAP_EV_TRACEPOINT)
		return format_field(field);
	return syscall_field(d, field, n);
}

static struct ktap_field named_field(const struct described *d, const char *name)
{
	const struct format_field *f;

	if (!d->format)
		return field_none();
	for (f = format_begin(d->format); f < format_end(d->format); f++)
		if (!strcmp(f->name, name))
			return nth_field(d, f, f - format_begin(d->format));
	f = d->m.ev.kind == KTAP_EV_TRACEPOINT ? format_common(d->format, name) : NULL;
	return f ? format_field(f) : field_none();
}

/* The first generation's sc_argN on raw_syscalls:sys_enter: an element of args[]. */
static struct ktap_field array_element(struct ktap_field array, unsigned int n)
{
	if (array.source != KTAP_SRC_RECORD || array.size != SYSCALL_ARGS * 8)
		return field_none();
	return (struct ktap_field){ .source = KTAP_SRC_RECORD, .type = KTAP_FT_S64,
				    .offset = array.offset + 8 * n };
}

static struct ktap_field syscall_arg(const struct described *d, unsigned int n)
{
	if (!n || n > SYSCALL_ARGS)
		return field_none();
	if (d->m.ev.kind == KTAP_EV_SYS_ENTER)
		return making_nth(&d->m, n);
	return array_element(named_field(d, "args"), n - 1);
}

static bool is_raw_syscall(const struct described *d)
{
	return !strcmp(d->m.ev.system, "raw_syscalls");
}

static struct ktap_field syscall_nr_field(const struct described *d)
{
	if (d->m.ev.kind == KTAP_EV_SYS_ENTER || d->m.ev.kind == KTAP_EV_SYS_EXIT)
		return word_field(0);
	return is_raw_syscall(d) ? named_field(d, "id") : field_none();
}

static struct ktap_field result_field(const struct described *d)
{
	if (d->m.ev.kind == KTAP_EV_SYS_EXIT)
		return word_field(1);
	return is_raw_syscall(d) ? named_field(d, "ret") : field_none();
}

static struct ktap_field referenced_field(const struct described *d, const struct event_ref *ref)
{
	switch (ref->kind) {
	case KTAP_FREF_NAME:	return named_field(d, ref->name);
	case KTAP_FREF_ARG:	return making_nth(&d->m, ref->index);
	case KTAP_FREF_RETVAL:	return result_field(d);
	case KTAP_FREF_SCNR:	return syscall_nr_field(d);
	case KTAP_FREF_SCARG:	return syscall_arg(d, ref->index);
	default:		return field_none();
	}
}

/* Positions that nobody may ask for need no types, so no format file. */
static void add_untyped(struct described *d)
{
	unsigned int words = d->m.ev.kind == KTAP_EV_SYS_ENTER ? 1 + SYSCALL_ARGS : 2;

	for (unsigned int i = 0; i < words; i++)
		making_arg(&d->m, word_field(i));
}

static void add_positional(struct described *d)
{
	const struct format_field *f = d->format ? format_begin(d->format) : NULL;

	if (!d->format)
		add_untyped(d);
	for (unsigned int n = 0; f && f + n < format_end(d->format) && n < KTAP_MAX_ARGS; n++)
		making_arg(&d->m, nth_field(d, f + n, n));
}

static void add_references(struct described *d)
{
	for (size_t i = 0; i < d->m.query->nrefs; i++)
		making_ref(&d->m, referenced_field(d, &d->m.query->refs[i]));
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

static bool describe(struct event_catalog *c, struct described *d)
{
	struct ktap_event *ev = &d->m.ev;

	if (wants_format(d->m.query, ev->kind)) {
		d->format = format_get(&c->formats, ev->system, ev->name, NULL);
		if (!d->format)
			return false;
	}
	if (ev->kind == KTAP_EV_TRACEPOINT) {
		ev->id = d->format->id;
		ev->rec_size = format_record_size(d->format);
	}
	add_positional(d);
	add_references(d);
	return true;
}

struct resolving {
	struct event_catalog *catalog;
	const struct event_query *query;
	struct event_list *list;
};

static void make_event(void *arg, const char *system, const char *name)
{
	struct resolving *r = arg;
	struct described d = { .m = making_begin(r->query, KTAP_EV_TRACEPOINT) };

	if (making_knows(r->query, system, name))
		return;
	if (making_name(&d.m, system, name) && classify(&d.m.ev) && describe(r->catalog, &d))
		making_finish(&d.m, r->list);
	else
		making_skip(&d.m, r->list, system, name);
}

static int resolve_spec(struct event_catalog *c, const struct event_query *query,
			const struct event_spec *spec, struct event_list *out, struct buf *why)
{
	struct resolving r = { c, query, out };

	if (!match_events(&c->tracefs, spec, make_event, &r)) {
		match_explain(&c->tracefs, spec, why);
		return EVENT_ABSENT;
	}
	if (!out->n && out->skipped.n) {
		buf_printf(why, "cannot trace %s", out->skipped.at[0]);
		return EVENT_REFUSED;
	}
	return 0;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct event_spec spec;
	int err;

	if (catalog_need_tracefs(c, why))
		return EVENT_UNKNOWN;
	if (spec_parse(query->text, &spec, why))
		return EVENT_REFUSED;
	err = resolve_spec(c, query, &spec, out, why);
	spec_free(&spec);
	return err;
}

static bool owns(const char *text)
{
	(void)text;
	return true;
}

static void fields(struct event_catalog *c, const struct ktap_event *ev, struct names *out)
{
	const struct format *f = format_get(&c->formats, ev->system, ev->name, NULL);

	if (f)
		format_field_names(f, out);
}

struct listing {
	const char *glob;
	struct names *out;
};

static void list_event(void *arg, const char *system, const char *name)
{
	const struct listing *l = arg;
	struct buf full = { 0 };

	buf_printf(&full, "%s:%s", system, name);
	if (glob_match(l->glob, text_cstr(&full)))
		names_add(l->out, text_cstr(&full));
	buf_free(&full);
}

static void enumerate(struct event_catalog *c, const char *glob, struct names *out)
{
	struct event_spec all = { (char *)"*", (char *)"*" };
	struct listing l = { glob, out };
	struct buf why = { 0 };

	if (!catalog_need_tracefs(c, &why))
		match_events(&c->tracefs, &all, list_event, &l);
	buf_free(&why);
}

static void arguments(struct event_catalog *c, const char *text, struct buf *out)
{
	struct buf why = { 0 };
	const struct format *f;
	struct event_spec spec;

	if (!spec_parse(text, &spec, &why)) {
		f = format_get(&c->formats, spec.system, spec.name, NULL);
		if (f)
			format_arguments(f, out);
		spec_free(&spec);
	}
	buf_free(&why);
}

const struct event_source tracepoint_source = {
	.kinds		= 1 << KTAP_EV_TRACEPOINT | 1 << KTAP_EV_SYS_ENTER | 1 << KTAP_EV_SYS_EXIT,
	.comes_later	= true,
	.owns		= owns,
	.resolve	= resolve,
	.fields		= fields,
	.enumerate	= enumerate,
	.arguments	= arguments,
	.render		= tracepoint_text,
	.members	= tracepoint_members,
};
