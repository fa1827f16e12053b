/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timer.h - what happens once per period: tick-1s, profile-99hz.
 */
#ifndef EVENT_TIMER_H
#define EVENT_TIMER_H

#include "event/source.h"

extern const struct event_source timer_source;

#endif
