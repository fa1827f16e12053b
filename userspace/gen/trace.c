// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

static void gen_attach(struct emitter *m, const struct event *event, unsigned int handler)
{
	m->code->pos = event->pos;
	code_ad(m->code, KTAP_OP_TRACE, handler, gen_spec(m, event->text, event->pos));
}

/* An event whose text the program computes. */
static void gen_dynamic(struct emitter *m, struct stmt *s)
{
	unsigned int spec = gen_any(m, s->trace.spec), handler = gen_any(m, s->trace.handler);

	m->code->pos = s->pos;
	code_ad(m->code, KTAP_OP_TRACES, handler, spec);
}

/* Wrappers go on into the shared handler, which they capture. */
static void gen_wrapped(struct emitter *m, struct stmt *s, unsigned int handler)
{
	const struct expr *made = NULL;
	struct event *event;
	unsigned int reg = 0;

	if (s->trace.shared)
		gen_bind(m, (struct var_list) { s->trace.shared, s->trace.shared, 1 }, handler);
	for (event = s->trace.events.first; event; event = event->next) {
		if (event->wrapper && event->wrapper != made) {
			m->code->free = handler + 1;
			reg = gen_next(m, event->wrapper);
		}
		made = event->wrapper ? event->wrapper : made;
		gen_attach(m, event, event->wrapper ? reg : handler);
	}
}

void gen_trace(struct emitter *m, struct stmt *s)
{
	unsigned int fixed = m->code->fixed;

	if (s->trace.spec)
		gen_dynamic(m, s);
	else
		gen_wrapped(m, s, gen_next(m, s->trace.handler));
	m->code->fixed = fixed;
}

void gen_traceend(struct emitter *m, struct stmt *s)
{
	unsigned int handler = gen_any(m, s->handler);

	m->code->pos = s->pos;
	code_ad(m->code, KTAP_OP_TRACEEND, handler, 0);
}
