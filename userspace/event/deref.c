// SPDX-License-Identifier: GPL-2.0
#include "event/deref.h"

#include <bpf/btf.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/event.h>

#include "event/ctype.h"
#include "event/walk.h"
#include "util/near.h"
#include "util/text.h"

/* --- roots --- */

static void begin_value(struct walk *w, unsigned int source, unsigned int word, uint32_t type)
{
	w->place = false;
	w->source = source;
	w->word = word;
	w->type = type;
}

/*
 * Words that arguments take in registers. A structure by value takes as many as it
 * has, if it is small and they are there, else its words stand on the stack, where
 * those are whose numbers follow the registers'. A tracepoint's probe has one
 * parameter ahead that does not count.
 */
#if defined(__aarch64__) || defined(__riscv)
#define ARG_REGISTERS	8u
#else
#define ARG_REGISTERS	6u
#endif

static unsigned int words_of(const struct walk *w, uint32_t id)
{
	int64_t bytes = ctype_size(w->btf, id);

	return bytes > (int64_t)WORD_BYTES ? (unsigned int)((bytes + WORD_BYTES - 1) / WORD_BYTES) : 1;
}

static unsigned int word_of_param(const struct walk *w, unsigned int n)
{
	unsigned int reg = w->p->first, stack = ARG_REGISTERS;

	for (unsigned int i = 0; ; i++) {
		unsigned int words = words_of(w, prototype_type(w->p, i));
		unsigned int *next = words <= 2 && reg + words <= ARG_REGISTERS ? &reg : &stack;

		if (i == n)
			return *next - w->p->first;
		*next += words;
	}
}

static void no_parameter(struct walk *w, const char *name)
{
	struct near_search near = near_begin(name);
	unsigned int n = prototype_count(w->p);

	for (unsigned int i = 0; i < n; i++)
		near_offer(&near, prototype_name(w->p, i));
	buf_printf(w->why, "there is no argument '%s'", name);
	if (near.best)
		buf_printf(w->why, "; did you mean '%s'?", near.best);
	for (unsigned int i = 0; !near.best && i < n; i++)
		buf_printf(w->why, "%s%s", i ? ", " : "; there are ", prototype_name(w->p, i));
}

static int begin_param(struct walk *w, int n)
{
	begin_value(w, KTAP_FETCH_ARG, word_of_param(w, n), prototype_type(w->p, n));
	return 0;
}

static int begin_result(struct walk *w)
{
	begin_value(w, KTAP_FETCH_RETVAL, 0, prototype_result(w->p));
	if (!w->type)
		return WALK_FAIL(w, "the function returns nothing");
	if (words_of(w, w->type) > 1)
		return WALK_FAIL(w, "what the function returns does not fit a register");
	return 0;
}

/* A name's length at `s`. */
static size_t name_len(const char *s)
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '_' || s[n] == '$')
		n++;
	return n;
}

/* Takes "name" off the chain; NULL: there is none. The caller's to free. */
static char *take_name(struct walk *w)
{
	size_t n = name_len(w->at);
	char *name = NULL;

	if (n) {
		name = text_dup(w->at);
		name[n] = 0;
		w->at += n;
	}
	return name;
}

/* Takes "[n]" off. */
static bool take_index(struct walk *w, int64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoll(w->at + 1, &end, 10);
	if (errno || end == w->at + 1 || *end != ']')
		return false;
	w->at = end + 1;
	return true;
}

static int malformed(struct walk *w)
{
	return WALK_FAIL(w, "'%s' is no chain of members: write args.NAME->MEMBER", w->at);
}

static int no_root(struct walk *w)
{
	w->out->no_root = true;
	return -1;
}

static int begin_indexed(struct walk *w, unsigned int roots)
{
	unsigned int n = prototype_count(w->p);
	int64_t i;

	if (!take_index(w, &i))
		return malformed(w);
	if (!(roots & DEREF_ARGS) || i < 0 || i >= n) {
		buf_printf(w->why, "there is no argument number %lld", (long long)i);
		return no_root(w);
	}
	return begin_param(w, (int)i);
}

