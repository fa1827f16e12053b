/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracepoint.h - tracepoints and system calls by the kernel's catalogue:
 * "sched:sched_switch", "syscalls:sys_enter_*".
 */
#ifndef EVENT_TRACEPOINT_H
#define EVENT_TRACEPOINT_H

#include "event/source.h"

extern const struct event_source tracepoint_source;

#endif
