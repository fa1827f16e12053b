// SPDX-License-Identifier: GPL-2.0
/*
 * fault.c - counting what is asked for, and refusing.
 */
#include "fault.h"

struct kp_faults kp_faults;
bool kp_sim_restless;
_Thread_local bool kp_sim_nmi;

void kp_faults_set(uint32_t kinds, uint64_t nth, bool on)
{
	kp_faults = (struct kp_faults){
		.kinds = kinds, .nth = nth, .on = on, .watch = kp_faults.watch,
	};
}

bool kp_fault_now(enum kp_fault_kind kind)
{
	struct kp_faults *f = &kp_faults;

	if (!(f->kinds & 1u << kind) || (kind == KP_FAULT_LOCK && !kp_sim_nmi))
		return false;
	f->asked++;
	if (f->watch)
		f->watch(kind, f->asked);
	if (f->asked != f->nth && !(f->on && f->asked > f->nth))
		return false;
	f->refused++;
	return true;
}
