// SPDX-License-Identifier: GPL-2.0
#include "run/attach.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <ktap/bytecode.h>

#include "run/signals.h"
#include "run/unwind.h"
#include "util/arena.h"
#include "util/text.h"

#define MAX_NAMED	5	/* events in one complaint */
#define STEP		32	/* events attached by one call .. */
#define STEP_FUNCTIONS	4096	/* .. and functions, which are hooked all at once */

void attach_prepare(struct session *s)
{
	struct ktap_ifref fref;

	s->opts.catalog->pid = s->opts.scope.npids == 1 ? s->opts.scope.pids[0] : 0;
	catalog_check(s->opts.catalog);
	s->nrefs = image_count(&s->image, KTAP_SEC_FREFS);
	s->refs = xmalloc((s->nrefs + 1) * sizeof(*s->refs));
	for (size_t i = 0; i < s->nrefs && image_fref(&s->image, i, &fref); i++)
		s->refs[i] = (struct event_ref){ .kind = fref.kind, .index = fref.index,
						 .name = image_string(&s->image, fref.name) };
	s->positions = image_uses_builtin(&s->image, KTAP_BI_EVFIELD) ||
		       image_uses_builtin(&s->image, KTAP_BI_ARG);
	s->shown = image_shows_events(&s->image);
}

void attach_finish(struct session *s)
{
	later_free(s);
	missing_free(s);
	free(s->refs);
	catalog_close(s->opts.catalog);
}

/* "script.kp:3:1: ", or "ktap: " where the program does not say. */
static void put_place(const struct session *s, const struct ktap_ioc_run *at, struct buf *out)
{
	struct ktap_ispec spec;

	if (image_spec(&s->image, at->spec, &spec))
		buf_printf(out, "%s:%u:%u: ", image_string(&s->image, spec.file),
			   spec.line, spec.col);
	else if (at->line)
		buf_printf(out, "%s:%u: ", image_place(&s->image, 0, 0).file, at->line);
	else
		text_str(out, "ktap: ");
}

static void say_at(const struct session *s, const struct ktap_ioc_run *at, struct buf *sentence)
{
	struct buf line = { 0 };

	put_place(s, at, &line);
	buf_add(&line, sentence->data, sentence->len);
	fprintf(s->opts.err, "%s\n", text_cstr(&line));
	buf_free(&line);
}

/* What the kernel would have to be built with for events of this kind. */
static const char *reason_of_kernel(const struct ktap_event *ev)
{
	switch (ev->kind) {
	case KTAP_EV_FUNC:
	case KTAP_EV_FUNC_RET:	return "function probes: this kernel has no CONFIG_KPROBES";
	case KTAP_EV_UFUNC:
	case KTAP_EV_UFUNC_RET:	return "probes of programs: this kernel has no CONFIG_UPROBES";
	default:		return "tracepoints: this kernel has no CONFIG_TRACING";
	}
}

/* What the module cannot show of events of this kind. */
static const char *reason_of_module(const struct ktap_event *ev)
{
	switch (ev->kind) {
	case KTAP_EV_RAW:	return "where its arguments are cannot be told on this machine";
	case KTAP_EV_FUNC:	return "where a function begins this machine's kernel has registers of arguments only";
	default:		return "its fields are not known to this build of the module";
	}
}

static const char *reason(const struct ktap_event *ev)
{
	const char *own = event_reason(ev);

	if (own)
		return own;
	switch (-ev->error) {
	case ENOENT:	return "this kernel has the event's files but not the event";
	case EOPNOTSUPP: return reason_of_module(ev);
	case ENOSYS:	return reason_of_kernel(ev);
	case EINVAL:	return "the module does not take its description";
	case ENOSPC:	return "there are too many events in one session";
	case ENOMEM:	return "out of memory";
	default:	return strerror(-ev->error);
	}
}

/* Lists what is not traced, of whatever was asked for. */
static void put_failures(const struct event_list *list, struct buf *out)
{
	unsigned int failed = 0;

	for (unsigned int i = 0; i < list->n; i++)
		if (list->at[i].error && failed++ < MAX_NAMED) {
			text_str(out, failed > 1 ? ", " : "");
			event_label(&list->at[i], out);
			buf_printf(out, " (%s)", reason(&list->at[i]));
		}
	for (unsigned int i = 0; i < list->skipped.n; i++)
		if (failed++ < MAX_NAMED)
			buf_printf(out, "%s%s", failed > 1 ? ", " : "", list->skipped.at[i]);
	if (failed > MAX_NAMED)
		buf_printf(out, " and %u more", failed - MAX_NAMED);
}

static void say_failures(struct session *s, const struct ktap_ioc_run *at, const char *text,
			 const struct event_list *list, unsigned int attached)
{
	unsigned int all = list->n + list->skipped.n;
	struct buf out = { 0 };

	if (attached == all)
		return;
	if (attached)
		buf_printf(&out, "%u of %u events of '%s' are not traced: ", all - attached, all, text);
	else
		buf_printf(&out, "cannot trace '%s': ", text);
	put_failures(list, &out);
	say_at(s, at, &out);
	buf_free(&out);
}

static void say_paths(const struct session *s, const struct event_list *list)
{
	static const char *const path[] = {
#define _(name, text) text,
		KTAP_PATHS(_)
#undef _
	};

	for (unsigned int i = 0; s->opts.verbose && i < list->n; i++) {
		const struct ktap_event *ev = &list->at[i];
		struct buf label = { 0 };

		event_label(ev, &label);
		session_say(s, "%s: %s", text_cstr(&label), ev->error ? reason(ev) :
			    ev->path < KTAP_PATH__MAX ? path[ev->path] : "?");
		buf_free(&label);
	}
}

