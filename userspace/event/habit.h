/* SPDX-License-Identifier: GPL-2.0 */
/*
 * habit.h - events as other tracers write them: what they are called here.
 */
#ifndef EVENT_HABIT_H
#define EVENT_HABIT_H

#include <stdbool.h>
#include "util/buf.h"

/* Whether it is such a text; then `ours` gets the event's text in ktap. */
bool habit_translate(const char *text, struct buf *ours);

#endif
