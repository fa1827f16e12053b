/* SPDX-License-Identifier: GPL-2.0 */
/* symbol.h - the kernel's functions by name, its addresses' names. Process context. */
#ifndef KP_SYMBOL_H
#define KP_SYMBOL_H

#include <ktap/ioctl.h>

struct kp_session;

/* At module init: finds the kernel's own search. */
void kp_symbol_init(void);

/* KTAP_IOC_FUNCTIONS */
int kp_session_functions(struct kp_session *s, struct ktap_ioc_functions *io);

/* KTAP_IOC_SYMBOL */
int kp_session_symbol(struct kp_session *s, struct ktap_ioc_symbol *io);

#endif
