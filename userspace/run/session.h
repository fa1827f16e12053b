/* SPDX-License-Identifier: GPL-2.0 */
/*
 * session.h - a program at work: load, run the main chunk, attach what it
 * traces, print what comes, end, account for what was lost.
 */
#ifndef RUN_SESSION_H
#define RUN_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <ktap/ioctl.h>
#include "event/resolve.h"
#include "event/usyms.h"
#include "output/image.h"
#include "output/print.h"
#include "output/probes.h"
#include "output/raw.h"
#include "output/reader.h"
#include "run/child.h"
#include "run/exitcode.h"
#include "run/later.h"
#include "run/missing.h"
#include "run/scope.h"
#include "util/buf.h"

struct unwind;

/* All zeros are sensible but for the catalogue and the streams. */
struct session_opts {
	struct event_catalog *catalog;	/* of this machine, the main thread's; what is not known is read */
	FILE *out, *err;
	bool quiet;		/* no banner */
	bool verbose;
	bool strict;
	bool no_jit;
	bool wait;		/* events that are not there: for modules that bring them */
	bool stamps;
	bool json;		/* the output: an object a line */
	const struct buf *raw;	/* the output: raw records (raw.h) of this device; NULL: as text */
	bool color;		/* on err */
	struct scope scope;
	const char *const *command;	/* to be traced, ends with NULL; NULL: none */
	bool everything;	/* while it runs, not only what is of it */
	uint64_t ring_bytes;	/* of one CPU, 0: the default */
	uint64_t mem_bytes;	/* of tables and strings, 0: the default */
	uint32_t string_bytes;	/* of the longest string, 0: the default */
	uint32_t max_cpu;	/* percent of each CPU for handlers, 0: the default, 100: all of it */
};

struct session {
	struct session_opts opts;
	struct image image;
	int device;
	uint32_t ring_bytes;
	struct ktap_ioc_info info;
	/* what is traced */
	struct child child;
	struct event_ref *refs;
	size_t nrefs;
	bool positions, shown;		/* as in struct event_query */
	struct missing missing;
	struct later later;
	struct probes probes;
	unsigned int attached;
	/* what comes out */
	struct event_catalog render_catalog;	/* the reader thread's */
	int outdated;		/* modules came since it read them */
	struct usyms usyms;
	struct unwind *unwind;	/* NULL: no stacks of processes are asked for */
	struct raw raw;
	struct print_raw raw_out;
	struct ktap_printer printer;
	struct reader reader;
	/* how it went */
	bool failed;		/* an error that was told already, */
	int code;		/* and the exit code for it */
	bool exited;		/* exit() was called */
	bool lost;
	bool unbalanced;	/* the ledger contradicts itself */
	uint64_t watched;	/* losses of all kinds that account_watch() told of */
};

/* Runs an image to its end. Everything there is to say was said; the exit code. */
int session_run_image(const void *image, size_t len, const struct session_opts *opts);

/*
 * Tells the module of what the tracer alone sees: KTAP_EV_EXIT, 0 or KTAP_EV_SIGNAL
 * and its number. The bodies of such events have run when it returns.
 */
void session_tell(struct session *s, uint32_t kind, int nr);

/* The module's INFO. 0; or -1 and a sentence. */
int session_module_info(struct ktap_ioc_info *info, struct buf *why);

/* "ktap: " and a sentence on err. */
void session_say(const struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
