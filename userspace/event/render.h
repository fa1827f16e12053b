/* SPDX-License-Identifier: GPL-2.0 */
/*
 * render.h - an event's bytes as the text that the kernel's trace file shows
 * behind "event_name: ", for system calls "sys_write(fd: 3, buf: 7ffe.., ..)"
 * and "sys_write -> 0x5a". Bytes may be short or damaged: what cannot be shown
 * is left out. One thread at a time per source.
 */
#ifndef EVENT_RENDER_H
#define EVENT_RENDER_H

#include <stddef.h>
#include <ktap/event.h>
#include "event/resolve.h"
#include "util/buf.h"

/* `src` may be NULL: then only names and numbers are shown. */
void event_render(struct event_source *src, const struct ktap_event *ev,
		  const void *bytes, size_t len, struct buf *out);

#endif
