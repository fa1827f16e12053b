/* SPDX-License-Identifier: GPL-2.0 */
/*
 * raw.h - raw:sched_switch: tracepoints by their own C arguments, whose names and
 * types the kernel's description of its types tells. Without that there are only
 * words, by number.
 */
#ifndef EVENT_RAW_H
#define EVENT_RAW_H

#include "event/source.h"

extern const struct event_source raw_source;

#endif
