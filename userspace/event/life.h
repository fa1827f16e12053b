/* SPDX-License-Identifier: GPL-2.0 */
/*
 * life.h - the events that are the session's own: begin, tick-1s. Nothing has to
 * be looked up for them.
 */
#ifndef EVENT_LIFE_H
#define EVENT_LIFE_H

#include <stdbool.h>
#include <ktap/event.h>
#include "util/buf.h"

/* Whether the text, or an event's name, is one of these. */
bool life_is_event(const char *text);

/* Fills in kind, names and period. 0; or -1 and a sentence. */
int life_parse(const char *text, struct ktap_event *ev, struct buf *why);

#endif
