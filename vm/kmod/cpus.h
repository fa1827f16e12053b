/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cpus.h - sources that have something on each CPU: it is begun on the CPUs that
 * are at work, and on those that come, by way of kp_probe_ops.online; it ends on
 * those that go, by .offline. Both run on the CPU itself, in process context.
 */
#ifndef KP_CPUS_H
#define KP_CPUS_H

struct kp_attached;

/* At module init and exit; 0 or a negative errno. */
int kp_cpus_init(void);
void kp_cpus_exit(void);

/*
 * Process context. From the return of _add(), unless it is an error, all CPUs of
 * the session's scope have begun; from that of _remove() all have ended.
 */
int kp_cpus_add(struct kp_attached *a);
void kp_cpus_remove(struct kp_attached *a);

#endif
