/* SPDX-License-Identifier: GPL-2.0 */
/*
 * relay.h - a session's output: one ring per possible CPU, mapped by the reader
 * (core/ring.h writes it). kp_relay_wake() runs in any context, the rest in
 * process context. Rings live from LOAD until the session is freed; a mapping
 * holds the file, and so the session.
 */
#ifndef KP_RELAY_H
#define KP_RELAY_H

#include <linux/irq_work.h>
#include <linux/wait.h>

#include "../core/ring.h"

struct vm_area_struct;

struct kp_relay {
	struct kp_ring __percpu *ring;	/* published last: NULL before LOAD */
	size_t ring_bytes;		/* a mapping: control page and data */
	wait_queue_head_t readers;
	wait_queue_head_t room;		/* process context writers */
	atomic_t waiting;		/* how many of those */
	int told;			/* readers were woken and have not looked yet */
	struct irq_work wake;
};

struct kp_relay_totals {
	u64 emitted, delivered, dropped;
};

void kp_relay_init(struct kp_relay *r);

/* Nothing writes any more, nothing is mapped. */
void kp_relay_exit(struct kp_relay *r);

/* Makes rings of `size` bytes, a power of two. 0 or -ENOMEM. */
int kp_relay_open(struct kp_relay *r, u32 size);

int kp_relay_mmap(struct kp_relay *r, struct vm_area_struct *vma);

/*
 * Whether the reader has something to do: half a ring, or with `any` a record. Lets waiting
 * writers look again. It is told of that until it asks for the other.
 */
bool kp_relay_readable(struct kp_relay *r, bool any);

/* Wakes readers, unless they have been since they last looked. */
void kp_relay_wake(struct kp_relay *r);

/*
 * A writer found no room for `len` bytes on this CPU. Waits a little; false if
 * waiting will not help: a signal came, or the record is too long for the ring.
 */
bool kp_relay_wait(struct kp_relay *r, u32 len);

void kp_relay_totals(const struct kp_relay *r, struct kp_relay_totals *t);

#endif
