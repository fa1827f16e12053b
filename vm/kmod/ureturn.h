/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ureturn.h - returns of a process's functions that somebody probes: on the stack
 * stands the address of the kernel's trampoline in place of the caller's.
 */
#ifndef KP_URETURN_H
#define KP_URETURN_H

struct kp_event;

/*
 * Any context, in the process. The return address that stood on the stack at `slot`;
 * 0: its return is not probed, or it cannot be told from this event.
 */
unsigned long kp_probed_return(const struct kp_event *ev, unsigned long slot);

#endif
