// SPDX-License-Identifier: GPL-2.0
/*
 * probe_tracepoint.c - tracepoints, by the shortest path that gives the handler
 * what it asks for:
 *   PLAIN    it asks for no fields: a probe that takes no notice of its arguments
 *   DERIVED  each field that it asks for is had by a few loads from the arguments
 *   RECORD   the module's own builder makes the record (events/tp_record.h)
 *   PERF     the kernel makes it for perf, on which we listen (events/tp_perf.h)
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "fire.h"
#include "tracepoint.h"
#include "../events/tp_perf.h"
#include "../events/tp_record.h"
#include "../events/tp_table.h"
#include "../core/memory.h"
#include "../jit/jit.h"

/* Called with whatever arguments the tracepoint has; only the first is ours. */
static void on_plain(void *data)
{
	struct kp_attached *a = data;

	kp_fire(a, NULL, 0, NULL, 0);
}

void kp_tp_args(void *data, const void *args, const void *frame)
{
	kp_fire_from(data, NULL, 0, args, 0, frame);
}

bool kp_tp_wanted(void *data)
{
	return kp_fire_wanted(data);
}

void kp_tp_missed(void *data)
{
	struct kp_attached *a = data;

	this_cpu_inc(a->stats->missed);
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

static bool is_number_of(const struct ktap_field *f, const struct kp_tp_field *d)
{
	return kp_is_int_type(f->type) && kp_int_size(f->type) == d->size &&
	       (f->type >= KTAP_FT_S8) == d->is_signed;
}

static_assert(KP_TP_TEXT_BYTES == KP_DERIVED_TEXT);

static bool is_text_of(const struct ktap_field *f, const struct kp_tp_field *d)
{
	return f->type == KTAP_FT_CHARS && f->size == d->size;
}

/* What a field of the record, as the kernel describes it, is derived by; NULL: it is not. */
static kp_derive_fn *derived_by(const struct kp_tp_builder *b, const struct ktap_field *f)
{
	const struct kp_tp_field *d;

	if (f->source != KTAP_SRC_RECORD)
		return NULL;
	for (d = b->fields; d->get; d++)
		if (d->offset == f->offset && (d->is_text ? is_text_of(f, d) : is_number_of(f, d)))
			return d->get;
	return NULL;
}

/* The references of `wanted` by what they are derived by, if all of them are. */
static bool find_derived(struct kp_attached *a, const struct kp_tp_builder *b, u64 wanted)
{
	u32 i;

	for (i = 0; i < a->probe.nrefs && i < 64; i++) {
		if (!(wanted >> i & 1) || a->probe.refs[i].source == KTAP_SRC_NONE)
			continue;
		a->derive[i] = derived_by(b, &a->probe.refs[i]);
		if (!a->derive[i])
			return false;
	}
	return true;
}

static void use_derived(struct kp_attached *a)
{
	struct ktap_field *refs = (struct ktap_field *)a->probe.refs;
	u32 i;

	for (i = 0; i < a->probe.nrefs; i++)
		if (a->derive[i]) {
			refs[i].source = KP_SRC_DERIVED;
			refs[i].offset = i;
		}
	a->probe.derive = a->derive;
}

/*
 * Fields are worth a front of the probe's own: it calls what has them. But it takes memory of
 * the machine code's for each probe, so a handler of many probes has one for all.
 */
#define OWN_FRONTS	64u

static void use_own_front(struct kp_attached *a)
{
	const void **common = a->front ? &a->front : &a->steps, *front = NULL;

	kp_front_prepare(&a->probe);
	if (*common && a->probe.id < OWN_FRONTS)
		front = kp_jit_probe_front(&a->session->vm, a->fn->fn, &a->probe, &a->front_owner);
	if (front)
		*common = front;
}

/* True: all that the handler asks for is derived from now on. */
static bool derive(struct kp_attached *a, const struct kp_tp_builder *b)
{
	u64 wanted;

	if (!b->args_probe || !kp_closure_needs_refs(a->fn, &wanted))
		return false;
	a->derive = kcalloc(a->probe.nrefs, sizeof(*a->derive), GFP_KERNEL_ACCOUNT);
	if (!a->derive || !find_derived(a, b, wanted))
		return false;
	use_derived(a);
	use_own_front(a);
	return true;
}

/* What is to be registered, and the path that it makes. NULL: perf has to do it. */
static void *choose(struct kp_attached *a, const struct ktap_event *ev, u32 *path)
{
	const struct kp_tp_builder *b;

	*path = KTAP_PATH_PLAIN;
	if (KP_ANY_PROBE && !kp_closure_needs_args(a->fn))
		return on_plain;
	b = kp_tp_find(ev->system, ev->name);
	*path = KTAP_PATH_DERIVED;
	if (b && derive(a, b))
		return b->args_probe;
	*path = KTAP_PATH_RECORD;
	return b ? b->probe : NULL;
}

/* perf keeps the event's module from going meanwhile. */
static int attach_perf(struct kp_attached *a, const struct ktap_event *ev)
{
	struct kp_counters *perf;

	a->path = KTAP_PATH_PERF;
	if (!ev->id)
		return kp_tracepoint_find(ev->name) ? -EOPNOTSUPP : -ENOENT;
	perf = kp_tp_perf_attach(ev->id, a);
	if (IS_ERR(perf))
		return PTR_ERR(perf);
	a->counters = perf;
	return 0;
}

static int attach(struct kp_attached *a, const struct ktap_event *ev)
{
	a->func = choose(a, ev, &a->path);
	return a->func ? kp_tracepoint_register(a, ev->name) : attach_perf(a, ev);
}

static void detach(struct kp_attached *a)
{
	kp_tp_perf_detach(a->counters);
	a->counters = NULL;
	kp_tracepoint_unregister(a);
}

const struct kp_probe_ops kp_ops_TRACEPOINT = {
	.check	= check,
	.attach	= attach,
	.detach	= detach,
};
