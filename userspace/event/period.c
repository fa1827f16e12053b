// SPDX-License-Identifier: GPL-2.0
#include "event/period.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct { const char *name; uint64_t ns; } units[] = {
	{ "", 1 }, { "ns", 1 }, { "nsec", 1 },
	{ "us", 1000 }, { "usec", 1000 },
	{ "ms", 1000000 }, { "msec", 1000000 },
	{ "s", 1000000000 }, { "sec", 1000000000 },
};

static uint64_t unit_ns(const char *name)
{
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (!strcmp(units[i].name, name))
			return units[i].ns;
	return 0;
}

int period_parse(const char *text, uint64_t *ns, struct buf *why)
{
	char *unit;
	unsigned long long n;
	uint64_t one;

	errno = 0;
	n = strtoull(text, &unit, 10);
	if (!isdigit((unsigned char)*text) || errno || !n)
		buf_printf(why, "'%s' is no period: write a number and one of ns us ms s hz", text);
	else if (!strcmp(unit, "hz") && n <= 1000000000)
		return *ns = 1000000000 / n, 0;
	else if (!(one = unit_ns(unit)))
		buf_printf(why, "'%s' is no unit of time: the units are ns us ms s hz", unit);
	else if (n > INT64_MAX / one)
		buf_printf(why, "a period of %s is too long", text);
	else
		return *ns = n * one, 0;
	return -1;
}
