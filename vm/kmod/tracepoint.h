/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tracepoint.h - probes on tracepoints, which may vanish with their module.
 * Process context, under the session's lock.
 */
#ifndef KP_TRACEPOINT_H
#define KP_TRACEPOINT_H

struct kp_attached;

/*
 * Whether a function may be called with other arguments than it is declared with:
 * a kernel that checks the types of indirect calls does not allow it. There a
 * probe must have the tracepoint's own prototype.
 */
#define KP_ANY_PROBE	(!IS_ENABLED(CONFIG_CFI_CLANG) && !IS_ENABLED(CONFIG_CFI))

/* Registers a->func, with `a` as its data. 0 or a negative errno. */
int kp_tracepoint_register(struct kp_attached *a, const char *name);

/* Nothing if it is not registered. A handler may still run. */
void kp_tracepoint_unregister(struct kp_attached *a);

#endif
