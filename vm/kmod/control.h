/* SPDX-License-Identifier: GPL-2.0 */
/*
 * control.h - the device node.
 */
#ifndef KP_CONTROL_H
#define KP_CONTROL_H


/* From its success on sessions may be opened; 0 or a negative errno. */
int kp_control_init(void);

/* No session is open: the module could not be unloaded else. */
void kp_control_exit(void);

#endif
