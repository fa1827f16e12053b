// SPDX-License-Identifier: GPL-2.0
#include "output/digits.h"

#define ONE(h, t, o)	{ '0' + (h), '0' + (t), '0' + (o), (h) ? 0 : (t) ? 1 : 2 }
#define TEN(h, t)	ONE(h, t, 0), ONE(h, t, 1), ONE(h, t, 2), ONE(h, t, 3), ONE(h, t, 4), \
			ONE(h, t, 5), ONE(h, t, 6), ONE(h, t, 7), ONE(h, t, 8), ONE(h, t, 9)
#define HUNDRED(h)	TEN(h, 0), TEN(h, 1), TEN(h, 2), TEN(h, 3), TEN(h, 4), \
			TEN(h, 5), TEN(h, 6), TEN(h, 7), TEN(h, 8), TEN(h, 9)

/* And one more, since four bytes are read from the first digit on. */
const char digits_of[1001][4] = {
	HUNDRED(0), HUNDRED(1), HUNDRED(2), HUNDRED(3), HUNDRED(4),
	HUNDRED(5), HUNDRED(6), HUNDRED(7), HUNDRED(8), HUNDRED(9),
};

/* The groups of three but the first, from behind. */
char *digits_put_large(char *to, uint64_t n)
{
	unsigned int group[6], count = 0;

	for (; n >= 1000; n /= 1000)
		group[count++] = (unsigned int)(n % 1000);
	to = digits_put_small(to, (unsigned int)n);
	for (; count; to += 3)
		memcpy(to, digits_of[group[--count]], 4);
	return to;
}
