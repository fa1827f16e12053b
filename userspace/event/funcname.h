/* SPDX-License-Identifier: GPL-2.0 */
/*
 * funcname.h - which functions of the kernel a specification names. A glob means
 * those that the kernel's function tracer reaches: where its list cannot be read,
 * all that look like functions.
 */
#ifndef EVENT_FUNCNAME_H
#define EVENT_FUNCNAME_H

#include "event/catalog.h"
#include "event/funcspec.h"

typedef void (*funcname_fn)(void *arg, const struct ksym *sym);

#define FUNCNAME_NO_SYMBOLS	(-1)

/* Calls `fn` once for each address, in order. Returns how many; or that there are no symbols. */
int funcname_match(struct event_catalog *c, const struct funcspec *spec, funcname_fn fn, void *arg);

/* Says that nothing matches, and what was perhaps meant. */
void funcname_explain(struct event_catalog *c, const struct funcspec *spec, struct buf *why);

/* Adds "probe:NAME" of all that match the glob. */
void funcname_enumerate(struct event_catalog *c, const char *glob, struct names *out);

/* The same of functions of modules, as "probe:MODULE:NAME". */
void funcname_enumerate_modules(struct event_catalog *c, const char *glob, struct names *out);

#endif
