/* SPDX-License-Identifier: GPL-2.0 */
/*
 * conversion.h - what stands behind a '%' in a format, once for printf() in
 * userspace, format() in the core, and the compiler's check of both.
 *
 *   conversion := '%' [-+ #0]* [width] ['.' [precision]] [hlqLjzt]* letter
 *   width, precision := digits | '*'
 */
#ifndef KTAP_CONVERSION_H
#define KTAP_CONVERSION_H

#include "abi_types.h"

enum ktap_conv_flag {
	KTAP_CONV_MINUS	= 1 << 0,
	KTAP_CONV_PLUS	= 1 << 1,
	KTAP_CONV_SPACE	= 1 << 2,
	KTAP_CONV_ALT	= 1 << 3,
	KTAP_CONV_ZERO	= 1 << 4,
};

#define KTAP_CONV_NONE	(-1)	/* a precision that is not given */
#define KTAP_CONV_ARG	(-2)	/* '*': the next argument tells */
#define KTAP_CONV_MAX	4096	/* larger widths and precisions are cut to it */

struct ktap_conv {
	__u32 flags;		/* enum ktap_conv_flag */
	__s32 width;		/* 0: none */
	__s32 precision;
	char letter;		/* 0: the format ended before it */
};

enum ktap_conv_kind {
	KTAP_CONV_BAD,		/* there is no such conversion */
	KTAP_CONV_PERCENT,	/* %%: takes no argument */
	KTAP_CONV_INT,		/* takes an integer */
	KTAP_CONV_TEXT,		/* takes any value */
};

static inline enum ktap_conv_kind ktap_conv_kind(char letter)
{
	switch (letter) {
	case 'd': case 'i': case 'u': case 'x': case 'X': case 'o': case 'c': case 'p':
		return KTAP_CONV_INT;
	case 's':
		return KTAP_CONV_TEXT;
	case '%':
		return KTAP_CONV_PERCENT;
	default:
		return KTAP_CONV_BAD;
	}
}

static inline __u32 ktap_conv_flag(char c)
{
	switch (c) {
	case '-': return KTAP_CONV_MINUS;
	case '+': return KTAP_CONV_PLUS;
	case ' ': return KTAP_CONV_SPACE;
	case '#': return KTAP_CONV_ALT;
	case '0': return KTAP_CONV_ZERO;
	default: return 0;
	}
}

static inline int ktap_conv_is_length(char c)
{
	return c == 'h' || c == 'l' || c == 'q' || c == 'L' || c == 'j' || c == 'z' || c == 't';
}

static inline __s32 ktap_conv_clamp(__s64 n)
{
	return n > KTAP_CONV_MAX ? KTAP_CONV_MAX : n < -KTAP_CONV_MAX ? -KTAP_CONV_MAX : (__s32)n;
}

static inline const char *ktap_conv_number(const char *p, const char *end, __s32 *n)
{
	if (p < end && *p == '*') {
		*n = KTAP_CONV_ARG;
		return p + 1;
	}
	for (*n = 0; p < end && *p >= '0' && *p <= '9'; p++)
		*n = ktap_conv_clamp((__s64)*n * 10 + (*p - '0'));
	return p;
}

/* Reads the conversion behind a '%'; returns where it ends. */
static inline const char *ktap_conv_parse(const char *p, const char *end, struct ktap_conv *c)
{
	c->flags = 0;
	c->precision = KTAP_CONV_NONE;
	c->letter = 0;
	for (; p < end && ktap_conv_flag(*p); p++)
		c->flags |= ktap_conv_flag(*p);
	p = ktap_conv_number(p, end, &c->width);
	if (p < end && *p == '.')
		p = ktap_conv_number(p + 1, end, &c->precision);
	while (p < end && ktap_conv_is_length(*p))
		p++;
	if (p < end)
		c->letter = *p++;
	return p;
}

/* A width given by an argument: a negative one means '-'. */
static inline void ktap_conv_set_width(struct ktap_conv *c, __s64 n)
{
	c->width = ktap_conv_clamp(n);
	if (c->width >= 0)
		return;
	c->flags |= KTAP_CONV_MINUS;
	c->width = -c->width;
}

/* A precision given by an argument: a negative one means none. */
static inline void ktap_conv_set_precision(struct ktap_conv *c, __s64 n)
{
	c->precision = n < 0 ? KTAP_CONV_NONE : ktap_conv_clamp(n);
}

#endif
