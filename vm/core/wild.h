/* SPDX-License-Identifier: GPL-2.0 */
/*
 * wild.h - shell patterns: `*`, `?`, `[a-z]`, `[!a-z]`, `\` before a literal. Bytes,
 * not characters. A pure function, for handlers and for the names of events.
 */
#ifndef KP_WILD_H
#define KP_WILD_H

#include "port.h"

/* Adds the bytes that were looked at, at most length times length, to *work. */
bool kp_wild(const char *pattern, u32 plen, const char *text, u32 len, u64 *work);

#endif
