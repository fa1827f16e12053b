// SPDX-License-Identifier: GPL-2.0
#include "run/account.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "run/ledger.h"
#include "run/ledger_text.h"

#define CHUNK		64
#define MAX_PLACES	256	/* as many as the module counts */

static bool read_probes(struct session *s, struct ledger *l)
{
	struct ktap_probe_stats chunk[CHUNK];

	while (l->probes.n < l->stats.nprobes) {
		struct ktap_ioc_probe_stats io = { .size = sizeof(io), .first = l->probes.n, .count = CHUNK,
						   .stats = (uintptr_t)chunk };

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
	l->read = s->printer.records + s->printer.damaged;
	return !ioctl(s->device, KTAP_IOC_STATS, &l->stats) && read_probes(s, l) && read_places(s, l);
}

void account_tell(struct session *s)
{
	struct ledger l = { 0 };

	if (read_ledger(s, &l)) {
		ledger_check(&l);
		ktap_print_ledger(&s->printer, &l);
		ledger_text(s, &l);
		s->lost = ledger_has_loss(&l);
	} else {
		session_say(s, "the module does not tell what was lost: %s", strerror(errno));
		s->lost = true;
	}
	ledger_free(&l);
}
