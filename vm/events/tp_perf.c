// SPDX-License-Identifier: GPL-2.0
/*
 * tp_perf.c - one kernel counter per CPU on a tracepoint, sampling each hit.
 */
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "tp_perf.h"
#include "tp_record.h"

struct kp_tp_perf {
	unsigned int n;
	struct perf_event *event[];	/* by CPU; NULL: not online at attach */
};

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

static int attach_cpu(struct kp_tp_perf *p, int cpu, u64 id, void *data)
{
	struct perf_event_attr attr = {
		.type		= PERF_TYPE_TRACEPOINT,
		.size		= sizeof(attr),
		.config		= id,
		.sample_period	= 1,
		.sample_type	= PERF_SAMPLE_RAW,	/* since 6.3 no `raw` without */
	};
	struct perf_event *event;

	event = perf_event_create_kernel_counter(&attr, cpu, NULL, on_sample, data);
	if (IS_ERR(event))
		return PTR_ERR(event);
	p->event[cpu] = event;
	return 0;
}

struct kp_tp_perf *kp_tp_perf_attach(u64 tracepoint_id, void *data)
{
	struct kp_tp_perf *p = kzalloc(struct_size(p, event, nr_cpu_ids), GFP_KERNEL);
	int cpu, err = 0;

	if (!p)
		return ERR_PTR(-ENOMEM);
	p->n = nr_cpu_ids;
	for_each_online_cpu(cpu) {
		err = attach_cpu(p, cpu, tracepoint_id, data);
		if (err == -ENODEV)	/* it went offline meanwhile */
			err = 0;
		if (err)
			break;
	}
	if (!err)
		return p;
	kp_tp_perf_detach(p);
	return ERR_PTR(err);
}

void kp_tp_perf_detach(struct kp_tp_perf *p)
{
	unsigned int i;

	if (!p)
		return;
	for (i = 0; i < p->n; i++)
		if (p->event[i])
			perf_event_release_kernel(p->event[i]);
	kfree(p);
}
