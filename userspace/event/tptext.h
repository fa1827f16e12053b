/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tptext.h - a tracepoint's record as the text that the kernel's trace file shows
 * behind "event_name: ", for system calls "sys_write(fd: 3, buf: 7ffe.., ..)"
 * and "sys_write -> 0x5a". Without a catalogue only names and numbers.
 */
#ifndef EVENT_TPTEXT_H
#define EVENT_TPTEXT_H

#include <stddef.h>
#include <ktap/event.h>
#include "event/catalog.h"
#include "event/params.h"
#include "util/buf.h"

void tracepoint_text(struct event_catalog *c, const struct ktap_event *ev,
		     const struct params *params, const void *bytes, size_t len,
		     struct buf *out);

#endif
