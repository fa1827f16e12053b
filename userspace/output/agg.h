/* SPDX-License-Identifier: GPL-2.0 */
/*
 * agg.h - aggregates of records as text: in one line, or their distribution drawn:
 *
 *   [512, 1k)           7715 |@@@@@@@@@@@@@@@@@@@@@@@@@@                          |
 *
 * Values are checked (decode.h).
 */
#ifndef RUN_AGG_H
#define RUN_AGG_H

#include "output/decode.h"
#include "util/buf.h"

struct ktap_agg_rec agg_head(const struct value *v);

/* The i-th of those that it has, below its nbuckets. */
struct ktap_agg_bucket agg_bucket(const struct value *v, uint32_t i);

uint64_t agg_count(const struct value *v);
bool agg_has_distribution(const struct value *v);

/* "count 3, min 1, avg 2, max 3, sum 6" */
void agg_text(const struct value *v, struct buf *out);

/* Every bucket from the first that has samples to the last. unit: enum ktap_unit. */
void agg_draw(const struct value *v, uint64_t unit, struct buf *out);

#endif
