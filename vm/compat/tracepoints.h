/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracepoints.h - <linux/tracepoint.h>, also of a kernel that was built without
 * tracepoints: there are none to be found, and nothing is ever registered.
 */
#ifndef KP_COMPAT_TRACEPOINTS_H
#define KP_COMPAT_TRACEPOINTS_H

#include <linux/tracepoint.h>

#ifdef CONFIG_TRACEPOINTS
#define KP_NO_TRACEPOINT	(-ENOENT)
#else
#define KP_NO_TRACEPOINT	(-ENOSYS)
#define tracepoint_probe_register(tp, probe, data)	((void)(tp), (void)(probe), (void)(data), -ENOSYS)
#define tracepoint_probe_unregister(tp, probe, data)	((void)(tp), (void)(probe), (void)(data))
#define for_each_kernel_tracepoint(fn, data)		((void)(fn), (void)(data))
#endif

#endif
