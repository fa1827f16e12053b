/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reader.h - maps the rings of a session and prints what comes, in a thread of
 * its own: writers in process context wait for it, among them the very call
 * that runs the main chunk.
 *
 * Output is gathered and written once per round, however many lines it has: a
 * tracer whose own writes are traced adds one event per round, not one per line.
 */
#ifndef RUN_READER_H
#define RUN_READER_H

#include <pthread.h>
#include <stdbool.h>
#include "output/merge.h"
#include "output/print.h"
#include "util/buf.h"

struct reader {
	int device;
	int wake;		/* eventfd: the session has something to say */
	int over;		/* eventfd: told when tracing should end */
	size_t map_len;
	bool strict;		/* end at the first runtime error */
	struct merge merge;
	struct ktap_printer *printer;	/* the thread's while it runs */
	pthread_t thread;
	bool finish;		/* nothing writes any more: drain and return */
};

/* Maps `ncpus` rings of `ring_size` bytes. 0, or -1 and a sentence. */
int reader_open(struct reader *r, int device, unsigned int ncpus, size_t ring_size,
		struct ktap_printer *printer, struct buf *why);
void reader_close(struct reader *r);

/*
 * `over` becomes readable when exit() was called, when output cannot be written,
 * or at a runtime error if `strict`.
 */
int reader_start(struct reader *r, struct buf *why);

/* Nothing writes any more: prints everything that is left, ends the thread. */
void reader_finish(struct reader *r);

#endif
