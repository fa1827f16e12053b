// SPDX-License-Identifier: GPL-2.0
#include "output/agg.h"

#include <inttypes.h>
#include <string.h>

#include "util/text.h"
#include "wide.h"

#define LABEL_WIDTH	16
#define COUNT_WIDTH	8
#define BAR_WIDTH	52	/* of the fullest bucket */

struct ktap_agg_rec agg_head(const struct value *v)
{
	struct ktap_agg_rec r;

	memcpy(&r, v->bytes.at, sizeof(r));
	return r;
}

struct ktap_agg_bucket agg_bucket(const struct value *v, uint32_t i)
{
	struct ktap_agg_bucket b;

	memcpy(&b, v->bytes.at + sizeof(struct ktap_agg_rec) + i * sizeof(b), sizeof(b));
	return b;
}

uint64_t agg_count(const struct value *v)
{
	return agg_head(v).count;
}

bool agg_has_distribution(const struct value *v)
{
	return ktap_agg_buckets(&(struct ktap_agg_shape){ .kind = agg_head(v).shape.kind }) > 0;
}

void agg_text(const struct value *v, struct buf *out)
{
	struct ktap_agg_rec r = agg_head(v);

	if (r.shape.kind == KTAP_AGG_DISTINCT) {
		buf_printf(out, "distinct %" PRIu64, (uint64_t)r.count);
		return;
	}
	buf_printf(out, "count %" PRIu64, (uint64_t)r.count);
	if (r.count)
		buf_printf(out, ", min %" PRId64 ", avg %" PRId64 ", max %" PRId64 ", stddev %" PRId64
			   ", sum %" PRId64, (int64_t)r.min, (int64_t)r.sum / (int64_t)r.count,
			   (int64_t)r.max, (int64_t)r.stddev, (int64_t)r.sum);
}

/* --- bounds --- */

/* What a unit becomes when there is much of it: how many of one make the next. */
struct scale {
	uint64_t factor;
	const char *name[7];
};

static const struct scale scale_of[KTAP_UNIT__MAX] = {
	[KTAP_UNIT_NONE] = { 1024, { "", "k", "M", "G", "T", "P", "E" } },
	[KTAP_UNIT_BYTES] = { 1024, { "B", "kB", "MB", "GB", "TB", "PB", "EB" } },
	[KTAP_UNIT_NS] = { 1000, { "ns", "us", "ms", "s" } },
	[KTAP_UNIT_US] = { 1000, { "us", "ms", "s" } },
	[KTAP_UNIT_MS] = { 1000, { "ms", "s" } },
	[KTAP_UNIT_S] = { 1000, { "s" } },
};

/* m / one, which is below 100, rounded to two or one place behind the point. */
static void three_digits(uint64_t m, uint64_t one, struct buf *out)
{
	unsigned int places = m / one < 10 ? 2 : 1, times = places == 2 ? 100 : 10;
	struct kp_wide half = { one / 2, 0 };
	uint64_t scaled = kp_wide_div(kp_wide_add(kp_wide_mul(m, times), half), one).low;

	buf_printf(out, "%" PRIu64 ".%0*" PRIu64, scaled / times, (int)places, scaled % times);
}

/* A number by the largest unit that leaves it whole; of times, three digits. */
static void bound_text(int64_t n, uint64_t unit, struct buf *out)
{
	const struct scale *s = &scale_of[unit < KTAP_UNIT__MAX ? unit : 0];
	uint64_t m = ktap_agg_magnitude(n), one = 1;
	unsigned int i = 0;
	bool times = s->factor == 1000;

	while (i + 1 < sizeof(s->name) / sizeof(s->name[0]) && s->name[i + 1] &&
	       (times ? m / one >= 1000 : m / one >= 1024 && m % (one * 1024) == 0)) {
		one *= s->factor;
		i++;
	}
	text_str(out, n < 0 ? "-" : "");
	if (times && one > 1 && m / one < 100 && m % one)
		three_digits(m, one, out);
	else
		buf_printf(out, "%" PRIu64, m / one);
	text_str(out, s->name[i]);
}

/* Powers of two below zero mirror those above. */
static void mirrored_text(int64_t first, int64_t last, uint64_t unit, struct buf *out)
{
	buf_putc(out, '(');
	bound_text(first - 1, unit, out);
	text_str(out, ", ");
	bound_text(last, unit, out);
	buf_putc(out, ']');
}

/* A single value, a range without its end, or one that reaches to an end of all. */
static void label_text(const struct ktap_agg_shape *s, uint32_t index, uint64_t unit,
		       struct buf *out)
{
	__s64 first, last;

	ktap_agg_range(s, index, &first, &last);
	if (first == last) {
		buf_putc(out, '[');
		bound_text(first, unit, out);
		buf_putc(out, ']');
		return;
	}
	if (s->kind == KTAP_AGG_LOG2 && last < 0) {
		mirrored_text(first, last, unit, out);
		return;
	}
	text_str(out, first == INT64_MIN ? "(..." : "[");
	if (first != INT64_MIN)
		bound_text(first, unit, out);
	text_str(out, ", ");
	if (last != INT64_MAX)
		bound_text(last + 1, unit, out);
	text_str(out, last == INT64_MAX ? "...)" : ")");
}

/* --- drawing --- */

static uint64_t fullest(const struct value *v, uint32_t n)
{
	uint64_t most = 1;

	for (uint32_t i = 0; i < n; i++)
		if (agg_bucket(v, i).count > most)
			most = agg_bucket(v, i).count;
	return most;
}

static void draw_bucket(const struct buf *label, uint64_t count, uint64_t most, struct buf *out)
{
	size_t bar = kp_wide_div(kp_wide_mul(count, BAR_WIDTH), most).low;
	size_t pad = label->len < LABEL_WIDTH ? LABEL_WIDTH - label->len : 0;

	buf_add(out, label->data, label->len);
	text_fill(out, ' ', pad);
	buf_printf(out, "%*" PRIu64 " |", COUNT_WIDTH, count);
	text_fill(out, '@', bar);
	text_fill(out, ' ', BAR_WIDTH - bar);
	text_str(out, "|\n");
}

void agg_draw(const struct value *v, uint64_t unit, struct buf *out)
{
	struct ktap_agg_rec r = agg_head(v);
	struct ktap_agg_shape shape = agg_shown(&r);
	uint64_t most = fullest(v, r.nbuckets);
	struct buf label = { 0 };

	for (uint32_t i = 0, at = r.nbuckets ? agg_bucket(v, 0).index : 0; i < r.nbuckets; at++) {
		struct ktap_agg_bucket b = agg_bucket(v, i);

		label.len = 0;
		label_text(&shape, at, unit, &label);
		draw_bucket(&label, b.index == at ? b.count : 0, most, out);
		i += b.index == at;
	}
	if (v->cut)
		text_str(out, "...\n");
	buf_free(&label);
}
