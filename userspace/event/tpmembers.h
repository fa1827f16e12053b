/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tpmembers.h - the fields of a tracepoint's record, or of a system call, as members of
 * a JSON object. Pointers are strings of hexadecimal digits, as in doc/json.md.
 */
#ifndef EVENT_TPMEMBERS_H
#define EVENT_TPMEMBERS_H

#include <stddef.h>
#include <ktap/event.h>
#include "event/catalog.h"
#include "util/buf.h"

void tracepoint_members(struct event_catalog *c, const struct ktap_event *ev,
			const void *bytes, size_t len, struct buf *out);

#endif
