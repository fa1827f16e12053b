// SPDX-License-Identifier: GPL-2.0
/*
 * number.c - digits, signs, prefixes and zeros of C's printf.
 */
#include "number.h"

static void put_digits(struct kp_number *num, u64 u, char letter)
{
	const char *digit = letter == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
	u32 shift = letter == 'o' ? 3 : letter == 'd' || letter == 'i' || letter == 'u' ? 0 : 4;
	char tmp[KP_MAX_DIGITS];
	u32 at = KP_MAX_DIGITS;

	for (; u; u = shift ? u >> shift : KP_UDIV10(u))
		tmp[--at] = digit[shift ? u & ((1u << shift) - 1) : u - KP_UDIV10(u) * 10];
	num->ndigits = KP_MAX_DIGITS - at;
	memcpy(num->digits, tmp + at, num->ndigits);
}

static void put_sign(struct kp_number *num, const struct ktap_conv *c, bool minus)
{
	if (minus)
		num->prefix[num->nprefix++] = '-';
	else if (c->flags & KTAP_CONV_PLUS)
		num->prefix[num->nprefix++] = '+';
	else if (c->flags & KTAP_CONV_SPACE)
		num->prefix[num->nprefix++] = ' ';
}

static void put_base(struct kp_number *num, const struct ktap_conv *c, u32 *precision)
{
	bool pointer = c->letter == 'p';	/* as %#x */

	if (!(c->flags & KTAP_CONV_ALT) && !pointer)
		return;
	if (c->letter == 'o' && *precision <= num->ndigits)
		*precision = num->ndigits + 1;
	if ((c->letter == 'x' || c->letter == 'X' || pointer) && num->ndigits) {
		num->prefix[num->nprefix++] = '0';
		num->prefix[num->nprefix++] = pointer ? 'x' : c->letter;
	}
}

/* The flag 0 fills up to the width, unless a precision or '-' says otherwise. */
static void put_zeros(struct kp_number *num, const struct ktap_conv *c, u32 precision)
{
	u32 len = num->nprefix + num->ndigits, width = (u32)c->width;

	num->zeros = precision > num->ndigits ? precision - num->ndigits : 0;
	if ((c->flags & KTAP_CONV_ZERO) && !(c->flags & KTAP_CONV_MINUS) &&
	    c->precision == KTAP_CONV_NONE && width > len + num->zeros)
		num->zeros = width - len;
}

struct kp_number kp_number_of(const struct ktap_conv *c, s64 n)
{
	bool is_signed = c->letter == 'd' || c->letter == 'i';
	u32 precision = c->precision == KTAP_CONV_NONE ? 1 : (u32)c->precision;
	bool minus = is_signed && n < 0;
	struct kp_number num = { .nprefix = 0 };

	put_digits(&num, minus ? 0 - (u64)n : (u64)n, c->letter);
	if (is_signed)
		put_sign(&num, c, minus);
	put_base(&num, c, &precision);
	put_zeros(&num, c, precision);
	return num;
}
