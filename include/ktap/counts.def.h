/* SPDX-License-Identifier: GPL-2.0 */
/*
 * counts.def.h - what is counted of each probe: the members of struct ktap_probe_stats,
 * in this order. Append only.
 *
 * _(member, KIND, name, text)
 *
 * FIRED   how often the event reached the probe: RUN and all of SKIP and PASS
 * RUN     the handler was begun; of these, as ENDED says
 * SKIP    it was not, and that is a loss
 * PASS    it was not, as was asked for
 * MISS    never reached the probe: not in FIRED. A loss
 * ENDED   the handler was ended early
 * LOST    something that a handler did was lost
 * NOTE    something that it wanted was not to be had, or not whole
 *
 * name: in JSON, there SKIP and PASS stand together; text: of SKIP, PASS and MISS,
 * behind "12 events ".
 */
#ifndef KTAP_COUNTS_DEF_H
#define KTAP_COUNTS_DEF_H

#include "abi_types.h"

#define KTAP_PROBE_COUNTS(_) \
	_(fired,	FIRED,	"fired",	"how often the event reached its probe") \
	_(run,		RUN,	"run",		"handlers begun") \
	_(errors,	ENDED,	"errors",	"handlers ended by a runtime error") \
	_(skipped_reentry, SKIP, "reentry",	"skipped: a handler was at work in the same context") \
	_(skipped_filter, PASS,	"filter",	"of other processes, or on other CPUs") \
	_(skipped_record, SKIP,	"record",	"skipped: their record could not be built") \
	_(skipped_stopped, PASS, "stopped",	"after the end") \
	_(missed,	MISS,	"missed",	"missed: they passed before ktap could see them") \
	_(dropped,	LOST,	"dropped",	"records that found no room") \
	_(faults,	NOTE,	"faults",	"reads of memory that failed") \
	_(skipped_throttled, SKIP, "throttled",	"skipped: their handlers took too much of a CPU") \
	_(over_budget,	ENDED,	"over_budget",	"of the errors those that the budget of steps or time made") \
	_(updates_dropped, LOST, "updates_dropped", "updates of tables that found no memory, or the table busy") \
	_(strings_cut,	NOTE,	"strings_cut",	"strings cut to the limit")

enum ktap_count_kind {
	KTAP_COUNT_FIRED,
	KTAP_COUNT_RUN, KTAP_COUNT_SKIP, KTAP_COUNT_PASS,	/* FIRED is these together */
	KTAP_COUNT_MISS, KTAP_COUNT_ENDED, KTAP_COUNT_LOST, KTAP_COUNT_NOTE
};

#define KTAP_COUNT_IS_LOSS(kind) \
	(KTAP_COUNT_##kind == KTAP_COUNT_SKIP || KTAP_COUNT_##kind == KTAP_COUNT_MISS)

struct ktap_probe_stats {
#define _(member, kind, name, text) __u64 member;
	KTAP_PROBE_COUNTS(_)
#undef _
};

#define KTAP_PROBE_STATS_V1	80u	/* bytes that callers of the first version know */

/* How many firings the rest of the ledger accounts for; `fired` is as many. */
static inline __u64 ktap_probe_accounted(const struct ktap_probe_stats *s)
{
	__u64 n = 0;

#define _(member, kind, name, text) \
	n += KTAP_COUNT_##kind >= KTAP_COUNT_RUN && KTAP_COUNT_##kind <= KTAP_COUNT_PASS ? s->member : 0;
	KTAP_PROBE_COUNTS(_)
#undef _
	return n;
}

static inline void ktap_probe_stats_add(struct ktap_probe_stats *to, const struct ktap_probe_stats *s)
{
#define _(member, kind, name, text) to->member += s->member;
	KTAP_PROBE_COUNTS(_)
#undef _
}

_Static_assert(sizeof(struct ktap_probe_stats) == 14 * 8, "struct ktap_probe_stats");

#endif
