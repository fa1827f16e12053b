// SPDX-License-Identifier: GPL-2.0
#include "event/life.h"

#include <string.h>

#include "event/making.h"
#include "util/text.h"

static bool owns(const char *text)
{
	return !strcmp(text, "begin");
}

static int resolve(struct event_catalog *c, const struct event_query *query,
		   struct event_list *out, struct buf *why)
{
	struct making m = making_begin(query, KTAP_EV_BEGIN);

	(void)c;
	(void)why;
	making_own(&m, out);
	return 0;
}

const struct event_source life_source = {
	.kinds		= 1 << KTAP_EV_BEGIN,
	.owns		= owns,
	.resolve	= resolve,
	.label		= making_own_label,
};
