/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sdt.h - markers of programs and libraries: sdt:/usr/bin/app:provider:name,
 * sdt:libstdcxx:*, each perhaps with arguments (fetcharg.h) instead of its own.
 */
#ifndef EVENT_SDT_H
#define EVENT_SDT_H

#include "event/source.h"

extern const struct event_source sdt_source;

#endif
