// SPDX-License-Identifier: GPL-2.0
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/uprobes.h>

#include "ureturn.h"
#include "../core/event.h"

#define MAX_RETURNS	64u	/* that the kernel waits for in one task */

#ifdef CONFIG_UPROBES

/*
 * The task alone changes the list, in the kernel: when it enters a probed function and
 * when it leaves one, and some kernels free entries before they take them out. Nothing
 * of that is under way where the task is about to enter the kernel, or has just done so.
 */
static bool is_stable(const struct kp_event *ev)
{
	switch (ev->probe->kind) {
	case KTAP_EV_UFUNC:
	case KTAP_EV_SYS_ENTER:
	case KTAP_EV_SYS_EXIT:
		return true;
	case KTAP_EV_PROFILE:
		return user_mode((struct pt_regs *)ev->regs);
	default:
		return false;
	}
}

unsigned long kp_probed_return(const struct kp_event *ev, unsigned long slot)
{
	const struct return_instance *r;
	u32 i;

	if (!ev || !is_stable(ev) || !current->utask)
		return 0;
	r = current->utask->return_instances;
	for (i = 0; i < MAX_RETURNS && r; i++, r = r->next)
		if (r->stack == slot)
			return r->orig_ret_vaddr;
	return 0;
}

#else

unsigned long kp_probed_return(const struct kp_event *ev, unsigned long slot)
{
	return 0;
}

#endif
