/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ktap_fixture

#if !defined(FIXTURE_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define FIXTURE_EVENTS_H

#include <linux/tracepoint.h>

/* Of firing number i: once, and twice. */
TRACE_EVENT(fixture_once,
	TP_PROTO(int i),
	TP_ARGS(i),
	TP_STRUCT__entry(__field(int, i)),
	TP_fast_assign(__entry->i = i;),
	TP_printk("i=%d", __entry->i)
);

DEFINE_EVENT(fixture_once, fixture_twice, TP_PROTO(int i), TP_ARGS(i));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
