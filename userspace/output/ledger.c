// SPDX-License-Identifier: GPL-2.0
#include "output/ledger.h"

#include <inttypes.h>
#include <stdlib.h>

#include <ktap/errors.def.h>

#include "util/text.h"

static void compare(struct ledger *l, const char *what, uint32_t probe, uint64_t is, uint64_t should)
{
	if (is != should)
		*list_push(&l->imbalances) = (struct imbalance){ what, probe, is, should };
}

void ledger_sum(struct ledger *l)
{
	l->sum = (struct ktap_probe_stats){ 0 };
	for (unsigned int i = 0; i < l->probes.n; i++)
		ktap_probe_stats_add(&l->sum, &l->probes.at[i]);
}

/* What probes lost was counted apart from what the session lost, which may be more. */
static void at_most(struct ledger *l, const char *what, uint64_t is, uint64_t most)
{
	compare(l, what, LEDGER_NO_PROBE, is, is < most ? is : most);
}

static void check_parts(struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	at_most(l, "records dropped by probes", l->sum.dropped, st->dropped);
	at_most(l, "records told to be lost", l->told_lost, st->dropped);
	at_most(l, "table updates dropped by probes", l->sum.updates_dropped, st->table_drops);
	at_most(l, "reads of probes that failed", l->sum.faults, st->faults);
	at_most(l, "strings of probes that were cut", l->sum.strings_cut, st->truncated);
	at_most(l, "handlers over their budget", l->sum.over_budget, l->sum.errors);
	at_most(l, "handlers that ended by errors", l->sum.errors, l->sum.run);
}

void ledger_check(struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	ledger_sum(l);
	for (unsigned int i = 0; i < l->probes.n; i++)
		compare(l, "events run and skipped", i, ktap_probe_accounted(&l->probes.at[i]),
			l->probes.at[i].fired);
	compare(l, "records delivered and dropped", LEDGER_NO_PROBE, st->delivered + st->dropped,
		st->emitted);
	compare(l, "records read", LEDGER_NO_PROBE, l->read, st->delivered);
	check_parts(l);
}

uint64_t ledger_events_lost(const struct ledger *l)
{
	uint64_t n = 0;

#define _(member, kind, name, text) n += KTAP_COUNT_IS_LOSS(kind) ? l->sum.member : 0;
	KTAP_PROBE_COUNTS(_)
#undef _
	return n;
}

uint64_t ledger_placed_drops(const struct ledger *l)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < l->places.n; i++)
		if (l->places.at[i].code == KTAP_E_R_DROPPED)
			n += l->places.at[i].count;
	return n;
}

bool ledger_has_loss(const struct ledger *l)
{
	return ledger_events_lost(l) || l->stats.dropped || l->stats.table_drops || l->imbalances.n;
}

void imbalance_text(const struct imbalance *b, const char *probe, struct buf *out)
{
	text_str(out, "INTERNAL ERROR: the books do not balance: ");
	if (b->probe != LEDGER_NO_PROBE)
		buf_printf(out, "%s: ", probe);
	buf_printf(out, "%s: %" PRIu64 ", not %" PRIu64 ". Please report this.", b->what, b->is, b->should);
}

void ledger_free(struct ledger *l)
{
	free(l->probes.at);
	free(l->places.at);
	free(l->imbalances.at);
	*l = (struct ledger){ 0 };
}
