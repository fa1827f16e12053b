/* SPDX-License-Identifier: GPL-2.0 */
/*
 * safefmt.h - whether an event's print format can be followed for any bytes.
 */
#ifndef EVENT_SAFEFMT_H
#define EVENT_SAFEFMT_H

#include <stdbool.h>

struct tep_event;

/*
 * False for a format that divides by a field or takes an array's length from
 * one: libtraceevent would trap or read beyond the record.
 */
bool safefmt_is_safe(const struct tep_event *event);

#endif
