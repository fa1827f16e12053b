// SPDX-License-Identifier: GPL-2.0
#include "event/ufunc.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event/fetcharg.h"
#include "event/glob.h"
#include "event/insn.h"
#include "event/userplace.h"
#include "util/text.h"

#define WORDS	10	/* C arguments that can be asked for by number */

struct resolving {
	struct event_catalog *catalog;
	const struct event_query *query;
	const struct userspec *spec;
	struct elf *elf;
	struct event_list *list;
	struct buf *why;
};

/* --- the arguments --- */

static void add_words(struct making *m)
{
	char name[16];

	for (unsigned int i = 0; i < WORDS; i++) {
		struct fetch f = { .type = KTAP_FT_S64 };

		fetch_add(&f, KTAP_FETCH_ARG, 0, i);
		snprintf(name, sizeof(name), "__arg%u", i);
		making_param(m, name, "long", PARAM_HEX, &f);
	}
}

static bool asks_by_number(const struct event_query *q)
{
	for (size_t i = 0; i < q->nrefs; i++)
		if (q->refs[i].kind == KTAP_FREF_ARG)
			return true;
	return q->positions;
}

/* In the middle of a function the registers hold anything. */
static int add_args(struct resolving *r, struct making *m, bool is_start)
{
	bool asked = userspec_has_args(r->query->text, r->spec);

	if (asked || r->spec->is_return)
		userplace_add(m);
	if (asked)
		return fetchargs_parse(r->query->text, r->spec->args, r->spec->is_return, NULL, m, r->why);
	if (r->spec->is_return)
		return 0;
	if (is_start && asks_by_number(r->query))
		add_words(m);
	userplace_hide(m);
	return 0;
}

/* --- what cannot be traced --- */

/* Functions that keep their return address, or have none: it may not be replaced. */
static const char *unreturnable(const struct elf *e, const char *name)
{
	static const char *const keep[] = {
		"setjmp", "_setjmp", "__setjmp", "sigsetjmp", "__sigsetjmp", "getcontext", "swapcontext",
	};

#ifdef __arm__
	return "the kernel would return to Thumb code as to any other, which ends the program";
#endif
	if (elf_is_go(e))
		return "a Go program moves its stacks, so that a return probe would end it";
	if (!strcmp(name, "_start") || !strcmp(name, "_dl_start_user"))
		return "it never returns: a program begins there";
	for (size_t i = 0; i < sizeof(keep) / sizeof(*keep); i++)
		if (!strcmp(name, keep[i]))
			return "it keeps its return address to come back there later, so that a return probe "
			       "would end the program";
	return NULL;
}

static const char thumb[] = "it is Thumb code, in which the kernel puts no breakpoints: compile it with -marm";

static const char *untraceable(const struct resolving *r, const struct elf_symbol *s)
{
	if (s->is_thumb)
		return thumb;
	if (s->kind == ELF_IFUNC)
		return "it is chosen among several functions when the program starts, one of which may be traced";
	return r->spec->is_return ? unreturnable(r->elf, s->name) : NULL;
}

/* --- where instructions begin --- */

#define MAX_CODE	(1u << 20)	/* bytes of a function that are looked through */

/* The code from `begin` to behind `address`; the caller frees. NULL: it cannot be had. */
static unsigned char *read_code(const struct elf *e, uint64_t begin, uint64_t address, size_t *len)
{
	unsigned char *code;
	uint64_t offset;
	ssize_t got;

	if (address - begin > MAX_CODE || !elf_offset(e, begin, &offset))
		return NULL;
	code = xmalloc(address - begin + 16);
	got = pread(e->fd, code, address - begin + 16, (off_t)offset);
	*len = got > 0 ? got : 0;
	return code;
}

/*
 * A breakpoint in the middle of an instruction would make the program do something
 * else. Where a function is known its instructions are gone through from its first.
 */
static int check_boundary(struct resolving *r, const struct elf_symbol *s, uint64_t address)
{
	uint64_t wanted = address - s->address, at = 0, last = 0;
	size_t len = 0, step = 1;
	unsigned char *code = read_code(r->elf, s->address, address, &len);

	while (code && at < wanted && at < len && step) {
		step = insn_length(code + at, len - at);
		last = at;
		at += step;
	}
	free(code);
	if (at == wanted)
		return 0;
	if (at > wanted)
		buf_printf(r->why, "no instruction begins at %s+0x%" PRIx64 ": one does at +0x%" PRIx64 " and at +0x%" PRIx64,
			   s->name, wanted, last, at);
	else
		buf_printf(r->why, "where instructions of '%s' begin cannot be told beyond +0x%" PRIx64, s->name, at);
	return -1;
}

/* --- one event --- */

static void skip(struct resolving *r, const char *name, const char *reason)
{
	struct buf text = { 0 };

	buf_printf(&text, "%s:%s (%s)", userplace_file(r->elf), name, reason);
	names_add(&r->list->skipped, text_cstr(&text));
	buf_free(&text);
}

static int make(struct resolving *r, const char *name, uint64_t address, bool is_start)
{
	struct making m = making_begin(r->query, r->spec->is_return ? KTAP_EV_UFUNC_RET : KTAP_EV_UFUNC);
	int err;

	if (!userplace_set(&m, r->elf, userplace_file(r->elf), name, address)) {
		buf_printf(r->why, "'%s' has no code at %s", r->elf->path, name);
		return -1;
	}
	err = add_args(r, &m, is_start);
	userplace_refs(&m);
	making_finish(&m, r->list);
	return err;
}

