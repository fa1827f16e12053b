// SPDX-License-Identifier: GPL-2.0
#include "run/probes.h"

#include <stdlib.h>

#include "util/buf.h"

void probes_init(struct probes *p)
{
	*p = (struct probes){ .lock = PTHREAD_MUTEX_INITIALIZER };
}

void probes_exit(struct probes *p)
{
	free(p->at);
	pthread_mutex_destroy(&p->lock);
}

void probes_add(struct probes *p, const struct ktap_event *ev)
{
	if (ev->probe >= KTAP_MAX_PROBES)
		return;
	while (p->n <= ev->probe)
		*list_push(p) = (struct ktap_event){ 0 };
	p->at[ev->probe] = *ev;
}

bool probes_get(struct probes *p, uint32_t id, struct ktap_event *ev)
{
	bool found;

	pthread_mutex_lock(&p->lock);
	found = id < p->n && p->at[id].size;
	if (found)
		*ev = p->at[id];
	pthread_mutex_unlock(&p->lock);
	return found;
}
