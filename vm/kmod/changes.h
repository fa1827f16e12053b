/* SPDX-License-Identifier: GPL-2.0 */
/*
 * changes.h - modules of the kernel come and go while a session traces: what it is to
 * be told of that (KTAP_IOC_CHANGED). Process context.
 */
#ifndef KP_CHANGES_H
#define KP_CHANGES_H

#include <linux/bitmap.h>
#include <linux/poll.h>

#include <ktap/limits.h>

struct kp_session;
struct ktap_ioc_changed;

struct kp_changes {
	int loads;			/* how many the session was told of */
	atomic_t ngone;
	DECLARE_BITMAP(gone, KTAP_MAX_PROBES + 1);	/* probes that it was not told of */
};

/* Module life. */
int kp_changes_init(void);
void kp_changes_exit(void);

/* Modules loaded from now on are told of. */
void kp_changes_begin(struct kp_changes *c);

/* The probe ended with its module. */
void kp_changes_gone(struct kp_changes *c, u32 probe);

/* Whether CHANGED has something to tell; has poll() wait until it may have. */
bool kp_changes_any(const struct kp_changes *c);
void kp_changes_wait(struct file *file, poll_table *wait);

int kp_session_changed(struct kp_session *s, struct ktap_ioc_changed *io);

#endif
