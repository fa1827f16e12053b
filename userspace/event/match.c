// SPDX-License-Identifier: GPL-2.0
#include "event/match.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "event/glob.h"
#include "util/text.h"

/* Its entries belong to the function tracer and are no tracepoints. */
static bool is_traceable(const char *system)
{
	return strcmp(system, "ftrace") != 0;
}

static size_t match_in(const struct tracefs *t, const char *system,
		       const char *pattern, match_fn fn, void *arg)
{
	struct names names = { 0 };
	size_t found = 0;

	tracefs_events(t, system, &names);
	for (unsigned int i = 0; i < names.n; i++)
		if (glob_match(pattern, names.at[i])) {
			fn(arg, system, names.at[i]);
			found++;
		}
	names_free(&names);
	return found;
}

/* A name without wildcards is looked up, not searched for. */
static size_t match_literal(const struct tracefs *t, const struct event_spec *spec,
			    match_fn fn, void *arg)
{
	if (!is_traceable(spec->system) || !tracefs_has_event(t, spec->system, spec->name))
		return 0;
	fn(arg, spec->system, spec->name);
	return 1;
}

size_t match_events(const struct tracefs *t, const struct event_spec *spec,
		    match_fn fn, void *arg)
{
	struct names systems = { 0 };
	size_t found = 0;

	if (!glob_is_pattern(spec->system) && !glob_is_pattern(spec->name))
		return match_literal(t, spec, fn, arg);
	tracefs_systems(t, &systems);
	for (unsigned int i = 0; i < systems.n; i++)
		if (is_traceable(systems.at[i]) && glob_match(spec->system, systems.at[i]))
			found += match_in(t, systems.at[i], spec->name, fn, arg);
	names_free(&systems);
	return found;
}

/* Keeps the letters of a pattern: what is near them is near what was meant. */
static char *without_wildcards(const char *pattern)
{
	char *copy = text_dup(pattern), *to = copy;

	for (const char *p = pattern; *p; p++)
		if (!strchr("*?[]!^\\", *p))
			*to++ = *p;
	*to = 0;
	return copy;
}

static void did_you_mean(const struct names *names, const char *pattern,
			 const char *prefix, struct buf *why)
{
	char *wanted = without_wildcards(pattern);
	const char *near = names_near(names, wanted);

	if (near)
		buf_printf(why, "; did you mean %s%s?", prefix, near);
	free(wanted);
}

static void near_names(const struct tracefs *t, const struct event_spec *spec, struct buf *why)
{
	struct names names = { 0 };
	struct buf prefix = { 0 };

	buf_printf(&prefix, "%s:", spec->system);
	tracefs_events(t, spec->system, &names);
	did_you_mean(&names, spec->name, text_cstr(&prefix), why);
	names_free(&names);
	buf_free(&prefix);
}

/* Keeps the first. */
static void keep(void *arg, const char *system, const char *name)
{
	struct buf full = { 0 };
	char **first = arg;

	if (*first)
		return;
	buf_printf(&full, "%s:%s", system, name);
	*first = text_dup(text_cstr(&full));
	buf_free(&full);
}

char *match_anywhere(const struct tracefs *t, const char *name)
{
	const struct event_spec spec = { (char *)"*", (char *)name };
	char *first = NULL;

	if (!glob_is_pattern(name))
		match_events(t, &spec, keep, &first);
	return first;
}

/* The system is wrong: the same name elsewhere is the best guess, a system like it the next. */
static void near_systems(const struct tracefs *t, const struct event_spec *spec, struct buf *why)
{
	char *elsewhere = match_anywhere(t, spec->name);
	struct names systems = { 0 };

	if (elsewhere) {
		buf_printf(why, "; did you mean %s?", elsewhere);
	} else {
		tracefs_systems(t, &systems);
		did_you_mean(&systems, spec->system, "the system ", why);
	}
	names_free(&systems);
	free(elsewhere);
}

void match_explain(const struct tracefs *t, const struct event_spec *spec, struct buf *why)
{
	bool literal = !glob_is_pattern(spec->system);

	buf_printf(why, "no event matches '%s:%s'", spec->system, spec->name);
	if (literal && tracefs_has_system(t, spec->system))
		near_names(t, spec, why);
	else if (literal)
		near_systems(t, spec, why);
}