/* --- by name --- */

/* Assemblers' labels only where one is named. */
static bool matches(const struct userspec *spec, bool is_glob, const struct elf_symbol *s)
{
	if (s->kind == ELF_DATA || (is_glob && s->kind == ELF_LABEL))
		return false;
	if (spec->version && strcmp(spec->version, s->version))
		return false;
	return is_glob ? glob_match(spec->name, s->name) : !strcmp(spec->name, s->name);
}

static int make_symbol(struct resolving *r, const struct elf_symbol *s)
{
	const char *reason = untraceable(r, s);
	struct buf name = { 0 };
	int err;

	if (reason) {
		skip(r, s->name, reason);
		return 0;
	}
	if (s->size && r->spec->offset >= s->size) {
		buf_printf(r->why, "'%s' is %" PRIu64 " bytes long: there is no offset %" PRIu64, s->name,
			   s->size, r->spec->offset);
		return -1;
	}
	if (r->spec->offset && check_boundary(r, s, s->address + r->spec->offset))
		return -1;
	text_str(&name, s->name);
	if (r->spec->offset)
		buf_printf(&name, "+0x%" PRIx64, r->spec->offset);
	err = make(r, text_cstr(&name), s->address + r->spec->offset, !r->spec->offset);
	buf_free(&name);
	return err;
}

/* Symbols are in the order of their addresses: several names of one are one event. */
static int make_symbols(struct resolving *r, unsigned int *found)
{
	bool is_glob = glob_is_pattern(r->spec->name);
	uint64_t last = 0;

	for (unsigned int i = 0; i < r->elf->symbols.n; i++) {
		const struct elf_symbol *s = &r->elf->symbols.at[i];

		if (!matches(r->spec, is_glob, s) || (*found && s->address == last))
			continue;
		if (make_symbol(r, s))
			return -1;
		last = s->address;
		++*found;
	}
	return 0;
}

static void explain_missing(const struct resolving *r)
{
	struct names names = { 0 };
	const char *near;

	for (unsigned int i = 0; i < r->elf->symbols.n; i++)
		if (r->elf->symbols.at[i].kind != ELF_DATA)
			names_add(&names, r->elf->symbols.at[i].name);
	near = names_near(&names, r->spec->name);
	buf_printf(r->why, "'%s' has no function '%s%s%s'", r->elf->path, r->spec->name,
		   r->spec->version ? "@" : "", r->spec->version ? r->spec->version : "");
	if (near)
		buf_printf(r->why, "; did you mean '%s'?", near);
	else if (!r->elf->has_symtab)
		text_str(r->why, "; it is stripped: only what it offers to other programs has a name, "
			 "unless its debug symbols are installed");
	names_free(&names);
}

static int by_name(struct resolving *r)
{
	unsigned int found = 0;

	if (make_symbols(r, &found))
		return EVENT_REFUSED;
	if (r->list->n)
		return 0;
	if (found)
		buf_printf(r->why, "cannot trace %s", r->list->skipped.at[0]);
	else
		explain_missing(r);
	return EVENT_REFUSED;
}

/* --- by address --- */

/* As nm shows it; or, as the kernel's own probes have it, as bytes into the file. */
static bool find_address(const struct elf *e, uint64_t n, uint64_t *address)
{
	*address = n;
	return elf_is_code(e, n) || (elf_address(e, n, address) && elf_is_code(e, *address));
}

static int by_address(struct resolving *r)
{
	const struct elf_symbol *s;
	uint64_t n, address;
	const char *reason;
	char *end;

	errno = 0;
	n = strtoull(r->spec->name, &end, 0) + r->spec->offset;
	if (*end || errno || !find_address(r->elf, n, &address)) {
		buf_printf(r->why, "'%s' has no code at %s", r->elf->path, r->spec->name);
		return EVENT_REFUSED;
	}
	s = elf_symbol_at(r->elf, address);
	if (s && s->is_thumb) {
		buf_printf(r->why, "cannot trace %s: %s", r->spec->name, thumb);
		return EVENT_REFUSED;
	}
	reason = r->spec->is_return ? unreturnable(r->elf, s ? s->name : "") : NULL;
	if (!reason && r->spec->is_return && s && s->address != address)
		reason = "a return can be traced from a function's first instruction only";
	if (reason) {
		buf_printf(r->why, "cannot trace the return from %s: %s", r->spec->name, reason);
		return EVENT_REFUSED;
	}
	if (s && check_boundary(r, s, address))
		return EVENT_REFUSED;
	return make(r, r->spec->name, address, !s || s->address == address) ? EVENT_REFUSED : 0;
}

static int resolve(struct event_catalog *c, const struct event_query *query, struct event_list *out,
		   struct buf *why)
{
	struct userspec spec;
	struct resolving r = { c, query, &spec, NULL, out, why };
	int err = EVENT_REFUSED;

	if (userspec_function(query->text, &spec, why))
		return EVENT_REFUSED;
	r.elf = userplace_open(c, &spec, why);
	if (r.elf)
		err = isdigit((unsigned char)*spec.name) ? by_address(&r) : by_name(&r);
	elf_close(r.elf);
	userspec_free(&spec);
	return err;
}

const struct event_source ufunc_source = {
	.kinds		= 1 << KTAP_EV_UFUNC | 1 << KTAP_EV_UFUNC_RET,
	.owns		= userspec_is_function,
	.resolve	= resolve,
	.render		= userplace_text,
	.label		= userplace_label,
	.reason		= userplace_reason,
};
