/* SPDX-License-Identifier: GPL-2.0 */
/*
 * digits.h - decimal numbers, three digits at a time.
 */
#ifndef RUN_DIGITS_H
#define RUN_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_ROOM	24u	/* of the longest number, and what is written behind it */

/* Of 0 to 999: three digits, then how many zeros they begin with, but the last. */
extern const char digits_of[1001][4];

char *digits_put_large(char *to, uint64_t n);

static inline char *digits_put_small(char *to, unsigned int n)
{
	unsigned int zeros = (unsigned char)digits_of[n][3];

	memcpy(to, (const char *)digits_of + 4 * n + zeros, 4);
	return to + 3 - zeros;
}

/* Puts a number where DIGITS_ROOM bytes are; gives its end. */
static inline char *digits_put(char *to, int64_t n)
{
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	if (n < 0)
		*to++ = '-';
	return left < 1000 ? digits_put_small(to, (unsigned int)left) : digits_put_large(to, left);
}

#endif
