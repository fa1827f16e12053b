/* SPDX-License-Identifier: GPL-2.0 */
/*
 * functext.h - a function's event as the kernel's own probes show it:
 * "(vfs_read+0x0/0x2b0) file=0xffff.. count=0x100", and of a return
 * "(ksys_read+0x6f/0xf0 <- vfs_read) ret=0x3".
 */
#ifndef EVENT_FUNCTEXT_H
#define EVENT_FUNCTEXT_H

#include "event/catalog.h"
#include "event/params.h"

/* Names of the parameters that tell the place, which the text begins with. */
#define FUNCTION_PLACE	"__probe_ip"
#define FUNCTION_CALLER	"__probe_ret_ip"

/* The system of ftrace:function, whose text is "vfs_read <-- ksys_read". */
#define FUNCTION_FTRACE	"ftrace"

void function_text(struct event_catalog *c, const struct ktap_event *ev,
		   const struct params *params, const void *bytes, size_t len, struct buf *out);

#endif
