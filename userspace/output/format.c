// SPDX-License-Identifier: GPL-2.0
#include "output/format.h"

#include <ktap/bytecode.h>
#include <ktap/conversion.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "util/arena.h"
#include "util/text.h"

/* What becomes of the next value. */
enum how {
	HOW_NONE,	/* there is none: the format ends */
	HOW_PLAIN,	/* %s and %d as they stand */
	HOW_CONV,
	HOW_PERCENT,	/* a '%' that takes widths and precisions */
};

/* Text, then a conversion. */
struct piece {
	size_t text, len;	/* in the format's literals */
	enum how how;
	struct ktap_conv conv;
};

struct format {
	struct buf source;	/* as the script has it */
	struct buf literals;	/* and eight bytes more */
	LIST(struct piece) pieces;
	bool ends_in_text;	/* %s is the last of it */
	struct buf value;	/* all of it as records have it */
	struct plain_format plain;	/* no bytes: it is not */
};

/* --- reading it --- */

static bool is_plain(const struct ktap_conv *c)
{
	return !c->flags && !c->width && c->precision == KTAP_CONV_NONE &&
	       (c->letter == 's' || c->letter == 'd' || c->letter == 'i');
}

static enum how how_of(const struct ktap_conv *c)
{
	if (c->letter == '%')
		return HOW_PERCENT;
	return is_plain(c) ? HOW_PLAIN : HOW_CONV;
}

static void end_piece(struct format *f, size_t from, enum how how, const struct ktap_conv *c)
{
	*list_push(&f->pieces) = (struct piece){ .text = from, .len = f->literals.len - from,
						 .how = how, .conv = *c };
}

/* A '%' that begins no conversion stands for itself, and so does one of "%%". */
static bool is_literal(const struct ktap_conv *c)
{
	return ktap_conv_kind(c->letter) == KTAP_CONV_BAD ||
	       (c->letter == '%' && c->width != KTAP_CONV_ARG && c->precision != KTAP_CONV_ARG);
}

static const char *read_conv(struct format *f, const char *percent, const char *end, size_t *from)
{
	struct ktap_conv c;
	const char *next = ktap_conv_parse(percent + 1, end, &c);

	if (is_literal(&c)) {
		buf_add(&f->literals, percent, c.letter == '%' ? 1 : next - percent);
		return next;
	}
	end_piece(f, *from, how_of(&c), &c);
	*from = f->literals.len;
	f->ends_in_text = next == end && c.letter == 's';
	return next;
}

static void read_format(struct format *f)
{
	const char *p = f->source.data, *end = p + f->source.len;
	size_t from = 0;

	while (p < end) {
		const char *percent = memchr(p, '%', end - p);

		buf_add(&f->literals, p, (percent ? percent : end) - p);
		if (!percent)
			break;
		p = read_conv(f, percent, end, &from);
	}
	end_piece(f, from, HOW_NONE, &(struct ktap_conv){ 0 });
	buf_zeros(&f->literals, 8);
}

/* --- plain ones --- */

static bool all_plain(const struct format *f)
{
	for (unsigned int i = 0; i + 1 < f->pieces.n; i++)
		if (f->pieces.at[i].how != HOW_PLAIN)
			return false;
	return true;
}

static void add_value(struct buf *out, const struct buf *text)
{
	const struct ktap_val head = { .tag = KTAP_T_STR, .len = (uint32_t)text->len };

	buf_add(out, &head, sizeof(head));
	buf_add(out, text->data, text->len);
	buf_zeros(out, value_size(head.len) - out->len);
}

static void make_plain(struct format *f)
{
	struct around *around = xmalloc(f->pieces.n * sizeof(*around));

	for (unsigned int i = 0; i < f->pieces.n; i++)
		around[i] = (struct around){ f->literals.data + f->pieces.at[i].text, f->pieces.at[i].len };
	add_value(&f->value, &f->source);
	f->plain = (struct plain_format){ f->value.data, f->value.len, around, f->pieces.n - 1 };
}

/* --- keeping it --- */

static void format_free(struct format *f)
{
	if (!f)
		return;
	buf_free(&f->value);
	free((void *)f->plain.around);
	buf_free(&f->source);
	buf_free(&f->literals);
	free(f->pieces.at);
	free(f);
}

static struct format *format_new(struct span text)
{
	struct format *f = xmalloc(sizeof(*f));

	*f = (struct format){ 0 };
	buf_add(&f->source, text.at, text.end - text.at);
	read_format(f);
	if (all_plain(f))
		make_plain(f);
	return f;
}

/* Its first bytes, its last and its length tell formats apart well enough. */
static unsigned int place_of(struct span text)
{
	size_t len = text.end - text.at;
	uint32_t first = 0, last = 0;

	if (len >= sizeof(first)) {
		memcpy(&first, text.at, sizeof(first));
		memcpy(&last, text.end - sizeof(last), sizeof(last));
	}
	return (first + last * 31 + (uint32_t)len * 7) * 0x9e3779b9u >> 26;
}

