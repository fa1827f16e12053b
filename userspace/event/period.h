/* SPDX-License-Identifier: GPL-2.0 */
/*
 * period.h - the time between two firings of a timer, as scripts write it:
 * "1s", "10ms", "250usec", "99hz"; a number alone is in nanoseconds.
 */
#ifndef EVENT_PERIOD_H
#define EVENT_PERIOD_H

#include <stdint.h>
#include "util/buf.h"

/* 0 and *ns, not 0; or -1 and a sentence. */
int period_parse(const char *text, uint64_t *ns, struct buf *why);

#endif
