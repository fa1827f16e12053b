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
	making_name(&m, "ktap", query->text);
	making_no_refs(&m);
	making_finish(&m, out);
	return 0;
}

static void label(const struct ktap_event *ev, struct buf *out)
{
	text_str(out, ev->name);
}

const struct event_source life_source = {
	.kinds		= 1 << KTAP_EV_BEGIN,
	.owns		= owns,
	.resolve	= resolve,
	.label		= label,
};
