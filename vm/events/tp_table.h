/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tp_table.h - finds tracepoints by name, those of modules that come and go too.
 * Process context.
 */
#ifndef KP_TP_TABLE_H
#define KP_TP_TABLE_H

#include "../compat/tracepoints.h"

/* At module init and exit; 0 or a negative errno. */
int kp_tp_table_init(void);
void kp_tp_table_exit(void);

/*
 * The tracepoint of this name, the kernel's own before a module's; NULL if there is
 * none. One of a module is valid until the module goes: see kp_tp_going().
 */
struct tracepoint *kp_tracepoint_find(const char *name);

/*
 * The module's to provide: a tracepoint is about to vanish with its module. When it
 * returns no probe is registered there any more.
 */
void kp_tp_going(struct tracepoint *tp);

#endif
