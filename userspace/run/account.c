// SPDX-License-Identifier: GPL-2.0
#include "run/account.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>

#include "output/ledger.h"
#include "run/ledger_text.h"

#define CHUNK		64
#define MAX_PLACES	256	/* as many as the module counts */

static bool read_probes(struct session *s, struct ledger *l)
{
	struct ktap_probe_stats chunk[CHUNK];

	while (l->probes.n < l->stats.nprobes) {
		struct ktap_ioc_probe_stats io = { .size = sizeof(io), .first = l->probes.n, .count = CHUNK,
						   .stats = (uintptr_t)chunk, .each = sizeof(*chunk) };

		if (ioctl(s->device, KTAP_IOC_PROBES, &io) || !io.count || io.count > CHUNK)
			return false;
		for (unsigned int i = 0; i < io.count; i++)
			*list_push(&l->probes) = chunk[i];
	}
	return true;
}

static bool read_places(struct session *s, struct ledger *l)
{
	struct ktap_error_count place[MAX_PLACES];
	struct ktap_ioc_errors io = { .size = sizeof(io), .count = MAX_PLACES,
				      .errors = (uintptr_t)place };

	if (ioctl(s->device, KTAP_IOC_ERRORS, &io) || io.count > MAX_PLACES)
		return false;
	for (unsigned int i = 0; i < io.count; i++)
		*list_push(&l->places) = place[i];
	l->unplaced = io.unplaced;
	return true;
}

static bool read_ledger(struct session *s, struct ledger *l)
{
	l->stats.size = sizeof(l->stats);
	return !ioctl(s->device, KTAP_IOC_STATS, &l->stats) && read_probes(s, l) && read_places(s, l);
}

/* The printer is at work and what it has read is not asked. */
void account_watch(struct session *s)
{
	struct ledger l = { 0 };
	uint64_t events, all;

	if (read_ledger(s, &l)) {
		ledger_sum(&l);
		events = ledger_events_lost(&l);
		all = events + l.stats.dropped + l.stats.table_drops;
		if (all > s->watched)
			session_say(s, "lost so far: %" PRIu64 " events, %" PRIu64 " records, %" PRIu64 " table updates",
				    events, (uint64_t)l.stats.dropped, (uint64_t)l.stats.table_drops);
		s->watched = all;
	}
	ledger_free(&l);
}

void account_tell(struct session *s)
{
	struct ledger l = { .read = s->printer.records + s->printer.damaged,
			    .told_lost = s->printer.lost };

	if (read_ledger(s, &l)) {
		ledger_check(&l);
		if (s->opts.raw)
			raw_end(&s->raw, ledger_events_lost(&l), l.stats.dropped, l.stats.table_drops);
		ktap_print_ledger(&s->printer, &l);
		ledger_text(s, &l);
		s->lost = ledger_has_loss(&l);
		s->unbalanced = l.imbalances.n > 0;
	} else {
		session_say(s, "the module does not tell what was lost: %s", strerror(errno));
		s->lost = true;
	}
	ledger_free(&l);
}
