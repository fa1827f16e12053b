/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tp_record.h - the record of a tracepoint, made without the kernel's tracer.
 *
 * Input:   a tracepoint's arguments, through a probe registered on it.
 * Output:  kp_tp_record() is called with the bytes that the kernel's own trace
 *          buffer would hold, laid out as the event's `format` file says. Of
 *          the common fields only common_pid is filled; the others are zero.
 * Owner:   builders are constant; the record is the builder's, and valid until
 *          kp_tp_record() returns.
 * Context: builders run in any, as tracepoints do; kp_tp_find() too; init and
 *          exit in process context.
 *
 * Fields that are had by a few loads can be derived without a record (tp_derive.h).
 *
 * A builder is the kernel's own TP_fast_assign, compiled from the trace headers
 * of the kernel that the module is built for (shadow/trace/define_trace.h), with
 * the exact prototype of its tracepoint.
 */
#ifndef KP_TP_RECORD_H
#define KP_TP_RECORD_H

#include <linux/types.h>

/* The largest record that is built; the kernel's own are rarely above 200 bytes. */
#define KP_TP_RECORD_BYTES	2040

enum kp_tp_miss {
	KP_TP_MISS_REENTRY,	/* a record was being made on this CPU and level */
	KP_TP_MISS_SIZE,	/* larger than KP_TP_RECORD_BYTES */
};

/*
 * A field that comes from the tracepoint's arguments by a few loads, without the rest of
 * the record: the number as its type extends it, or a text of `size` bytes, which is put
 * at `out`. Any context where the kernel's own trace could read the same.
 */
struct kp_tp_field {
	u64 (*get)(const void *args, void *out);	/* NULL: behind the last */
	u16 offset, size;	/* in the record */
	bool is_signed, is_text;
};

#define KP_TP_TEXT_BYTES	16u	/* of a text that is derived, at most */

struct kp_tp_builder {
	const char *system;
	const char *name;
	void *probe;		/* for tracepoint_probe_register(tp, probe, data); NULL: no record */
	void *args_probe;	/* the same, which calls kp_tp_args() instead; NULL: no fields */
	const struct kp_tp_field *fields;	/* those that are derived */
};

/* NULL if this build makes no record of the event (see events.log of the build). */
const struct kp_tp_builder *kp_tp_find(const char *system, const char *event);

/* Before the first builder is registered; 0 or -ENOMEM. */
int kp_tp_init(void);

/* After the last is unregistered and tracepoint_synchronize_unregister(). */
void kp_tp_exit(void);

/*
 * What follows is the module's to provide; `data` is what the builder was
 * registered with. All of it is called in the tracepoint's context, so it must
 * not be traceable, allocate, sleep or take a lock.
 */

/* Asked first, with nothing built yet: false ends the event here. */
bool kp_tp_wanted(void *data);

/* Events of a CPU are not seen. The one of these in process context. */
void kp_tp_missed(void *data);

/*
 * The record. Preemption is off. `frame` is that of the function which the tracepoint
 * called, NULL: it cannot be told.
 */
void kp_tp_record(void *data, const void *rec, u32 len, const void *frame);

/* What `args` points to is for the fields' get(), and valid until it returns. Asks nothing first. */
void kp_tp_args(void *data, const void *args, const void *frame);

/* A wanted event that no record was made of. Preemption is off. */
void kp_tp_record_missed(void *data, enum kp_tp_miss why);

#endif
