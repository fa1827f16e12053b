// SPDX-License-Identifier: GPL-2.0
#include "output/value_json.h"

#include <stdlib.h>

#include <ktap/bytecode.h>

#include "output/agg.h"
#include "output/stack.h"
#include "util/json.h"

void json_begin(struct buf *out, const char *type)
{
	json_open(out, '{');
	json_key(out, "type");
	json_text(out, type);
}

static void put_cut(const struct value *v, struct buf *out)
{
	if (!v->cut)
		return;
	json_key(out, "cut");
	json_bool(out, true);
}

static void string_json(const struct value *v, struct buf *out)
{
	json_string(out, v->bytes.at, v->bytes.end - v->bytes.at, v->cut);
}

static void function_json(const char *name, struct buf *out)
{
	json_begin(out, "function");
	json_key(out, "name");
	json_text(out, name);
	json_close(out, '}');
}

/* --- tables --- */

void values_json(struct span s, const struct value_names *names, struct buf *out)
{
	struct value v;

	json_open(out, '[');
	while (span_value(&s, &v))
		value_json(&v, names, out);
	json_close(out, ']');
}

static void table_json(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct table_entries list = table_entries(v->bytes);

	json_begin(out, "table");
	json_key(out, "entries");
	json_open(out, '[');
	for (unsigned int i = 0; i < list.n; i++) {
		json_open(out, '[');
		value_json(&list.at[i].key, names, out);
		value_json(&list.at[i].value, names, out);
		json_close(out, ']');
	}
	json_close(out, ']');
	put_cut(v, out);
	json_close(out, '}');
	free(list.at);
}

/* --- aggregates --- */

static void member(struct buf *out, const char *name, int64_t n, bool known)
{
	json_key(out, name);
	if (known)
		json_int(out, n);
	else
		json_null(out);
}

/* Both bounds are values of the bucket; null: it has no end on that side. */
static void bucket_json(const struct ktap_agg_shape *shape, struct ktap_agg_bucket b, struct buf *out)
{
	__s64 first, last;

	ktap_agg_range(shape, b.index, &first, &last);
	json_open(out, '{');
	member(out, "from", first, shape->kind != KTAP_AGG_LINEAR || b.index > 0);
	member(out, "to", last, shape->kind != KTAP_AGG_LINEAR || b.index <= shape->steps);
	member(out, "count", b.count, true);
	json_close(out, '}');
}

static void buckets_json(const struct value *v, const struct ktap_agg_rec *r, struct buf *out)
{
	struct ktap_agg_shape shape = agg_shown(r);

	json_key(out, "buckets");
	json_open(out, '[');
	for (uint32_t i = 0; i < r->nbuckets; i++)
		bucket_json(&shape, agg_bucket(v, i), out);
	json_close(out, ']');
}

static void agg_json(const struct value *v, struct buf *out)
{
	struct ktap_agg_rec r = agg_head(v);
	bool distinct = r.shape.kind == KTAP_AGG_DISTINCT, any = r.count && !distinct;

	json_begin(out, distinct ? "distinct" : "aggregate");
	member(out, "count", r.count, true);
	if (!distinct) {
		member(out, "sum", r.sum, true);
		member(out, "min", r.min, any);
		member(out, "max", r.max, any);
		member(out, "avg", any ? (int64_t)r.sum / (int64_t)r.count : 0, any);
		member(out, "stddev", r.stddev, any);
	}
	if (r.nbuckets)
		buckets_json(v, &r, out);
	put_cut(v, out);
	json_close(out, '}');
}

/* --- addresses, stacks, events --- */

static void address_json(uint64_t address, const struct value_names *names, struct buf *out)
{
	const struct ktap_stack kernel = { 0 };
	const struct symbol s = names_symbol(names, &kernel, address, 0);

	symbol_json(&s, address, out);
}

static void user_address_json(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct ktap_stack whose;
	struct span frames = stack_frames(v, &whose);
	uint64_t address = span_u64(&frames);
	const struct symbol s = names_symbol(names, &whose, address, 0);

	symbol_json(&s, address, out);
}

static void frame_json(const struct ktap_stack *whose, uint64_t address, unsigned int back,
		       const struct value_names *names, struct buf *out)
{
	const struct symbol s = names_symbol(names, whose, address, back);

	json_open(out, '{');
	symbol_members(&s, address, out);
	json_close(out, '}');
}

static void stack_json(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct ktap_stack whose;
	struct span s = stack_frames(v, &whose);

	json_begin(out, "stack");
	if (whose.user)
		member(out, "pid", whose.pid, true);
	json_key(out, "frames");
	json_open(out, '[');
	for (bool first = true; s.at < s.end; first = false)
		frame_json(&whose, span_u64(&s), !first, names, out);
	json_close(out, ']');
	if (stack_end(&whose)) {
		json_key(out, "end");
		json_text(out, stack_end(&whose));
	}
	json_close(out, '}');
}

static void event_json(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct buf text = { 0 };

	json_begin(out, "event");
	if (names->probe) {
		json_key(out, "event");
		names->probe(names->arg, v->probe, &text);
		json_bytes(out, text.data, text.len);
	}
	text.len = 0;
	names_event(names, v->probe, v->bytes, &text);
	json_key(out, "text");
	json_string(out, text.data, text.len, v->cut);
	buf_free(&text);
	if (names->members) {
		json_key(out, "fields");
		json_open(out, '{');
		names->members(names->arg, v->probe, v->bytes.at, v->bytes.end - v->bytes.at, out);
		json_close(out, '}');
	}
	json_close(out, '}');
}

void value_json(const struct value *v, const struct value_names *names, struct buf *out)
{
	switch (v->tag) {
	case KTAP_T_NIL:	json_null(out); break;
	case KTAP_T_FALSE:	json_bool(out, false); break;
	case KTAP_T_TRUE:	json_bool(out, true); break;
	case KTAP_T_INT:	json_int(out, v->num); break;
	case KTAP_T_ADDR:	address_json(v->num, names, out); break;
	case KTAP_T_BUILTIN:	function_json(builtin_name(v->num), out); break;
	case KTAP_T_STR:	string_json(v, out); break;
	case KTAP_T_EVTEXT:	event_json(v, names, out); break;
	case KTAP_T_TUPLE:	values_json(v->bytes, names, out); break;
	case KTAP_T_TABLE:	table_json(v, names, out); break;
	case KTAP_T_FUNC:	function_json(names_function(names, v->num), out); break;
	case KTAP_T_AGG:	agg_json(v, out); break;
	case KTAP_T_STACK:	stack_json(v, names, out); break;
	case KTAP_T_UADDR:	user_address_json(v, names, out); break;
	}
}
