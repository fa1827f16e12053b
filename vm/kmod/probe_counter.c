// SPDX-License-Identifier: GPL-2.0
/*
 * probe_counter.c - every so many events of a counter, of the processor or of the
 * kernel: one of the kernel's perf counters on each CPU. The handler runs where the
 * counter overflows, in NMI context if it is the processor's own, with the registers
 * of what it interrupted.
 *
 * The kernel counts on where it cannot call: what comes while it is at work on another
 * of the same context. So when a CPU's counter ends, its count tells how often it should
 * have fired, and the rest was missed. One that overflows too often is throttled, which
 * means stopped for the rest of a tick of the kernel's: of a clock, the time tells what
 * was missed then; of the processor's own, nothing does.
 */
#include <linux/err.h>
#include <linux/math64.h>
#include <linux/perf_event.h>

#include "fire.h"
#include "../events/counters.h"

static void on_overflow(struct perf_event *event, struct perf_sample_data *sample,
			struct pt_regs *regs)
{
	struct kp_attached *a = event->overflow_handler_context;

	kp_fire(a, NULL, 0, regs, 0);
}

static bool is_clock(u32 type, u64 config)
{
	return type == PERF_TYPE_SOFTWARE &&
	       (config == PERF_COUNT_SW_CPU_CLOCK || config == PERF_COUNT_SW_TASK_CLOCK);
}

static bool wants(void *data, unsigned int cpu)
{
	const struct kp_attached *a = data;

	return kp_scope_has_cpu(&a->session->scope, cpu);
}

static void ends(void *data, struct perf_event *event)
{
	struct kp_attached *a = data;
	u64 enabled, running, count = perf_event_read_value(event, &enabled, &running);

	if (is_clock(a->counter_type, a->counter_config))
		count = enabled;
	a->expected += div64_u64(count, a->period);
}

static void lacks(void *data)
{
	struct kp_attached *a = data;

	this_cpu_inc(a->stats->missed);
}

static const struct kp_counters_user user = {
	.on_overflow	= on_overflow,
	.wants		= wants,
	.ends		= ends,
	.lacks		= lacks,
};

static int check(const struct ktap_event *ev)
{
	switch (ev->counter_type) {
	case PERF_TYPE_HARDWARE:
	case PERF_TYPE_SOFTWARE:
	case PERF_TYPE_HW_CACHE:
	case PERF_TYPE_RAW:
		break;
	default:
		return -EINVAL;
	}
	if (!ev->sample_period || ev->sample_period > S64_MAX || ev->reserved2)
		return -EINVAL;
	/* The kernel would have it tick as often as it can, and say nothing. */
	if (is_clock(ev->counter_type, ev->counter_config) && ev->sample_period < KTAP_MIN_TICK_NS)
		return -EINVAL;
	return ev->rec_size || ev->nargs ? -EINVAL : 0;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	const struct perf_event_attr attr = {
		.type		= ev->counter_type,
		.size		= sizeof(attr),
		.config		= ev->counter_config,
		.sample_period	= ev->sample_period,
	};
	struct kp_counters *counters;

	a->counter_type = ev->counter_type;
	a->counter_config = ev->counter_config;
	a->period = ev->sample_period;
	a->path = KTAP_PATH_COUNTER;
	counters = kp_counters_begin(&attr, &user, a);
	if (IS_ERR(counters))
		return PTR_ERR(counters);
	a->counters = counters;
	return 0;
}

/* A handler that had interrupted anything is over when the counters have ended. */
static void detach(struct kp_attached *a)
{
	struct ktap_probe_stats sum;

	kp_counters_end(a->counters);
	kp_ledger_read(&a->session->ledger, a->probe.id, &sum);
	if (a->expected > sum.fired)
		this_cpu_add(a->stats->missed, a->expected - sum.fired);
}

const struct kp_probe_ops kp_ops_COUNTER = {
	.check		= check,
	.attach		= attach,
	.detach		= detach,
};
