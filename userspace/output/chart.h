/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chart.h - print_hist's ranked chart. Rows come in any order and are collected;
 * the chart is drawn when its end has come, or told otherwise (print_json.c): keys are
 * texts in whichever form.
 *
 *                           value ------------- Distribution ------------- count
 *                   sys_enter_read |@@@@@@@@@@@@@@@@@@@@@@                 596
 *
 * Rows that are aggregates with a distribution are drawn each by itself (agg.h),
 * under its key.
 */
#ifndef RUN_CHART_H
#define RUN_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "output/decode.h"
#include "util/buf.h"

struct chart_row {
	char *key;		/* NULL: an aggregate by itself */
	int64_t number;		/* of an aggregate its count */
	struct value agg;	/* its bytes are the row's own; tag NIL: a number */
};

/* Begins as all zeros but for its id. */
struct chart {
	uint64_t id;
	uint64_t show;		/* rows to show, 0: the default */
	uint64_t unit;		/* enum ktap_unit */
	struct chart_row *at;
	unsigned int n, cap;
};

/* `key` is copied. */
void chart_add(struct chart *c, const char *key, int64_t number);

/* The same of an aggregate, which is copied; key NULL: it has none. */
void chart_add_agg(struct chart *c, const char *key, const struct value *agg);

/* Puts the rows in order, the largest first. */
void chart_rank(struct chart *c);

/* Of a ranked chart. `more`: there are rows that never came. */
void chart_draw(const struct chart *c, bool more, struct buf *out);
void chart_free(struct chart *c);

#endif
