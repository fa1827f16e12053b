// SPDX-License-Identifier: GPL-2.0
#include "event/walk.h"

#include <bpf/btf.h>

#include <ktap/event.h>

#include "event/ctype.h"
#include "util/text.h"

int walk_emit(struct walk *w, enum ktap_fetch_op op, unsigned int type, int64_t imm)
{
	fetch_add(&w->out->fetch, op, type, imm);
	if (w->out->fetch.too_long)
		return WALK_FAIL(w, "the chain is too long: %u steps of fetching at most", FETCH_OPS);
	return 0;
}

static void emit_offset(struct walk *w)
{
	fetch_offset(&w->out->fetch, w->offset);
	w->offset = 0;
}

int walk_load(struct walk *w, unsigned int type)
{
	int64_t offset = w->offset;

	w->offset = 0;
	return walk_emit(w, w->user ? KTAP_FETCH_ULOAD : KTAP_FETCH_LOAD, type, offset);
}

static int emit_bits(struct walk *w, unsigned int low, unsigned int n, bool is_signed)
{
	w->out->fetch.type = is_signed ? KTAP_FT_S64 : KTAP_FT_U64;
	return walk_emit(w, KTAP_FETCH_BITS, w->out->fetch.type, (int64_t)((uint64_t)n << 8 | low));
}

int walk_word(struct walk *w)
{
	int64_t n = w->source == KTAP_FETCH_ARG ? w->word + (int64_t)(w->bit / WORD_BITS) : 0;

	return walk_emit(w, w->source, 0, n);
}

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
	return walk_emit(w, op, 0, bytes);
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
		return WALK_FAIL(w, "'%s' does not fit a number; name one of its members", text_cstr(&w->done));
	if (walk_word(w))
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
		return WALK_FAIL(w, "'%s' lies across two words", text_cstr(&w->done));
	low = w->bit % unit;
	w->offset += (int64_t)(w->bit / unit * unit / 8);
	if (walk_load(w, ctype_integer(bytes, false)))
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
		return WALK_FAIL(w, "'%s' has no size; name one of its elements", text_cstr(&w->done));
	if (bytes > KTAP_MAX_STRING)
		return WALK_FAIL(w, "'%s' has %lld bytes, more than a string can have; name a part of it",
			    text_cstr(&w->done), (long long)bytes);
	w->out->style = PARAM_TEXT;
	w->out->fetch.type = text ? KTAP_FT_CHARS : KTAP_FT_BYTES;
	return walk_emit(w, w->user ? KTAP_FETCH_UBYTES : KTAP_FETCH_BYTES, 0, bytes);
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
		return walk_load(w, KTAP_FT_U64) ? -1 : end_pointed_text(w, t);
	if (type >= 0)
		return walk_load(w, (unsigned int)type) ? -1 : end_number(w, type);
	if (ctype_is_array(t) || ctype_is_struct(t) || ctype_is_number(t))
		return end_bytes(w, t);
	return no_end(w);
}

int walk_end_address(struct walk *w)
{
	if (!w->place)
		return WALK_FAIL(w, "'%s' is in a register: it has no address", text_cstr(&w->done));
	if (w->bits)
		return WALK_FAIL(w, "'%s' is a bit-field: it has no address", text_cstr(&w->done));
	emit_offset(w);
	w->out->fetch.type = KTAP_FT_U64;
	w->out->style = PARAM_HEX;
	return 0;
}

int walk_end(struct walk *w)
{
	return w->place ? end_place(w) : end_value(w);
}
