/* SPDX-License-Identifier: GPL-2.0 */
/*
 * told.h - the events that the tracer alone sees, and tells the module of:
 * signal:SIGUSR1, exit. They have no fields.
 */
#ifndef EVENT_TOLD_H
#define EVENT_TOLD_H

#include "event/source.h"

extern const struct event_source told_source;

#endif
