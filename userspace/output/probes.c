// SPDX-License-Identifier: GPL-2.0
#include "output/probes.h"

#include <stdlib.h>

#include "util/buf.h"

void probes_init(struct probes *p)
{
	*p = (struct probes){ .lock = PTHREAD_MUTEX_INITIALIZER,
			      .changed = PTHREAD_COND_INITIALIZER };
}

void probes_exit(struct probes *p)
{
	for (unsigned int i = 0; i < p->n; i++)
		params_put(p->at[i].params);
	free(p->at);
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
}

static void add(struct probes *p, const struct ktap_event *ev, struct params *params)
{
	if (ev->error || ev->probe >= KTAP_MAX_PROBES)
		return;
	while (p->n <= ev->probe)
		*list_push(p) = (struct probe){ 0 };
	p->at[ev->probe] = (struct probe){ *ev, params_get(params) };
}

void probes_begin(struct probes *p)
{
	pthread_mutex_lock(&p->lock);
	p->attaching = true;
	pthread_mutex_unlock(&p->lock);
}

void probes_end(struct probes *p, const struct event_list *list, unsigned int first,
		unsigned int n)
{
	pthread_mutex_lock(&p->lock);
	for (unsigned int i = first; i < first + n; i++)
		add(p, &list->at[i], list->params.at[i]);
	p->attaching = false;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

static bool is_known(const struct probes *p, uint32_t id)
{
	return id < p->n && p->at[id].ev.size;
}

bool probes_get(struct probes *p, uint32_t id, struct probe *probe)
{
	bool found;

	pthread_mutex_lock(&p->lock);
	while (!is_known(p, id) && p->attaching)
		pthread_cond_wait(&p->changed, &p->lock);
	found = is_known(p, id);
	if (found)
		*probe = p->at[id];
	pthread_mutex_unlock(&p->lock);
	return found;
}