_Static_assert(KNOWN_FORMATS == 1 << (32 - 26), "six bits are a place");

static bool is_of(const struct format *f, struct span text)
{
	size_t len = text.end - text.at;

	return f && f->source.len == len && (!len || !memcmp(f->source.data, text.at, len));
}

static void forget(struct known_formats *all, struct format *f)
{
	for (unsigned int i = 0; f && i < KNOWN_FORMATS; i++)
		if (all->guess[i] == &f->plain)
			all->guess[i] = NULL;
	format_free(f);
}

/* The one that was met last comes again. */
const struct format *format_of(struct known_formats *all, struct span text)
{
	struct format **f;

	if (is_of(all->last, text))
		return all->last;
	f = &all->at[place_of(text)];
	if (!is_of(*f, text)) {
		forget(all, *f);
		*f = format_new(text);
	}
	return all->last = *f;
}

const struct plain_format *format_plain(struct known_formats *all, struct span text)
{
	const struct format *f = format_of(all, text);

	return f->plain.bytes ? &f->plain : NULL;
}

void known_formats_free(struct known_formats *all)
{
	for (unsigned int i = 0; i < KNOWN_FORMATS; i++)
		format_free(all->at[i]);
	*all = (struct known_formats){ 0 };
}

/* --- conversions --- */

static struct value next_arg(struct span *args)
{
	struct value v = { .tag = KTAP_T_NIL };

	span_value(args, &v);
	return v;
}

/* Widths and precisions that arguments tell. */
static void take_stars(struct span *args, struct ktap_conv *c)
{
	if (c->width == KTAP_CONV_ARG)
		ktap_conv_set_width(c, next_arg(args).num);
	if (c->precision == KTAP_CONV_ARG)
		ktap_conv_set_precision(c, next_arg(args).num);
}

/* Text that was added at `start` gets the blanks that it lacks. */
static void pad(const struct ktap_conv *c, size_t start, struct buf *out)
{
	size_t len = out->len - start, fill = (size_t)c->width > len ? c->width - len : 0;

	if (!fill)
		return;
	text_fill(out, ' ', fill);
	if (c->flags & KTAP_CONV_MINUS)
		return;
	memmove(out->data + start + fill, out->data + start, len);
	memset(out->data + start, ' ', fill);
}

static void put_string(const struct ktap_conv *c, const struct value *v,
		       const struct value_names *names, struct buf *out)
{
	size_t start = out->len;

	value_text(v, names, out);
	if (c->precision >= 0 && (size_t)c->precision < out->len - start)
		out->len = start + c->precision;
	pad(c, start, out);
}

static void put_char(const struct ktap_conv *c, const struct value *v, struct buf *out)
{
	size_t start = out->len;

	buf_putc(out, v->num);
	pad(c, start, out);
}

static void put_number(const struct ktap_conv *c, int64_t n, struct buf *out)
{
	const struct kp_number num = kp_number_of(c, n);
	size_t start = out->len;

	buf_add(out, num.prefix, num.nprefix);
	text_fill(out, '0', num.zeros);
	buf_add(out, num.digits, num.ndigits);
	pad(c, start, out);
}

static bool as_number(struct value *v)
{
	switch (v->tag) {
	case KTAP_T_INT:
	case KTAP_T_ADDR:	return true;
	case KTAP_T_TRUE:
	case KTAP_T_FALSE:	v->num = v->tag == KTAP_T_TRUE; return true;
	default:		return false;
	}
}

/* Gives the value that was shown. */
static struct value convert(struct ktap_conv c, struct span *args, const struct value_names *names,
			    struct buf *out)
{
	struct value v;

	take_stars(args, &c);
	v = next_arg(args);
	if (c.letter == 's' || !as_number(&v))
		put_string(&c, &v, names, out);
	else if (c.letter == 'c')
		put_char(&c, &v, out);
	else
		put_number(&c, v.num, out);
	return v;
}

/* --- all of it --- */

static void put_piece(const struct piece *p, struct span *args, const struct value_names *names,
		      struct buf *out, bool ends_in_text)
{
	struct ktap_conv c = p->conv;

	if (p->how == HOW_PERCENT) {
		take_stars(args, &c);
		buf_putc(out, '%');
	} else if (convert(c, args, names, out).tag == KTAP_T_EVTEXT && ends_in_text) {
		buf_putc(out, '\n');
	}
}

void format_put(const struct format *f, struct span args,
		const struct value_names *names, struct buf *out)
{
	const struct piece *p = f->pieces.at, *last = p + f->pieces.n - 1;

	for (; ; p++) {
		add_padded(out, f->literals.data + p->text, p->len);
		if (p == last)
			return;
		if (p->how != HOW_PLAIN || !quick_text(&args, out))
			put_piece(p, &args, names, out, f->ends_in_text && p + 1 == last);
	}
}
