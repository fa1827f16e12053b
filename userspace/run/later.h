/* SPDX-License-Identifier: GPL-2.0 */
/*
 * later.h - trace statements whose events modules of the kernel bring while the
 * session traces: where a module was loaded, each is resolved again, and what it
 * does not know yet is attached. The main thread's.
 */
#ifndef RUN_LATER_H
#define RUN_LATER_H

#include <stdbool.h>
#include <stdint.h>
#include <ktap/ioctl.h>
#include "event/names.h"
#include "event/resolve.h"
#include "util/buf.h"

struct session;

struct later_statement {
	struct ktap_ioc_run place;
	char *text;
	uint32_t handler;	/* that the module kept */
	struct names known;	/* its events: attached, or it was said why not */
	LIST(uint32_t) probes;
};

struct later {
	struct later_statement *at;
	unsigned int n, cap;
};

/* A statement whose handler is kept; no event is known as yet. It stays where it is until
 * the next is added. */
struct later_statement *later_add(struct session *s, const struct ktap_ioc_run *place,
				  const char *text, uint32_t handler);

/* The statement knows these events. */
void later_note(struct later_statement *st, const struct event_list *list);

/* Whether there is a statement that no event was found for. */
bool later_waits(const struct session *s);

/* Modules came or went. */
void later_look(struct session *s);

void later_free(struct session *s);

#endif
