// SPDX-License-Identifier: GPL-2.0
/*
 * lib_format.c - format(): printf's conversions into a string.
 */
#include <ktap/conversion.h>

#include "build.h"
#include "library.h"
#include "number.h"
#include "str.h"

struct args {
	struct kp_value *v;	/* the format first */
	u32 next, n;
};

static struct kp_value take_arg(struct args *a)
{
	return a->next < a->n ? a->v[a->next++] : kp_nil();
}

static s64 as_int(const struct kp_value *v)
{
	return v->tag == KTAP_T_INT || v->tag == KTAP_T_ADDR ? v->i : v->tag == KTAP_T_TRUE;
}

static void take_stars(struct args *a, struct ktap_conv *c)
{
	struct kp_value v;

	if (c->width == KTAP_CONV_ARG) {
		v = take_arg(a);
		ktap_conv_set_width(c, as_int(&v));
	}
	if (c->precision == KTAP_CONV_ARG) {
		v = take_arg(a);
		ktap_conv_set_precision(c, as_int(&v));
	}
}

static bool is_number(const struct kp_value *v)
{
	return v->tag == KTAP_T_INT || v->tag == KTAP_T_ADDR || v->tag == KTAP_T_TRUE ||
	       v->tag == KTAP_T_FALSE;
}

/* --- numbers --- */

static void fill(struct kp_build *b, const struct ktap_conv *c, u64 len)
{
	if ((u64)c->width > len)
		kp_build_fill(b, ' ', (u32)c->width - len);
}

static void put_number(struct kp_build *b, const struct ktap_conv *c, s64 n)
{
	struct kp_number num = kp_number_of(c, n);

	if (!(c->flags & KTAP_CONV_MINUS))
		fill(b, c, num.nprefix + num.zeros + num.ndigits);
	kp_build_add(b, num.prefix, num.nprefix);
	kp_build_fill(b, '0', num.zeros);
	kp_build_add(b, num.digits, num.ndigits);
	if (c->flags & KTAP_CONV_MINUS)
		fill(b, c, num.nprefix + num.zeros + num.ndigits);
}

/* --- texts --- */

/* Text that has been added at `start` is cut to the precision and padded, if it is whole. */
static void arrange(struct kp_build *b, const struct ktap_conv *c, u64 start)
{
	u64 len = b->len - start, blanks;

	if (b->len > b->room)
		return;
	if (c->precision >= 0 && len > (u64)c->precision)
		len = (u64)c->precision;
	b->len = start + len;
	blanks = (u64)c->width > len ? (u64)c->width - len : 0;
	if (!blanks)
		return;
	kp_build_fill(b, ' ', blanks);
	if ((c->flags & KTAP_CONV_MINUS) || b->len > b->room)
		return;
	memmove(b->data + start + blanks, b->data + start, len);
	memset(b->data + start, ' ', blanks);
}

/* A string that would fit only when cut is cut first. */
static bool put_value(struct kp_build *b, const struct ktap_conv *c, const struct kp_value *v)
{
	u64 start = b->len;

	if (v->tag == KTAP_T_STR && c->precision >= 0 && v->str->len > (u32)c->precision)
		kp_build_add(b, v->str->data, (u32)c->precision);
	else if (!kp_build_value(b, v))
		return false;
	arrange(b, c, start);
	return true;
}

static void put_char(struct kp_build *b, struct ktap_conv *c, s64 n)
{
	u64 start = b->len;
	char ch = (char)n;

	c->precision = KTAP_CONV_NONE;
	kp_build_add(b, &ch, 1);
	arrange(b, c, start);
}

static bool put_conv(struct kp_build *b, struct ktap_conv *c, const struct kp_value *v)
{
	if (c->letter == 's' || !is_number(v))
		return put_value(b, c, v);
	if (c->letter == 'c')
		put_char(b, c, as_int(v));
	else
		put_number(b, c, as_int(v));
	return true;
}

/* --- the format --- */

/* One conversion; NULL: its argument has no text here. */
static const char *convert(struct kp_build *b, const char *percent, const char *end, struct args *a)
{
	struct ktap_conv c;
	const char *next = ktap_conv_parse(percent + 1, end, &c);
	struct kp_value v;

	switch (ktap_conv_kind(c.letter)) {
	case KTAP_CONV_BAD:
		kp_build_add(b, percent, next - percent);
		return next;
	case KTAP_CONV_PERCENT:
		take_stars(a, &c);
		kp_build_add(b, "%", 1);
		return next;
	default:
		take_stars(a, &c);
		v = take_arg(a);
		return put_conv(b, &c, &v) ? next : NULL;
	}
}

static bool put_all(struct kp_build *b, struct args *a)
{
	const struct kp_str *format = a->v[0].str;
	const char *p = format->data, *end = p + format->len, *percent;

	while (p < end) {
		for (percent = p; percent < end && *percent != '%'; percent++)
			;
		kp_build_add(b, p, percent - p);
		if (percent == end)
			break;
		p = convert(b, percent, end, a);
		if (!p)
			return false;
	}
	return true;
}

int kp_bi_FORMAT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct args a = { v, 1, n };
	struct kp_build b;

	if (!kp_want_str(ctx, KTAP_BI_FORMAT, v, n, 1) || !kp_build_begin(ctx, &b))
		return -1;
	if (!put_all(&b, &a))
		return kp_bad_arg(ctx, KTAP_BI_FORMAT, a.next, &v[a.next - 1], KTAP_T_STR);
	return kp_build_end(&b, v) ? 1 : -1;
}
