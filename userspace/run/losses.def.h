/* SPDX-License-Identifier: GPL-2.0 */
/*
 * losses.def.h - what can become of an event instead of running its handler.
 *
 * _(member of struct ktap_probe_stats, name in JSON, text, loss, fired)
 *
 * loss:  it counts as a loss, and is told without being asked for
 * fired: it is one of those that `fired` counts
 */
#ifndef RUN_LOSSES_DEF_H
#define RUN_LOSSES_DEF_H

#define EVENT_LOSSES(_) \
	_(missed, "missed", "missed: they passed before ktap could see them", true, false) \
	_(skipped_reentry, "reentry", "skipped: a handler was at work in the same context", true, true) \
	_(skipped_record, "record", "skipped: their record could not be built", true, true) \
	_(skipped_filter, "filter", "of other processes, or on other CPUs", false, true) \
	_(skipped_stopped, "stopped", "after the end", false, true)

#endif
