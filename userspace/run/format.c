// SPDX-License-Identifier: GPL-2.0
#include "run/format.h"

#include <ktap/bytecode.h>
#include <ktap/conversion.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

/* The arguments that are left. */
struct args {
	struct span left;
};

static struct value next_arg(struct args *args)
{
	struct value v = { .tag = KTAP_T_NIL };

	span_value(&args->left, &v);
	return v;
}

/* Widths and precisions that arguments tell. */
static void take_stars(struct args *args, struct ktap_conv *c)
{
	if (c->width == KTAP_CONV_ARG)
		ktap_conv_set_width(c, next_arg(args).num);
	if (c->precision == KTAP_CONV_ARG)
		ktap_conv_set_precision(c, next_arg(args).num);
}

static void pad(const struct ktap_conv *c, const char *text, size_t len, struct buf *out)
{
	size_t fill = (size_t)c->width > len ? c->width - len : 0;
	bool left = c->flags & KTAP_CONV_MINUS;

	if (!left)
		text_fill(out, ' ', fill);
	buf_add(out, text, len);
	if (left)
		text_fill(out, ' ', fill);
}

static void put_string(const struct ktap_conv *c, const struct value *v,
		       const struct value_names *names, struct buf *out)
{
	struct buf text = { 0 };
	size_t len;

	value_text(v, names, &text);
	len = text.len;
	if (c->precision >= 0 && (size_t)c->precision < len)
		len = c->precision;
	pad(c, text.data, len, out);
	buf_free(&text);
}

static void put_char(const struct ktap_conv *c, const struct value *v, struct buf *out)
{
	char ch = v->num;

	pad(c, &ch, 1, out);
}

/* C's own printf does it, with a format that is put together here. */
static void put_number(const struct ktap_conv *c, int64_t n, struct buf *out)
{
	bool pointer = c->letter == 'p';
	char format[32];

	snprintf(format, sizeof(format), "%%%s%s%s%s%s*%sll%c",
		 c->flags & KTAP_CONV_MINUS ? "-" : "", c->flags & KTAP_CONV_PLUS ? "+" : "",
		 c->flags & KTAP_CONV_SPACE ? " " : "", c->flags & KTAP_CONV_ALT || pointer ? "#" : "",
		 c->flags & KTAP_CONV_ZERO ? "0" : "", c->precision >= 0 ? ".*" : "",
		 pointer ? 'x' : c->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (c->precision >= 0)
		buf_printf(out, format, c->width, c->precision, (long long)n);
	else
		buf_printf(out, format, c->width, (long long)n);
#pragma GCC diagnostic pop
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

/* %s and %d as they stand. */
static bool is_plain(const struct ktap_conv *c, const struct value *v)
{
	return !c->flags && !c->width && c->precision < 0 &&
	       (c->letter == 's' || (v->tag == KTAP_T_INT && (c->letter == 'd' || c->letter == 'i')));
}

static void put_conv(const struct ktap_conv *c, struct value *v, const struct value_names *names,
		     struct buf *out)
{
	if (is_plain(c, v))
		value_text(v, names, out);
	else if (c->letter == 's' || !as_number(v))
		put_string(c, v, names, out);
	else if (c->letter == 'c')
		put_char(c, v, out);
	else
		put_number(c, v->num, out);
}

/* A '%' that begins no conversion stands for itself. */
static const uint8_t *convert(const uint8_t *percent, const uint8_t *end, struct args *args,
			      const struct value_names *names, struct buf *out)
{
	struct ktap_conv c;
	struct value v;
	const uint8_t *next = (const uint8_t *)ktap_conv_parse((const char *)percent + 1,
							       (const char *)end, &c);

	if (ktap_conv_kind(c.letter) == KTAP_CONV_BAD) {
		buf_add(out, percent, next - percent);
		return next;
	}
	take_stars(args, &c);
	if (c.letter == '%') {
		buf_putc(out, '%');
		return next;
	}
	v = next_arg(args);
	put_conv(&c, &v, names, out);
	if (next == end && c.letter == 's' && v.tag == KTAP_T_EVTEXT)
		buf_putc(out, '\n');
	return next;
}

void format_text(struct span format, struct span args,
		 const struct value_names *names, struct buf *out)
{
	struct args left = { args };
	const uint8_t *p = format.at;

	while (p < format.end) {
		const uint8_t *percent = memchr(p, '%', format.end - p);

		buf_add(out, p, (percent ? percent : format.end) - p);
		if (!percent)
			break;
		p = convert(percent, format.end, &left, names, out);
	}
}
