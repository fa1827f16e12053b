// SPDX-License-Identifier: GPL-2.0
#include "output/chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "output/agg.h"
#include "util/arena.h"
#include "util/text.h"
#include "wide.h"

#define DEFAULT_ROWS	20
#define KEY_WIDTH	32
#define BAR_FULL	40	/* marks for all of the total */
#define BAR_WIDTH	38	/* up to the blank before the count */
#define HEADING		"value ------------- Distribution ------------- count"

void chart_add(struct chart *c, const char *key, int64_t number)
{
	*list_push(c) = (struct chart_row){ .key = text_dup(key), .number = number };
}

void chart_add_agg(struct chart *c, const char *key, const struct value *agg)
{
	size_t len = agg->bytes.end - agg->bytes.at;
	struct chart_row row = { .key = key ? text_dup(key) : NULL, .agg = *agg };
	uint8_t *copy = xmalloc(len);

	memcpy(copy, agg->bytes.at, len);
	row.agg.bytes = (struct span){ copy, copy + len };
	row.number = agg_count(agg);
	*list_push(c) = row;
}

static void free_row(struct chart_row *row)
{
	if (row->agg.tag == KTAP_T_AGG)
		free((void *)row->agg.bytes.at);
	free(row->key);
}

void chart_free(struct chart *c)
{
	for (unsigned int i = 0; i < c->n; i++)
		free_row(&c->at[i]);
	free(c->at);
	*c = (struct chart){ 0 };
}

/* Largest first; ties in the order of their keys' text. */
static int by_rank(const void *pa, const void *pb)
{
	const struct chart_row *a = pa, *b = pb;

	if (a->number != b->number)
		return a->number < b->number ? 1 : -1;
	return strcmp(a->key ? a->key : "", b->key ? b->key : "");
}

/* Wide enough for the sum of any numbers; negative ones have no share. */
static struct kp_wide total_of(const struct chart *c)
{
	struct kp_wide total = { 0, 0 };

	for (unsigned int i = 0; i < c->n; i++)
		if (c->at[i].number > 0)
			total = kp_wide_add(total, (struct kp_wide){ c->at[i].number, 0 });
	return total;
}

/* What is positive is a part of the total: BAR_FULL at most. */
static size_t bar_length(int64_t number, struct kp_wide total)
{
	struct kp_wide left = kp_wide_mul(number > 0 ? number : 0, BAR_FULL);
	size_t length = 0;

	for (; number > 0 && !kp_wide_less(left, total); length++)
		left = kp_wide_sub(left, total);
	return length;
}

/* A stack has lines of its own; its bar follows on the next. */
static void draw_key(const char *key, struct buf *out)
{
	size_t len = strlen(key);

	if (strchr(key, '\n')) {
		buf_printf(out, "%s%s", key, key[len - 1] == '\n' ? "" : "\n");
		key = "";
	}
	buf_printf(out, "%*s |", KEY_WIDTH, key);
}

static void draw_row(const struct chart_row *row, struct kp_wide total, struct buf *out)
{
	size_t bar = bar_length(row->number, total);

	draw_key(row->key, out);
	text_fill(out, '@', bar);
	text_fill(out, ' ', bar < BAR_WIDTH ? BAR_WIDTH - bar : 0);
	buf_printf(out, " %" PRId64 "\n", row->number);
}

static bool is_distribution(const struct chart_row *row)
{
	return row->agg.tag == KTAP_T_AGG && agg_has_distribution(&row->agg);
}

/* One after the other, a blank line between. */
static void draw_distributions(const struct chart *c, bool more, uint64_t show, struct buf *out)
{
	for (unsigned int i = 0; i < c->n && i < show; i++) {
		if (i)
			buf_putc(out, '\n');
		if (c->at[i].key)
			buf_printf(out, "%s\n", c->at[i].key);
		agg_draw(&c->at[i].agg, c->unit, out);
	}
	if (more || c->n > show)
		text_str(out, "...\n");
}

/* A single row without key and without distribution: in one line. */
static void draw_summary(const struct chart_row *row, struct buf *out)
{
	agg_text(&row->agg, out);
	buf_putc(out, '\n');
}

void chart_rank(struct chart *c)
{
	if (c->n)
		qsort(c->at, c->n, sizeof(*c->at), by_rank);
}

void chart_draw(const struct chart *c, bool more, struct buf *out)
{
	uint64_t show = c->show ? c->show : DEFAULT_ROWS;
	struct kp_wide total = total_of(c);

	if (c->n && is_distribution(&c->at[0])) {
		draw_distributions(c, more, show, out);
		return;
	}
	if (c->n == 1 && !c->at[0].key) {
		draw_summary(&c->at[0], out);
		return;
	}
	buf_printf(out, "%*s%s\n", KEY_WIDTH - 6, "", HEADING);
	for (unsigned int i = 0; i < c->n && i < show; i++)
		draw_row(&c->at[i], total, out);
	if (more || c->n > show)
		buf_printf(out, "%*s\n", KEY_WIDTH, "...");
}