static int begin_named(struct walk *w, unsigned int roots, const char *name)
{
	int n = roots & DEREF_ARGS ? prototype_find(w->p, name) : -1;

	if (!strcmp(name, "$retval") && roots & DEREF_RESULT)
		return begin_result(w);
	if (n >= 0)
		return begin_param(w, n);
	if (name[0] == '$')
		buf_printf(w->why, "there is no return value where a function begins");
	else if (!roots)
		buf_printf(w->why, "a function's arguments are known where it begins, not at an offset in it");
	else if (!(roots & DEREF_ARGS))
		buf_printf(w->why, "a function's arguments are gone when it returns: only retval is there");
	else
		no_parameter(w, name);
	return no_root(w);
}

static int begin(struct walk *w, unsigned int roots)
{
	char *name;
	int err;

	if (*w->at == '[')
		return begin_indexed(w, roots);
	name = take_name(w);
	if (!name)
		return malformed(w);
	err = begin_named(w, roots, name);
	free(name);
	return err;
}

/* --- steps --- */

/* From a pointer to what it points to, `index` elements on. */
static int follow(struct walk *w, int64_t index)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	bool user = w->user || ctype_points_to_user(w->btf, t);	/* its pointers are its own */
	int64_t size = 0;

	if (index)
		size = ctype_size(w->btf, t->type);
	if (size < 0 || (index && !size))
		return WALK_FAIL(w, "'%s' points to what has no size", text_cstr(&w->done));
	if (!w->place ? walk_word(w) : walk_load(w, KTAP_FT_U64))
		return -1;
	w->place = true;
	w->user = user;
	w->bit = w->bits = 0;
	w->offset = index * size;
	w->type = t->type;
	return 0;
}

static int no_member(struct walk *w, const char *name)
{
	struct near_search near = near_begin(name);
	struct buf type = { 0 };

	ctype_offer_members(w->btf, w->type, &near);
	ctype_text(w->btf, ctype_strip(w->btf, w->type), &type);
	buf_printf(w->why, "%s has no member '%s'", text_cstr(&type), name);
	if (near.best)
		buf_printf(w->why, "; did you mean '%s'?", near.best);
	buf_free(&type);
	return -1;
}

static int enter_member(struct walk *w, const char *name)
{
	struct ctype_member m;

	w->type = ctype_described(w->btf, w->type);
	if (!ctype_member(w->btf, w->type, name, &m))
		return no_member(w, name);
	w->type = m.type;
	w->bits = m.bits;
	if (!w->place)
		w->bit += m.bit;
	else if (m.bits)
		w->bit = m.bit;
	else
		w->offset += (int64_t)(m.bit / 8);
	return 0;
}

/* Why `.` or `->` does not fit what is on its left. */
static int no_members(struct walk *w, bool arrow)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	const struct btf_type *to = ctype_is_pointer(t) ? ctype_of(w->btf, t->type) : NULL;
	const char *left = text_cstr(&w->done);
	struct buf type = { 0 };

	ctype_text(w->btf, w->type, &type);
	if (ctype_is_struct(t) && arrow)
		buf_printf(w->why, "'%s' is a structure, not a pointer to one; write '.' for '->'", left);
	else if (ctype_is_struct(to) && !arrow)
		buf_printf(w->why, "'%s' is a pointer; write '->' for '.'", left);
	else if ((t && btf_is_fwd(t)) || (to && btf_is_fwd(to)))
		buf_printf(w->why, "'%s' is '%s', whose members are not known here", left, text_cstr(&type));
	else
		buf_printf(w->why, "'%s' is '%s': it has no members", left, text_cstr(&type));
	buf_free(&type);
	return -1;
}

