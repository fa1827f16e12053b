// SPDX-License-Identifier: GPL-2.0
#include "run/probes.h"

#include <stdlib.h>

#include "util/buf.h"

void probes_init(struct probes *p)
{
	*p = (struct probes){ .lock = PTHREAD_MUTEX_INITIALIZER,
			      .changed = PTHREAD_COND_INITIALIZER };
}

void probes_exit(struct probes *p)
{
	free(p->at);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
}

static void add(struct probes *p, const struct ktap_event *ev)
{
	if (ev->error || ev->probe >= KTAP_MAX_PROBES)
		return;
	while (p->n <= ev->probe)
		*list_push(p) = (struct ktap_event){ 0 };
	p->at[ev->probe] = *ev;
}

void probes_begin(struct probes *p)
{
	pthread_mutex_lock(&p->lock);
	p->attaching = true;
	pthread_mutex_unlock(&p->lock);
}

void probes_end(struct probes *p, const struct ktap_event *ev, unsigned int n)
{
	pthread_mutex_lock(&p->lock);
	for (unsigned int i = 0; i < n; i++)
		add(p, &ev[i]);
	p->attaching = false;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static bool is_known(const struct probes *p, uint32_t id)
{
	return id < p->n && p->at[id].size;
}

bool probes_get(struct probes *p, uint32_t id, struct ktap_event *ev)
{
	bool found;

	pthread_mutex_lock(&p->lock);
	while (!is_known(p, id) && p->attaching)
		pthread_cond_wait(&p->changed, &p->lock);
	found = is_known(p, id);
	if (found)
		*ev = p->at[id];
	pthread_mutex_unlock(&p->lock);
	return found;
}
