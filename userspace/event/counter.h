/* SPDX-License-Identifier: GPL-2.0 */
/*
 * counter.h - every so many events of a counter: software:page-faults:1,
 * hardware:cache-misses:100000, hardware:L1-dcache-load-misses:1000000,
 * hardware:r01c2:10000. The names are those of `perf list`.
 */
#ifndef EVENT_COUNTER_H
#define EVENT_COUNTER_H

#include "event/source.h"

extern const struct event_source counter_source;

#endif
