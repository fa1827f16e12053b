/* SPDX-License-Identifier: GPL-2.0 */
/*
 * source.h - what the fetches of an event may take from it. kp_host_source() of the
 * core's host.h does so.
 */
#ifndef KP_SOURCE_H
#define KP_SOURCE_H

#include <ktap/event.h>

/* Arguments of a raw tracepoint, at most: its ev->regs is u64[] of as many as are fetched. */
#define KP_RAW_WORDS	12

/* Whether an event of this kind has what the operation takes. */
bool kp_source_check(const struct ktap_event *ev, const struct ktap_fetch *op);

#endif
