// SPDX-License-Identifier: GPL-2.0
#include "event/function.h"

#include <errno.h>
#include <string.h>

#include "event/fetcharg.h"
#include "event/funcname.h"
#include "event/funcspec.h"
#include "event/functext.h"
#include "event/glob.h"
#include "event/traceable.h"
#include "event/typed.h"
#include "util/text.h"

#define MAX_REG_ARGS	6	/* C arguments that are shown to a script that knows no types */

/* --- fields --- */

static void add_source(struct making *m, const char *name, enum param_style style,
		       enum ktap_fetch_op op, int64_t imm)
{
	struct fetch f = { .type = KTAP_FT_U64 };

	fetch_add(&f, op, 0, imm);
	making_param(m, name, "unsigned long", style, &f);
}

/* Where it is: a return tells that of its function, and where it goes on. */
static void add_place(struct making *m)
{
	add_source(m, FUNCTION_PLACE, PARAM_SYMBOL, KTAP_FETCH_IP, 0);
	if (m->ev.kind == KTAP_EV_FUNC_RET)
		add_source(m, FUNCTION_CALLER, PARAM_SYMBOL, KTAP_FETCH_RETADDR, 0);
}

/* Without types: the words in which arguments are passed. */
static void add_words(struct making *m)
{
	static const char *const name[MAX_REG_ARGS] = { "arg1", "arg2", "arg3", "arg4", "arg5", "arg6" };

	for (unsigned int i = 0; i < MAX_REG_ARGS; i++) {
		struct fetch f = { .type = KTAP_FT_S64 };

		fetch_add(&f, KTAP_FETCH_ARG, 0, i);
		making_param(m, name[i], "long", PARAM_HEX, &f);
	}
}

/* What is known of a function's arguments: at its entry these, at its return what it gives. */
static unsigned int roots_of(const struct ktap_event *ev)
{
	if (ev->kind == KTAP_EV_FUNC_RET)
		return DEREF_RESULT;
	return ev->offset ? 0 : DEREF_ARGS;
}

static bool prototype_of(struct event_catalog *c, const char *module, const char *name, struct prototype *p)
{
	return catalog_has_types(c) && types_function(&c->types, module, name, p);
}

/* `p` is NULL where the function is not described. */
static struct ktap_field retval(struct making *m, const struct prototype *p)
{
	struct ktap_field typed = field_none();
	struct fetch f = { .type = KTAP_FT_S64 };

	if (m->ev.kind != KTAP_EV_FUNC_RET)
		return typed;
	if (p)
		typed = typed_field(m, p, DEREF_RESULT, "$retval");
	if (typed.source != KTAP_SRC_NONE)
		return typed;
	fetch_add(&f, KTAP_FETCH_RETVAL, 0, 0);
	return making_fetch(m, &f);
}

static struct ktap_field named(struct making *m, const struct prototype *p, const char *name)
{
	int n = m->params ? params_find(m->params, name) : -1;

	if (n >= 0)
		return making_nth(m, n);
	return p ? typed_field(m, p, roots_of(&m->ev), name) : field_none();
}

static struct ktap_field referenced(struct making *m, const struct prototype *p, const struct event_ref *ref)
{
	switch (ref->kind) {
	case KTAP_FREF_NAME:	return named(m, p, ref->name);
	case KTAP_FREF_ARG:	return making_nth(m, ref->index);
	case KTAP_FREF_RETVAL:	return retval(m, p);
	default:		return field_none();
	}
}

/* --- resolving --- */

struct resolving {
	struct event_catalog *catalog;
	const struct event_query *query;
	const struct funcspec *spec;
	struct event_list *list;
	struct buf *why;
	int err;
	bool asked;		/* for arguments or results: the kernel's types are megabytes to read */
};

static bool asks(const struct event_query *q)
{
	for (size_t i = 0; i < q->nrefs; i++)
		if (q->refs[i].kind == KTAP_FREF_NAME || q->refs[i].kind == KTAP_FREF_ARG ||
		    q->refs[i].kind == KTAP_FREF_RETVAL)
			return true;
	return q->positions || q->shown;
}

/* As the kernel calls them in this event. */
static void add_ips(struct making *m)
{
	add_source(m, "ip", PARAM_SYMBOL, KTAP_FETCH_IP, 0);
	add_source(m, "parent_ip", PARAM_SYMBOL, KTAP_FETCH_RETADDR, 0);
}

static int add_args(struct resolving *r, struct making *m, const struct prototype *p)
{
	const char *args = r->query->text + r->spec->args;

	if (r->spec->is_ftrace) {
		add_ips(m);
		return 0;
	}
	if (args[strspn(args, " \t\r\n")]) {
		add_place(m);
		return fetchargs_parse(r->query->text, r->spec->args, r->spec->is_return,
				       &r->catalog->ksyms, m, r->why);
	}
	if (r->spec->is_return)
		add_place(m);
	else if (r->asked && !r->spec->offset && p)
		typed_params(m, p);
	else if (r->asked && !r->spec->offset)
		add_words(m);
	return 0;
}

