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
#include "util/near.h"
#include "util/text.h"

#define WORD_BITS	64u
#define WORD_BYTES	8u

/*
 * Where on the chain the walk stands: at a value in registers, of which nothing
 * has been fetched, or at a place in memory, `offset` behind what the operations
 * so far give.
 */
struct walk {
	const struct prototype *p;
	const struct btf *btf;
	struct deref *out;
	struct buf *why;
	const char *at;		/* the rest of the chain */
	struct buf done;	/* the text of what is behind, for messages */
	bool place;
	bool user;		/* the place is in the task's memory */
	unsigned int source;	/* of a value: ARG or RETVAL, */
	unsigned int word;	/* and its first word */
	uint64_t bit;		/* of a value, of a bit-field: the lowest, from there */
	unsigned int bits;	/* of a bit-field how many, 0 else */
	int64_t offset;
	uint32_t type;		/* as declared */
};

static int failed(void)
{
	return -1;
}

#define FAIL(w, ...)	(buf_printf((w)->why, __VA_ARGS__), failed())

/* --- operations --- */

static int emit(struct walk *w, enum ktap_fetch_op op, unsigned int type, int64_t imm)
{
	fetch_add(&w->out->fetch, op, type, imm);
	if (w->out->fetch.too_long)
		return FAIL(w, "the chain is too long: %u steps of fetching at most", FETCH_OPS);
	return 0;
}

static void emit_offset(struct walk *w)
{
	fetch_offset(&w->out->fetch, w->offset);
	w->offset = 0;
}

static int emit_load(struct walk *w, unsigned int type)
{
	emit_offset(w);
	return emit(w, w->user ? KTAP_FETCH_ULOAD : KTAP_FETCH_LOAD, type, 0);
}

static int emit_bits(struct walk *w, unsigned int low, unsigned int n, bool is_signed)
{
	w->out->fetch.type = is_signed ? KTAP_FT_S64 : KTAP_FT_U64;
	return emit(w, KTAP_FETCH_BITS, w->out->fetch.type, (int64_t)((uint64_t)n << 8 | low));
}

/* The whole word of a value that holds the bit where the walk stands. */
static int emit_word(struct walk *w)
{
	int64_t n = w->source == KTAP_FETCH_ARG ? w->word + (int64_t)(w->bit / WORD_BITS) : 0;

	return emit(w, w->source, 0, n);
}

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
#if defined(__aarch64__)
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
		return FAIL(w, "the function returns nothing");
	if (words_of(w, w->type) > 1)
		return FAIL(w, "what the function returns does not fit a register");
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
	return FAIL(w, "'%s' is no chain of members: write args.NAME->MEMBER", w->at);
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
		return FAIL(w, "'%s' points to what has no size", text_cstr(&w->done));
	if (!w->place ? emit_word(w) : emit_load(w, KTAP_FT_U64))
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
	else
		buf_printf(w->why, "'%s' is '%s', whose members are not known here", left, text_cstr(&type));
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
		return FAIL(w, "'%s' has %u elements: there is no [%lld]", text_cstr(&w->done),
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

/* --- ends --- */

static enum param_style style_of(const struct walk *w, const struct btf_type *t)
{
	const struct btf_type *to = ctype_is_pointer(t) ? ctype_of(w->btf, t->type) : NULL;

	if (to && btf_is_func_proto(to))
		return PARAM_SYMBOL;
	return ctype_is_pointer(t) ? PARAM_HEX : PARAM_DECIMAL;
}

static int end_number(struct walk *w, int type)
{
	w->out->fetch.type = (__u8)type;
	w->out->style = style_of(w, ctype_of(w->btf, w->type));
	return 0;
}

static int end_text(struct walk *w, enum ktap_fetch_op op, int64_t bytes)
{
	w->out->fetch.type = KTAP_FT_CHARS;
	w->out->style = PARAM_TEXT;
	return emit(w, op, 0, bytes);
}

/*
 * The string to which a pointer points that has been fetched. A parameter may be
 * the task's without saying so: compilers leave that out of what they describe.
 */
static int end_pointed_text(struct walk *w, const struct btf_type *t)
{
	if (w->user || ctype_points_to_user(w->btf, t))
		return end_text(w, KTAP_FETCH_USTR, 0);
	return end_text(w, w->place ? KTAP_FETCH_STR : KTAP_FETCH_ANYSTR, 0);
}

/* Part of a word in a register. */
static int end_value(struct walk *w)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	int64_t bytes = ctype_size(w->btf, w->type);
	int type = ctype_number(w->btf, w->type);
	unsigned int low = w->bit % WORD_BITS, bits = w->bits ? w->bits : (unsigned int)bytes * 8;

	if (type < 0 && (ctype_is_struct(t) || ctype_is_array(t)))
		type = ctype_integer(bytes, false);
	if (type < 0 || low + bits > WORD_BITS)
		return FAIL(w, "'%s' does not fit a number; name one of its members", text_cstr(&w->done));
	if (emit_word(w))
		return -1;
	if (ctype_points_to_text(w->btf, w->type))
		return end_pointed_text(w, t);
	end_number(w, type);
	return low || w->bits ? emit_bits(w, low, bits, ctype_is_number(t) && ctype_is_signed(t)) : 0;
}

