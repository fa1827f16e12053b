// SPDX-License-Identifier: GPL-2.0
#include "run/ledger.h"

#include <inttypes.h>
#include <stdlib.h>

#include <ktap/errors.def.h>

#include "run/losses.def.h"
#include "util/text.h"

static void sum_up(struct ledger *l)
{
	for (unsigned int i = 0; i < l->probes.n; i++) {
		const struct ktap_probe_stats *p = &l->probes.at[i];

		l->sum.fired += p->fired;
		l->sum.run += p->run;
		l->sum.errors += p->errors;
		l->sum.dropped += p->dropped;
		l->sum.faults += p->faults;
#define _(member, name, text, loss, fired) l->sum.member += p->member;
		EVENT_LOSSES(_)
#undef _
	}
}

static void compare(struct ledger *l, const char *what, uint32_t probe, uint64_t is, uint64_t should)
{
	if (is != should)
		*list_push(&l->imbalances) = (struct imbalance){ what, probe, is, should };
}

static void check_probe(struct ledger *l, unsigned int i)
{
	const struct ktap_probe_stats *p = &l->probes.at[i];
	uint64_t told = p->run;

#define _(member, name, text, loss, fired) told += (fired) ? p->member : 0;
	EVENT_LOSSES(_)
#undef _
	compare(l, "events run and skipped", i, told, p->fired);
}

void ledger_check(struct ledger *l)
{
	const struct ktap_ioc_stats *st = &l->stats;

	sum_up(l);
	for (unsigned int i = 0; i < l->probes.n; i++)
		check_probe(l, i);
	compare(l, "records delivered and dropped", LEDGER_NO_PROBE, st->delivered + st->dropped,
		st->emitted);
	compare(l, "records read", LEDGER_NO_PROBE, l->read, st->delivered);
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
	uint64_t n = l->stats.dropped + l->stats.table_drops + l->imbalances.n;

#define _(member, name, text, loss, fired) n += (loss) ? l->sum.member : 0;
	EVENT_LOSSES(_)
#undef _
	return n > 0;
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