/* A handler that is to be kept is so by the first call that succeeds. */
static int attach_some(struct session *s, uint32_t *handler, const struct event_list *list,
		       unsigned int first, unsigned int n)
{
	struct ktap_ioc_attach io = { .size = sizeof(io), .count = n, .handler = *handler,
				      .events = (uintptr_t)&list->at[first] };
	int err;

	probes_begin(&s->probes);
	err = ioctl(s->device, KTAP_IOC_ATTACH, &io) ? -errno : 0;
	probes_end(&s->probes, list, first, err ? 0 : n);
	if (!err)
		*handler = io.handler;
	return err ? err : (int)io.attached;
}

static unsigned int step_of(const struct ktap_event *ev)
{
	return ev->kind == KTAP_EV_FUNC || ev->kind == KTAP_EV_FUNC_RET ? STEP_FUNCTIONS : STEP;
}

/*
 * In steps: events of the first ones come while the last are being attached. The handler
 * is 0 for that of the statement at hand, or KTAP_HANDLER_KEEP and then its number, or
 * one that was kept (`late`).
 */
static int attach_list(struct session *s, uint32_t *handler, bool late, const struct event_list *list,
		       struct buf *why)
{
	unsigned int step = step_of(&list->at[0]);
	uint32_t use = *handler;
	int attached = 0, got;

	for (unsigned int i = 0; i < list->n; i += step) {
		unsigned int left = list->n - i;

		got = attach_some(s, &use, list, i, left < step ? left : step);
		if (got < 0) {
			buf_printf(why, "the module cannot attach: %s", strerror(-got));
			return -1;
		}
		attached += got;
		if (!i)
			*handler = use;
		if (!late)
			use = 0;
	}
	return attached;
}

/* Tracing goes on for what may come by itself: begin is over by then. */
static void note_kind(struct session *s, const struct ktap_event *ev, int attached)
{
	if (ev->kind != KTAP_EV_BEGIN && ev->kind != KTAP_EV_EXIT)
		s->attached += attached;
	if (ev->kind == KTAP_EV_SIGNAL && attached)
		signals_watch(ev->nr);
}

/* What is traced in a program is called by it, and by what it runs with. */
static void note_files(struct session *s, const struct event_list *list)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (list->at[i].file && (!i || list->at[i].file != list->at[i - 1].file))
			unwind_program(s, (const char *)(uintptr_t)list->at[i].file);
}

static struct event_query query_of(const struct session *s, const char *text)
{
	return (struct event_query){ .text = text, .refs = s->refs, .nrefs = s->nrefs,
				     .positions = s->positions, .shown = s->shown };
}

/* There is none as yet. 1: the statement waits for it, which is said. */
static int wait_for(struct session *s, const struct ktap_ioc_run *at, const char *text, struct buf *why)
{
	struct event_list none = { 0 };
	uint32_t handler = KTAP_HANDLER_KEEP;
	int err = attach_some(s, &handler, &none, 0, 0);

	if (err) {
		buf_free(why);
		buf_printf(why, "the module cannot attach: %s", strerror(-err));
		return -1;
	}
	later_add(s, at, text, handler);
	text_str(why, "; waiting for a module of the kernel that brings it");
	say_at(s, at, why);
	return 1;
}

static int attach_resolved(struct session *s, const struct ktap_ioc_run *at, const struct event_query *query,
			   const struct event_list *list, struct buf *why)
{
	uint32_t handler = event_comes_later(query->text) ? KTAP_HANDLER_KEEP : 0;
	int attached;

	note_files(s, list);
	attached = attach_list(s, &handler, false, list, why);
	if (attached < 0)
		return attached;
	say_failures(s, at, query->text, list, attached);
	say_paths(s, list);
	note_kind(s, &list->at[0], attached);
	missing_note(s, query, list);
	if (handler)
		later_note(later_add(s, at, query->text, handler), list);
	return attached;
}

/* How many events are attached, or 1 if it waits for some; -1: none. */
static int attach_text(struct session *s, const struct ktap_ioc_run *at, const char *text,
		       struct buf *why)
{
	struct event_query query = query_of(s, text);
	struct event_list list;
	int attached, err = event_resolve(s->opts.catalog, &query, &list, why);

	if (err == EVENT_ABSENT && s->opts.wait)
		return wait_for(s, at, text, why);
	if (err)
		return -1;
	attached = attach_resolved(s, at, &query, &list, why);
	event_list_free(&list);
	return attached;
}

static void attach_new(struct session *s, struct later_statement *st, const struct event_query *query,
		       const struct event_list *list)
{
	struct buf why = { 0 };
	int attached = attach_list(s, &st->handler, true, list, &why);

	if (attached < 0) {
		say_at(s, &st->place, &why);
	} else {
		say_failures(s, &st->place, st->text, list, attached);
		say_paths(s, list);
		later_note(st, list);
		missing_note(s, query, list);
		missing_tell(s);
	}
	buf_free(&why);
}

void attach_later(struct session *s, struct later_statement *st)
{
	struct event_query query = query_of(s, st->text);
	struct event_list list;
	struct buf why = { 0 };

	query.known = &st->known;
	if (!event_resolve(s->opts.catalog, &query, &list, &why)) {
		if (list.n)
			attach_new(s, st, &query, &list);
		event_list_free(&list);
	}
	buf_free(&why);
}

int attach_statement(struct session *s, const struct ktap_ioc_run *at, const char *text)
{
	struct buf why = { 0 };
	int attached = attach_text(s, at, text, &why);

	if (attached < 0)
		say_at(s, at, &why);
	buf_free(&why);
	return attached > 0 ? 0 : -1;
}
