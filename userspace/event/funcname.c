// SPDX-License-Identifier: GPL-2.0
#include "event/funcname.h"

#include <stdlib.h>
#include <string.h>

#include "event/glob.h"
#include "event/kernelfunc.h"
#include "event/traceable.h"
#include "util/near.h"
#include "util/text.h"

/* Trampolines and programs of others have names, but nobody probes them. */
static bool is_foreign(const char *module)
{
	return module && (!strcmp(module, "bpf") || !strncmp(module, "__builtin", 9));
}

/* Parts that the compiler moved out of a function, and room ahead of one, are none. */
static bool is_part(const char *name)
{
	return strstr(name, ".cold") || !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6);
}

static bool is_function(const struct ksym *sym)
{
	return strchr("tTwW", sym->type) && !is_foreign(sym->module) && !is_part(sym->name);
}

static bool in_module(const struct ksym *sym, const char *wanted)
{
	return !wanted || glob_match(wanted, sym->module ? sym->module : "vmlinux");
}

static bool is_meant(const struct funcspec *spec, const struct ksym *sym)
{
	return is_function(sym) && in_module(sym, spec->module);
}

static bool is_told(const struct funcspec *spec, const struct kernelfunc *f, const struct kernelfunc *last)
{
	if (!is_meant(spec, &f->sym))
		return false;
	return !glob_is_pattern(spec->name) ||
	       (f->is_traced && !(last && last->sym.address == f->sym.address));
}

/* As ktap's module tells. Of a pattern several names of one function are one event. */
static int match_told(const struct funcspec *spec, funcname_fn fn, void *arg)
{
	struct kernelfuncs f = kernelfuncs_find(spec->name);
	const struct kernelfunc *last = NULL;
	int found = 0;

	for (unsigned int i = 0; i < f.list.n; i++)
		if (is_told(spec, &f.list.at[i], last)) {
			last = &f.list.at[i];
			fn(arg, &last->sym);
			found++;
		}
	kernelfuncs_free(&f);
	return found;
}

/* A literal name is looked up, and means all functions that have it. */
static int match_literal(struct event_catalog *c, const struct funcspec *spec, funcname_fn fn,
			 void *arg)
{
	const struct ksym *sym;
	int found = 0;

	for (sym = ksyms_find(&c->ksyms, spec->name); sym; sym = ksyms_again(&c->ksyms, sym))
		if (is_meant(spec, sym)) {
			fn(arg, sym);
			found++;
		}
	return found;
}

static bool matches(struct event_catalog *c, const struct funcspec *spec, const struct ksym *sym)
{
	return is_meant(spec, sym) && glob_match(spec->name, sym->name) && traceable_has(&c->traceable, sym);
}

/* Several names of one function are one event. */
static int match_glob(struct event_catalog *c, const struct funcspec *spec, funcname_fn fn,
		      void *arg)
{
	const struct ksym *last = NULL, *sym;
	unsigned int n;
	int found = 0;

	sym = ksyms_all(&c->ksyms, &n);
	for (; n; n--, sym++) {
		if (!matches(c, spec, sym) ||
		    (last && sym->address && sym->address == last->address))
			continue;
		fn(arg, sym);
		last = sym;
		found++;
	}
	return found;
}

int funcname_match(struct event_catalog *c, const struct funcspec *spec, funcname_fn fn, void *arg)
{
	struct buf why = { 0 };
	bool literal = !glob_is_pattern(spec->name);
	int found = match_told(spec, fn, arg);
	unsigned int n;

	if (!found && literal)
		found = match_literal(c, spec, fn, arg);
	if (found)
		return found;
	ksyms_all(&c->ksyms, &n);
	if (!n)
		return FUNCNAME_NO_SYMBOLS;
	if (literal)
		return 0;
	if (!catalog_need_tracefs(c, &why))
		traceable_need(&c->traceable, c->tracefs.root);
	buf_free(&why);
	return match_glob(c, spec, fn, arg);
}

static const char *near_name(struct event_catalog *c, const struct funcspec *spec)
{
	struct near_search search = near_begin(spec->name);
	const struct ksym *sym;
	unsigned int n;

	sym = ksyms_all(&c->ksyms, &n);
	for (; n; n--, sym++)
		if (is_function(sym) && in_module(sym, spec->module))
			near_offer(&search, sym->name);
	return search.best;
}

static bool is_loaded(struct event_catalog *c, const char *module)
{
	const struct ksym *sym;
	unsigned int n;

	sym = ksyms_all(&c->ksyms, &n);
	for (; n; n--, sym++)
		if (in_module(sym, module))
			return true;
	return false;
}

/* A name that exists, but not as what was asked for. */
static bool explain_symbol(struct event_catalog *c, const struct funcspec *spec, struct buf *why)
{
	const struct ksym *sym = ksyms_find(&c->ksyms, spec->name);

	if (!sym)
		return false;
	if (!is_function(sym))
		buf_printf(why, "; '%s' is no function", spec->name);
	else
		buf_printf(why, "; '%s' is a function of %s", spec->name,
			   sym->module ? sym->module : "vmlinux");
	return true;
}

void funcname_explain(struct event_catalog *c, const struct funcspec *spec, struct buf *why)
{
	const char *near;

	if (spec->module && !is_loaded(c, spec->module)) {
		buf_printf(why, "no module '%s' is loaded", spec->module);
		return;
	}
	buf_printf(why, "the kernel has no function that matches '%s'", spec->name);
	if (spec->module)
		buf_printf(why, " in '%s'", spec->module);
	if (glob_is_pattern(spec->name) || explain_symbol(c, spec, why))
		return;
	near = near_name(c, spec);
	if (near)
		buf_printf(why, "; did you mean '%s'?", near);
}

struct listing {
	const char *glob;
	struct names *out;
	struct buf text;	/* of the one at hand */
};

static void list_text(struct listing *l)
{
	if (glob_match(l->glob, text_cstr(&l->text)))
		names_add(l->out, text_cstr(&l->text));
}

static void list_function(void *arg, const struct ksym *sym)
{
	struct listing *l = arg;

	l->text.len = 0;
	text_str(&l->text, "probe:");
	text_str(&l->text, sym->name);
	list_text(l);
}

static void list_of_module(void *arg, const struct ksym *sym)
{
	struct listing *l = arg;

	if (!sym->module)
		return;
	l->text.len = 0;
	buf_printf(&l->text, "probe:%s:%s", sym->module, sym->name);
	list_text(l);
}

static void enumerate(struct event_catalog *c, const char *glob, struct names *out, funcname_fn fn)
{
	const struct funcspec all = { .name = (char *)"*" };
	struct listing l = { .glob = glob, .out = out };

	funcname_match(c, &all, fn, &l);
	buf_free(&l.text);
}

void funcname_enumerate(struct event_catalog *c, const char *glob, struct names *out)
{
	enumerate(c, glob, out, list_function);
}

void funcname_enumerate_modules(struct event_catalog *c, const char *glob, struct names *out)
{
	enumerate(c, glob, out, list_of_module);
}
