// SPDX-License-Identifier: GPL-2.0
#include "event/source.h"

#include "event/counter.h"
#include "event/function.h"
#include "event/life.h"
#include "event/raw.h"
#include "event/sdt.h"
#include "event/timer.h"
#include "event/told.h"
#include "event/tracepoint.h"
#include "event/ufunc.h"

/* The last one owns whatever no other does. */
static const struct event_source *const sources[] = {
	&life_source,
	&timer_source,
	&counter_source,
	&told_source,
	&raw_source,
	&function_source,
	&ufunc_source,
	&sdt_source,
	&tracepoint_source,
};

#define COUNT	(sizeof(sources) / sizeof(*sources))

const struct event_source *source_number(unsigned int n)
{
	return n < COUNT ? sources[n] : NULL;
}

const struct event_source *source_of_text(const char *text)
{
	for (size_t i = 0; i < COUNT - 1; i++)
		if (sources[i]->owns(text))
			return sources[i];
	return sources[COUNT - 1];
}

const struct event_source *source_of_event(const struct ktap_event *ev)
{
	for (size_t i = 0; i < COUNT - 1; i++)
		if (sources[i]->kinds >> ev->kind & 1)
			return sources[i];
	return sources[COUNT - 1];
}
