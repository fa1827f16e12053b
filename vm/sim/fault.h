/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fault.h - faults on demand: the nth thing that is asked for is not to be had. Of one
 * thread's use: no other asks meanwhile.
 */
#ifndef KP_FAULT_H
#define KP_FAULT_H

#include <stdbool.h>
#include <stdint.h>

/* What can be refused; all but HOST and RECORD in builds with KP_TEST only. _(NAME, text) */
#define KP_FAULTS(_) \
	_(HOST,		"memory of the host") \
	_(HEAP,		"memory of the session") \
	_(TEMP,		"temporary memory") \
	_(YOUNG,	"room to note an object") \
	_(RECORD,	"room for a record") \
	_(FRONT,	"what a front asks for") \
	_(LOCK,		"a lock, asked for in an NMI")

enum kp_fault_kind {
#define _(name, text) KP_FAULT_##name,
	KP_FAULTS(_)
#undef _
	KP_FAULT__MAX
};

#define KP_FAULT_ALL	(~0u)

struct kp_faults {
	uint32_t kinds;		/* to count: bit per enum kp_fault_kind; 0: none */
	uint64_t nth;		/* which of them fails, from 1 */
	bool on;		/* and all that come after it */
	uint64_t asked, refused;
	void (*watch)(enum kp_fault_kind kind, uint64_t nth);	/* may be NULL: hears of each */
};

extern struct kp_faults kp_faults;

/* Begins anew, or ends with kinds 0. */
void kp_faults_set(uint32_t kinds, uint64_t nth, bool on);

/* Whether this one is refused. */
bool kp_fault_now(enum kp_fault_kind kind);

/*
 * Memory is taken back as soon as it may be: temporaries move whenever room for more is
 * asked for, and process context looks after its objects with each step.
 */
extern bool kp_sim_restless;

/* The thread is in an NMI. */
extern _Thread_local bool kp_sim_nmi;

#endif