static bool has_members(const struct walk *w, uint32_t type)
{
	return ctype_is_struct(ctype_of(w->btf, ctype_described(w->btf, type)));
}

static int step_member(struct walk *w, bool arrow)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	const char *rest = w->at;
	char *name;
	int err = 0;

	w->at += arrow ? 2 : 1;
	name = take_name(w);
	if (!name) {
		w->at = rest;
		return malformed(w);
	}
	if (w->bits || (arrow ? !ctype_is_pointer(t) || !has_members(w, t->type) : !has_members(w, w->type)))
		err = no_members(w, arrow);
	else if (arrow)
		err = follow(w, 0);
	err = err ? err : enter_member(w, name);
	free(name);
	return err;
}

/* An element of an array that stands where the walk does. */
static int enter_element(struct walk *w, const struct btf_type *t, int64_t i)
{
	const struct btf_array *a = btf_array(t);
	int64_t size = ctype_size(w->btf, a->type);

	if (i < 0 || (a->nelems && i >= a->nelems))
		return WALK_FAIL(w, "'%s' has %u elements: there is no [%lld]", text_cstr(&w->done),
			    a->nelems, (long long)i);
	w->type = a->type;
	if (w->place)
		w->offset += i * size;
	else
		w->bit += (uint64_t)(i * size) * 8;
	return 0;
}

static int step_index(struct walk *w)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	struct buf type = { 0 };
	int64_t i;

	if (!take_index(w, &i))
		return malformed(w);
	if (ctype_is_array(t))
		return enter_element(w, t, i);
	if (ctype_is_pointer(t) && ctype_of(w->btf, t->type) && ctype_size(w->btf, t->type) > 0)
		return follow(w, i);
	ctype_text(w->btf, w->type, &type);
	buf_printf(w->why, "'%s' is '%s': it has no elements", text_cstr(&w->done), text_cstr(&type));
	buf_free(&type);
	return -1;
}

static int step(struct walk *w)
{
	if (*w->at == '[')
		return step_index(w);
	if (*w->at == '.')
		return step_member(w, false);
	if (w->at[0] == '-' && w->at[1] == '>')
		return step_member(w, true);
	return malformed(w);
}

/* --- the whole --- */

/* What has been walked becomes the left side of what comes. */
static void keep(struct walk *w, const char *from)
{
	from += *from == '$';
	buf_add(&w->done, from, (size_t)(w->at - from));
}

static int walk(struct walk *w, unsigned int roots)
{
	bool address = *w->at == '&';
	const char *from = w->at += address;

	if (begin(w, roots))
		return -1;
	keep(w, from);
	while (*w->at) {
		w->out->part++;
		from = w->at;
		if (step(w))
			return -1;
		keep(w, from);
	}
	if (address)
		return walk_end_address(w);
	return walk_end(w);
}

int deref_chain(const struct prototype *p, unsigned int roots, const char *chain,
		struct deref *d, struct buf *why)
{
	struct walk w = { .p = p, .btf = p->btf, .out = d, .why = why, .at = chain };
	int err;

	*d = (struct deref){ 0 };
	err = walk(&w, roots);
	buf_free(&w.done);
	return err;
}

void deref_param(const struct prototype *p, unsigned int n, struct deref *d)
{
	struct walk w = { .p = p, .btf = p->btf, .out = d };
	struct buf why = { 0 };
	char chain[16];

	snprintf(chain, sizeof(chain), "[%u]", n);
	if (deref_chain(p, DEREF_ARGS, chain, d, &why)) {
		*d = (struct deref){ .fetch.type = KTAP_FT_U64, .style = PARAM_HEX };
		fetch_add(&d->fetch, KTAP_FETCH_ARG, 0, word_of_param(&w, n));
	}
	buf_free(&why);
}

bool deref_is_chain(const char *field)
{
	return field[name_len(field)] != 0 || *field == '&';
}
