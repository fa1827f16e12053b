/* SPDX-License-Identifier: GPL-2.0 */
/*
 * life.h - the events that are the session's own: begin. Nothing has to
 * be looked up for them, and no field is theirs.
 */
#ifndef EVENT_LIFE_H
#define EVENT_LIFE_H

#include "event/source.h"

extern const struct event_source life_source;

#endif
