/* SPDX-License-Identifier: GPL-2.0 */
/*
 * chart.h - print_hist's ranked chart. Rows come in any order and are collected;
 * the chart is drawn when its end has come.
 *
 *                           value ------------- Distribution ------------- count
 *                   sys_enter_read |@@@@@@@@@@@@@@@@@@@@@@                 596
 */
#ifndef RUN_CHART_H
#define RUN_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/buf.h"

struct chart_row {
	char *key;
	int64_t number;
};

/* Begins as all zeros but for its id. */
struct chart {
	uint64_t id;
	uint64_t show;		/* rows to show, 0: the default */
	struct chart_row *at;
	unsigned int n, cap;
};

/* `key` is copied. */
void chart_add(struct chart *c, const char *key, int64_t number);

/* `more`: there are rows that never came. */
void chart_draw(struct chart *c, bool more, struct buf *out);
void chart_free(struct chart *c);

#endif