/* Bytes of the smallest integer in which a bit-field lies, 0: none. */
static unsigned int bytes_around(const struct walk *w, bool aligned)
{
	for (unsigned int bytes = 1; bytes <= WORD_BYTES; bytes *= 2)
		if (w->bit % (aligned ? bytes * 8 : 8) + w->bits <= bytes * 8)
			return bytes;
	return 0;
}

/* An aligned integer has no byte of the next object; a packed structure may need another. */
static int end_bit_field(struct walk *w)
{
	bool big = btf__endianness(w->btf) == BTF_BIG_ENDIAN;
	unsigned int bytes = bytes_around(w, true), unit = bytes * 8, low;

	if (!bytes) {
		bytes = bytes_around(w, false);
		unit = 8;
	}
	if (!bytes)
		return FAIL(w, "'%s' lies across two words", text_cstr(&w->done));
	low = w->bit % unit;
	w->offset += (int64_t)(w->bit / unit * unit / 8);
	if (emit_load(w, ctype_integer(bytes, false)))
		return -1;
	return emit_bits(w, big ? bytes * 8 - low - w->bits : low, w->bits,
			 ctype_is_signed(ctype_of(w->btf, w->type)));
}

/* An array or a structure as it is; text up to its NUL. */
static int end_bytes(struct walk *w, const struct btf_type *t)
{
	bool text = ctype_is_text_array(w->btf, t);
	int64_t bytes = ctype_size(w->btf, w->type);

	emit_offset(w);
	if (text && !bytes)
		return end_text(w, w->user ? KTAP_FETCH_USTR : KTAP_FETCH_STR, 0);
	if (bytes <= 0)
		return FAIL(w, "'%s' has no size; name one of its elements", text_cstr(&w->done));
	if (bytes > KTAP_MAX_STRING)
		return FAIL(w, "'%s' has %lld bytes, more than a string can have; name a part of it",
			    text_cstr(&w->done), (long long)bytes);
	w->out->style = PARAM_TEXT;
	w->out->fetch.type = text ? KTAP_FT_CHARS : KTAP_FT_BYTES;
	return emit(w, w->user ? KTAP_FETCH_UBYTES : KTAP_FETCH_BYTES, 0, bytes);
}

static int no_end(struct walk *w)
{
	struct buf text = { 0 };

	ctype_text(w->btf, w->type, &text);
	buf_printf(w->why, "'%s' is '%s', which cannot be shown", text_cstr(&w->done), text_cstr(&text));
	buf_free(&text);
	return -1;
}

static int end_place(struct walk *w)
{
	const struct btf_type *t = ctype_of(w->btf, w->type);
	int type = ctype_number(w->btf, w->type);

	if (w->bits)
		return end_bit_field(w);
	if (ctype_points_to_text(w->btf, w->type))
		return emit_load(w, KTAP_FT_U64) ? -1 : end_pointed_text(w, t);
	if (type >= 0)
		return emit_load(w, (unsigned int)type) ? -1 : end_number(w, type);
	if (ctype_is_array(t) || ctype_is_struct(t) || ctype_is_number(t))
		return end_bytes(w, t);
	return no_end(w);
}

static int end_address(struct walk *w)
{
	if (!w->place)
		return FAIL(w, "'%s' is in a register: it has no address", text_cstr(&w->done));
	if (w->bits)
		return FAIL(w, "'%s' is a bit-field: it has no address", text_cstr(&w->done));
	emit_offset(w);
	w->out->fetch.type = KTAP_FT_U64;
	w->out->style = PARAM_HEX;
	return 0;
}

/* What has been walked becomes the left side of what comes. */
static void keep(struct walk *w, const char *from)
{
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
		return end_address(w);
	return w->place ? end_place(w) : end_value(w);
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
