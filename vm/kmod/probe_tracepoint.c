// SPDX-License-Identifier: GPL-2.0
/*
 * probe_tracepoint.c - tracepoints, by the shortest path that gives the handler
 * what it asks for:
 *   PLAIN    it asks for no fields: a probe that takes no notice of its arguments
 *   RECORD   the module's own builder makes the record (events/tp_record.h)
 *   PERF     the kernel makes it for perf, on which we listen (events/tp_perf.h)
 */
#include <linux/err.h>

#include "fire.h"
#include "tracepoint.h"
#include "../events/tp_perf.h"
#include "../events/tp_record.h"
#include "../events/tp_table.h"

/* Called with whatever arguments the tracepoint has; only the first is ours. */
static void on_plain(void *data)
{
	struct kp_attached *a = data;

	kp_fire(a, NULL, 0, NULL, 0);
}

bool kp_tp_wanted(void *data)
{
	return kp_fire_wanted(data);
}

/* A record shorter than the description says is of another kernel than ours. */
void kp_tp_record(void *data, const void *rec, u32 len, const void *frame)
{
	struct kp_attached *a = data;

	if (unlikely(len < a->rec_size))
		kp_count(a, skipped_record);
	else
		kp_fire_decided(a, rec, len, NULL, 0, frame);
}

void kp_tp_record_missed(void *data, enum kp_tp_miss why)
{
	struct kp_attached *a = data;

	if (why == KP_TP_MISS_REENTRY)
		kp_count(a, skipped_reentry);
	else
		kp_count(a, skipped_record);
}

static int check(const struct ktap_event *ev)
{
	return 0;
}

/* What is to be registered, and the path that it makes. NULL: perf has to do it. */
static void *choose(const struct kp_attached *a, const struct ktap_event *ev, u32 *path)
{
	const struct kp_tp_builder *b;

	*path = KTAP_PATH_PLAIN;
	if (KP_ANY_PROBE && !kp_closure_needs_args(a->fn))
		return on_plain;
	*path = KTAP_PATH_RECORD;
	b = kp_tp_find(ev->system, ev->name);
	return b ? b->probe : NULL;
}

/* perf keeps the event's module from going meanwhile. */
static int attach_perf(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_tp_perf *perf;

	a->path = KTAP_PATH_PERF;
	if (!ev->id)
		return kp_tracepoint_find(ev->name) ? -EOPNOTSUPP : -ENOENT;
	perf = kp_tp_perf_attach(ev->id, a);
	if (IS_ERR(perf))
		return PTR_ERR(perf);
	a->perf = perf;
	return 0;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	a->func = choose(a, ev, &a->path);
	return a->func ? kp_tracepoint_register(a, ev->name) : attach_perf(a, ev);
}

static void detach(struct kp_attached *a)
{
	kp_tp_perf_detach(a->perf);
	a->perf = NULL;
	kp_tracepoint_unregister(a);
}

const struct kp_probe_ops kp_ops_TRACEPOINT = {
	.check	= check,
	.attach	= attach,
	.detach	= detach,
};
