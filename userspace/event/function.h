/* SPDX-License-Identifier: GPL-2.0 */
/*
 * function.h - functions of the kernel:
 *
 *   probe:vfs_read   probe:vfs_*   probe:tcp_sendmsg+0x10   probe:ext4:ext4_*
 *   probe:vfs_read%return          kprobe:vfs_read          kretprobe:vfs_read
 *
 * each perhaps with arguments (fetcharg.h) behind it; and ftrace:function.
 */
#ifndef EVENT_FUNCTION_H
#define EVENT_FUNCTION_H

#include "event/source.h"

extern const struct event_source function_source;

#endif
