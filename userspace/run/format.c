// SPDX-License-Identifier: GPL-2.0
#include "run/format.h"

#include <ktap/bytecode.h>
#include <stdio.h>
#include <string.h>

#include "util/text.h"

#define MAX_WIDTH	4096

/* One conversion: %[flags][width][.precision]conv */
struct conv {
	char flags[8];		/* those of "-+ #0" that are given */
	int width;
	int precision;		/* -1: none */
	char letter;
};

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

static void add_flag(struct conv *c, char flag)
{
	size_t n = strlen(c->flags);

	if (!strchr(c->flags, flag) && n + 1 < sizeof(c->flags))
		c->flags[n] = flag;
}

static int clamp(int64_t n)
{
	return n > MAX_WIDTH ? MAX_WIDTH : n < -MAX_WIDTH ? -MAX_WIDTH : (int)n;
}

/* A width or precision: digits, or `*` for an argument. */
static const uint8_t *number(const uint8_t *p, const uint8_t *end, struct args *args, int *n)
{
	if (p < end && *p == '*') {
		*n = clamp(next_arg(args).num);
		return p + 1;
	}
	for (*n = 0; p < end && *p >= '0' && *p <= '9'; p++)
		*n = clamp((int64_t)*n * 10 + (*p - '0'));
	return p;
}

static void negative_width(struct conv *c)
{
	if (c->width >= 0)
		return;
	add_flag(c, '-');
	c->width = -c->width;
}

/* Takes the conversion behind a '%'; its letter is 0 if the format ends there. */
static const uint8_t *take_conv(const uint8_t *p, const uint8_t *end, struct args *args,
				struct conv *c)
{
	*c = (struct conv){ .precision = -1 };
	for (; p < end && *p && strchr("-+ #0", *p); p++)
		add_flag(c, *p);
	p = number(p, end, args, &c->width);
	negative_width(c);
	if (p < end && *p == '.')
		p = number(p + 1, end, args, &c->precision);
	while (p < end && *p && strchr("hlqLjzt", *p))
		p++;
	if (p < end)
		c->letter = *p++;
	return p;
}

static void pad(const struct conv *c, const char *text, size_t len, struct buf *out)
{
	size_t fill = (size_t)c->width > len ? c->width - len : 0;
	bool left = strchr(c->flags, '-');

	if (!left)
		text_fill(out, ' ', fill);
	buf_add(out, text, len);
	if (left)
		text_fill(out, ' ', fill);
}

static void put_string(const struct conv *c, const struct value *v,
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

static void put_char(const struct conv *c, const struct value *v, struct buf *out)
{
	char ch = v->num;

	pad(c, &ch, 1, out);
}

/* C's own printf does it, with a format that was put together here. */
static void put_number(const struct conv *c, char letter, const char *flags, int64_t n,
		       struct buf *out)
{
	char format[32];

	if (c->precision >= 0)
		snprintf(format, sizeof(format), "%%%s*.*ll%c", flags, letter);
	else
		snprintf(format, sizeof(format), "%%%s*ll%c", flags, letter);
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
static bool is_plain(const struct conv *c, const struct value *v)
{
	return !c->flags[0] && !c->width && c->precision < 0 &&
	       (c->letter == 's' || (v->tag == KTAP_T_INT && (c->letter == 'd' || c->letter == 'i')));
}

static void put_conv(const struct conv *c, struct value *v, const struct value_names *names,
		     struct buf *out)
{
	if (is_plain(c, v))
		value_text(v, names, out);
	else if (c->letter == 's' || !as_number(v))
		put_string(c, v, names, out);
	else if (c->letter == 'c')
		put_char(c, v, out);
	else if (c->letter == 'p')
		put_number(c, 'x', "#", v->num, out);
	else
		put_number(c, c->letter, c->flags, v->num, out);
}

/* A '%' that begins no conversion stands for itself. */
static const uint8_t *convert(const uint8_t *percent, const uint8_t *end, struct args *args,
			      const struct value_names *names, struct buf *out)
{
	struct conv c;
	struct value v;
	const uint8_t *next = take_conv(percent + 1, end, args, &c);

	if (c.letter == '%') {
		buf_putc(out, '%');
		return next;
	}
	if (!c.letter || !strchr("diuxXocsp", c.letter)) {
		buf_add(out, percent, next - percent);
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
