// SPDX-License-Identifier: GPL-2.0
/*
 * tp_perf.c - one kernel counter per CPU on a tracepoint, sampling each hit.
 */
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/uaccess.h>

#include "counters.h"
#include "tp_perf.h"
#include "tp_record.h"

/*
 * perf fetches few registers of the function that made the record: on this machine
 * the stack pointer is its frame, which the return address proves. Of an event that a
 * process's code brings about, a system call or a breakpoint, they are the process's.
 */
static const void *frame_of(struct pt_regs *regs)
{
#ifdef CONFIG_X86_64
	const unsigned long *frame = (const unsigned long *)regs->sp;
	unsigned long ret;

	if (!user_mode(regs) && !get_kernel_nofault(ret, &frame[1]) && ret == regs->ip)
		return frame;
#endif
	return NULL;
}

/* Preemption is off. The sample type says that `raw` is there. */
static void on_sample(struct perf_event *event, struct perf_sample_data *sample,
		      struct pt_regs *regs)
{
	void *data = event->overflow_handler_context;

	if (kp_tp_wanted(data))
		kp_tp_record(data, sample->raw->frag.data, sample->raw->frag.size,
			     frame_of(regs));
}

static const struct kp_counters_user user = { .on_overflow = on_sample, .lacks = kp_tp_missed };

struct kp_counters *kp_tp_perf_attach(u64 tracepoint_id, void *data)
{
	const struct perf_event_attr attr = {
		.type		= PERF_TYPE_TRACEPOINT,
		.size		= sizeof(attr),
		.config		= tracepoint_id,
		.sample_period	= 1,
		.sample_type	= PERF_SAMPLE_RAW,	/* since 6.3 no `raw` without */
	};

	return kp_counters_begin(&attr, &user, data);
}

void kp_tp_perf_detach(struct kp_counters *c)
{
	if (c)
		kp_counters_end(c);
}
