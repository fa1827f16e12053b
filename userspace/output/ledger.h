/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ledger.h - the account at the end of a session: what became of every event, record
 * and update. The books are checked:
 *
 *   fired = run + skipped, for each probe
 *   emitted = delivered + dropped,  delivered = read
 *   what probes lost <= what the session lost
 *
 * Read from the module (ledger_read.c), told as text (ledger_text.c) and as JSON
 * (ledger_json.c).
 */
#ifndef RUN_LEDGER_H
#define RUN_LEDGER_H

#include <stdbool.h>
#include <stdint.h>
#include <ktap/ioctl.h>
#include "util/buf.h"

#define LEDGER_NO_PROBE	UINT32_MAX

/* Two numbers that should be one. */
struct imbalance {
	const char *what;
	uint32_t probe;		/* LEDGER_NO_PROBE: of the session */
	uint64_t is, should;
};

struct ledger {
	struct ktap_ioc_stats stats;
	uint64_t read;			/* records that were printed, or could not be read */
	uint64_t told_lost;		/* as LOST records told */
	LIST(struct ktap_probe_stats) probes;
	LIST(struct ktap_error_count) places;	/* that failed, or dropped an update */
	uint64_t unplaced;		/* errors at further places */
	struct ktap_probe_stats sum;	/* by ledger_sum() */
	LIST(struct imbalance) imbalances;	/* by ledger_check() */
};

/* Adds the probes up; and compares what should be the same. */
void ledger_sum(struct ledger *l);
void ledger_check(struct ledger *l);

/* Events that were skipped or missed and that was not asked for. Of a ledger summed up. */
uint64_t ledger_events_lost(const struct ledger *l);

/* Updates that were dropped at the places that are known. */
uint64_t ledger_placed_drops(const struct ledger *l);

/* Whether anything was lost that counts as a loss: --strict fails then. */
bool ledger_has_loss(const struct ledger *l);

/* Says what does not balance; `probe` is its name, if it is of one. */
void imbalance_text(const struct imbalance *b, const char *probe, struct buf *out);

void ledger_free(struct ledger *l);

#endif