static int describe(struct resolving *r, struct making *m, const struct ksym *sym)
{
	struct prototype proto;
	const struct prototype *p = &proto;

	m->ev.addr = sym->address;
	m->ev.offset = r->spec->offset;
	if (!r->asked || !prototype_of(r->catalog, sym->module, sym->name, &proto))
		p = NULL;
	if (add_args(r, m, p))
		return -1;
	for (size_t i = 0; i < r->query->nrefs; i++)
		making_ref(m, referenced(m, p, &r->query->refs[i]));
	return 0;
}

static void make_event(void *arg, const struct ksym *sym)
{
	struct resolving *r = arg;
	struct making m = making_begin(r->query, r->spec->is_return ? KTAP_EV_FUNC_RET : KTAP_EV_FUNC);
	const char *system = r->spec->is_ftrace ? FUNCTION_FTRACE : "probe";

	if (r->err)
		return;
	if (!making_name(&m, system, sym->name)) {
		making_skip(&m, r->list, system, sym->name);
	} else {
		r->err = describe(r, &m, sym);
		making_finish(&m, r->list);
	}
}

static int check_offset(struct resolving *r)
{
	const struct event_list *list = r->list;
	uint64_t size;

	if (!r->spec->offset)
		return 0;
	if (list->n > 1) {
		buf_printf(r->why, "the kernel has %u functions '%s': an offset is into one", list->n,
			   r->spec->name);
		return -1;
	}
	size = ksyms_size(&r->catalog->ksyms, ksyms_find(&r->catalog->ksyms, r->spec->name));
	if (!list->at[0].addr || r->spec->offset < size)
		return 0;
	buf_printf(r->why, "'%s' is %llu bytes long: there is no offset %llu", r->spec->name,
		   (unsigned long long)size, (unsigned long long)r->spec->offset);
	return -1;
}

static int resolve_spec(struct resolving *r)
{
	switch (funcname_match(r->catalog, r->spec, make_event, r)) {
	case FUNCNAME_NO_SYMBOLS:
		text_str(r->why, ksyms_absent() ? "function probes: this kernel has no CONFIG_KALLSYMS" :
			 "the kernel's functions are listed in /proc/kallsyms, which cannot be read");
		return EVENT_UNKNOWN;
	case 0:
		funcname_explain(r->catalog, r->spec, r->why);
		return EVENT_REFUSED;
	}
	return r->err || check_offset(r) ? EVENT_REFUSED : 0;
}

static bool lacks_tracer(struct event_catalog *c)
{
	struct buf why = { 0 };
	bool lacks = !catalog_need_tracefs(c, &why) && !traceable_is_listed(c->tracefs.root);

	buf_free(&why);
	return lacks;
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct funcspec spec;
	struct resolving r = { c, query, &spec, out, why, 0, asks(query) };
	int err = EVENT_UNKNOWN;

	if (funcspec_parse(query->text, &spec, why))
		return EVENT_REFUSED;
	if (spec.is_ftrace && lacks_tracer(c))
		text_str(why, "ftrace:function: this kernel has no CONFIG_FUNCTION_TRACER with CONFIG_DYNAMIC_FTRACE");
	else
		err = resolve_spec(&r);
	funcspec_free(&spec);
	return err;
}

static unsigned int explain(struct event_catalog *c, const struct ktap_event *ev, const char *field,
			    struct buf *why)
{
	struct prototype p;

	if (prototype_of(c, NULL, ev->name, &p))
		return typed_explain(&p, roots_of(ev), field, why);
	buf_printf(why, "the arguments of '%s' are not described here; fetch them, as in "
		   "'probe:%s name=%%di other=+8(%%si):u32'", ev->name, ev->name);
	catalog_untyped(c, why);
	return 0;
}

static void label(const struct ktap_event *ev, struct buf *out)
{
	buf_printf(out, "%s:%s", ev->system, ev->name);
	if (ev->offset)
		buf_printf(out, "+0x%llx", (unsigned long long)ev->offset);
	text_str(out, ev->kind == KTAP_EV_FUNC_RET ? "%return" : "");
}

static void arguments(struct event_catalog *c, const char *text, struct buf *out)
{
	struct buf why = { 0 };
	struct funcspec spec;
	struct prototype p;

	if (!funcspec_parse(text, &spec, &why)) {
		if (!types_need(&c->types, &why) && types_function(&c->types, spec.module, spec.name, &p))
			prototype_params_text(&p, out);
		funcspec_free(&spec);
	}
	buf_free(&why);
}

static const char *reason(int error)
{
	switch (-error) {
	case ENOENT:	return "the kernel has no such function any more";
	case EPERM:	return "nobody may trace it: the kernel's probes, or ktap, run it themselves";
	case EILSEQ:	return "no instruction begins there";
	}
	return NULL;
}

const struct event_source function_source = {
	.kinds		= 1 << KTAP_EV_FUNC | 1 << KTAP_EV_FUNC_RET,
	.owns		= funcspec_is,
	.resolve	= resolve,
	.explain	= explain,
	.enumerate	= funcname_enumerate,
	.arguments	= arguments,
	.render		= function_text,
	.label		= label,
	.reason		= reason,
};
