/* SPDX-License-Identifier: GPL-2.0 */
/*
 * tp_perf.h - records of tracepoints that no builder covers, by way of perf.
 *
 * Input:   the number in the event's tracefs file `id`.
 * Output:  kp_tp_wanted() and kp_tp_record() are called as by a builder
 *          (tp_record.h), with all common fields filled. The length is rounded
 *          up: up to seven bytes after the last field mean nothing.
 * Owner:   the caller, of what attach returns.
 * Context: attach and detach may sleep.
 *
 * The limits are perf's. It costs some four times what a builder does. An event
 * that fires while perf handles another one on the same CPU and level is lost,
 * and nobody is told. A CPU that comes online is heard a moment later.
 */
#ifndef KP_TP_PERF_H
#define KP_TP_PERF_H

#include <linux/types.h>

struct kp_counters;

/* An ERR_PTR() if the kernel refuses it. */
struct kp_counters *kp_tp_perf_attach(u64 tracepoint_id, void *data);

/*
 * No record is begun after it returns; one may be under way, on a CPU with
 * preemption off, until the next synchronize_rcu(). NULL is fine.
 */
void kp_tp_perf_detach(struct kp_counters *c);

#endif
