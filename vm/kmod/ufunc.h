/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ufunc.h - the end of the probes of user functions (probe_ufunc.c). Process
 * context.
 */
#ifndef KP_UFUNC_H
#define KP_UFUNC_H

struct kp_attached;
struct kp_session;

/* After every detach(): returns when no handler of theirs runs. */
void kp_ufuncs_wait(const struct kp_session *s);

/* After kp_ufuncs_wait(). Nothing if the probe is none of these. */
void kp_ufunc_free(struct kp_attached *a);

#endif
