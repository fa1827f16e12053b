/* SPDX-License-Identifier: GPL-2.0 */
/*
 * number.h - an integer taken apart as C's printf prints it, for format() in handlers and
 * for printf() in userspace. Pure functions.
 */
#ifndef KP_NUMBER_H
#define KP_NUMBER_H

#include <ktap/conversion.h>

#include "port.h"

#define KP_MAX_DIGITS	22	/* of 64 bits in octal */

/* Blanks up to the width stand before it, or behind; then come prefix, zeros, digits. */
struct kp_number {
	char prefix[3];
	char digits[KP_MAX_DIGITS];
	u32 nprefix, ndigits, zeros;
};

/* By a conversion of kind KTAP_CONV_INT but %c; its width and precision are known. */
struct kp_number kp_number_of(const struct ktap_conv *c, s64 n);

#endif
