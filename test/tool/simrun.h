/* SPDX-License-Identifier: GPL-2.0 */
/*
 * simrun.h - a verified program on the userspace host, from its main chunk to the end:
 * `trace record:…` is of events with a record of two texts, args.name and args.text;
 * all others are system calls.
 * begin runs; ticks come as fast as they can, in their order, until exit() or 1000 have
 * come, or, where other handlers are fired, one after each round; trace_end functions run.
 */
#ifndef SIMRUN_H
#define SIMRUN_H

#include <stdio.h>

#include "output/image.h"
#include "util/buf.h"
#include "../../vm/sim/sim.h"

struct simrun {
	/* the caller fills these */
	const struct image *names;
	FILE *out, *err;
	u64 mem_limit, max_steps;	/* 0: the default */
	u32 patience;			/* slices until process context is interrupted; 0: never */
	u32 rounds;			/* firings of each other handler, arg1 being the round; 0: none */
	bool nmi;			/* every other one in an NMI */
	bool json;			/* the output: an object a line */
	struct buf *records;		/* gets what was written, as well; NULL: nobody wants it */
	bool count_memory;		/* let go of everything in the end: fills mem_left */
	u64 now, tick;			/* the clock, and what each look adds to it; 0: the real one */

	/* what it came to; code as ktap's */
	int code;
	u64 fired;			/* of other handlers */
	u64 drops, faults, truncated, errors, lost;
	u64 mem_left;			/* bytes that nothing holds, and that are not given back */
};

/* False: no memory to begin with. */
bool simrun(struct kp_prog *prog, struct simrun *r);

#endif
