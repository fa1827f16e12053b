/* SPDX-License-Identifier: GPL-2.0 */
/*
 * raw.h - records → the stream that another machine renders (ktap/stream.h). What is
 * written is added to a buffer, which its owner flushes. Used by the reader's thread.
 */
#ifndef RUN_RAW_H
#define RUN_RAW_H

#include <stdbool.h>
#include "output/decode.h"
#include "output/image.h"
#include "output/probes.h"
#include "util/buf.h"

struct raw {
	struct buf *out;
	void (*flush)(void *arg);	/* empties `out` */
	void *arg;
	struct probes *probes;
	const struct tracefs *tracefs;	/* NULL: there is none */
	uint32_t nprobes;		/* those below are in the stream */
	LIST(uint8_t) formats;		/* of each probe: whether its format is */
	bool symbols;			/* they are in the stream */
	size_t open;			/* where the last chunk of records begins, .. */
	size_t end;			/* .. and ends: if that is the buffer's end it may grow */
	int cpu;			/* whose records it holds */
	uint64_t records;
};

/* The header, the device and the image. All zeros but for `out` to `tracefs`. */
void raw_begin(struct raw *r, const struct image *image, const struct buf *device);
void raw_record(struct raw *r, const struct rec *rec, int cpu);
void raw_damage(struct raw *r, const char *error, int cpu);
void raw_end(struct raw *r, uint64_t events_lost, uint64_t records_lost, uint64_t updates_lost);
void raw_free(struct raw *r);

#endif
