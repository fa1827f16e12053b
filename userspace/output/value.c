// SPDX-License-Identifier: GPL-2.0
#include "output/value.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "output/agg.h"
#include "output/digits.h"
#include "output/stack.h"
#include "util/text.h"

const char *builtin_name(int64_t index)
{
	static const char *const name[] = {
#define _(NAME, text, ...) text,
		KTAP_BUILTINS(_)
#undef _
	};

	return index >= 0 && index < KTAP_BI__MAX ? name[index] : "?";
}

static void tuple_text(struct span s, const struct value_names *names, struct buf *out)
{
	struct value v;

	for (bool first = true; span_value(&s, &v); first = false) {
		if (!first)
			text_str(out, ", ");
		value_text(&v, names, out);
	}
}

static int compare_bytes(const struct span *a, const struct span *b)
{
	size_t la = a->end - a->at, lb = b->end - b->at, least = la < lb ? la : lb;
	int order = least ? memcmp(a->at, b->at, least) : 0;

	return order ? order : (la > lb) - (la < lb);
}

/* Integers first, by value; the others by kind, then bytes. */
static int by_key(const void *pa, const void *pb)
{
	const struct value *a = &((const struct table_entry *)pa)->key;
	const struct value *b = &((const struct table_entry *)pb)->key;

	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	if (a->tag == KTAP_T_INT)
		return (a->num > b->num) - (a->num < b->num);
	return compare_bytes(&a->bytes, &b->bytes);
}

struct table_entries table_entries(struct span s)
{
	struct table_entries list = { 0 };
	struct table_entry e;

	while (span_value(&s, &e.key) && span_value(&s, &e.value))
		*list_push(&list) = e;
	if (list.n)
		qsort(list.at, list.n, sizeof(*list.at), by_key);
	return list;
}

static void table_text(const struct value *v, const struct value_names *names, struct buf *out)
{
	struct table_entries list = table_entries(v->bytes);

	buf_putc(out, '{');
	for (unsigned int i = 0; i < list.n; i++) {
		const char *between = i ? ", " : "";
		bool tuple = list.at[i].key.tag == KTAP_T_TUPLE;

		buf_printf(out, "%s%s", between, tuple ? "[" : "");
		value_text(&list.at[i].key, names, out);
		text_str(out, tuple ? "]: " : ": ");
		value_text(&list.at[i].value, names, out);
	}
	text_str(out, v->cut ? list.n ? ", ...}" : "...}" : "}");
	free(list.at);
}

void names_event(const struct value_names *names, uint32_t probe, struct span bytes, struct buf *out)
{
	if (names->event)
		names->event(names->arg, probe, bytes.at, bytes.end - bytes.at, out);
	else
		buf_printf(out, "event of probe %u", probe);
}

const char *names_function(const struct value_names *names, uint32_t index)
{
	return names->image ? image_function(names->image, index) : "?";
}

struct symbol names_symbol(const struct value_names *names, const struct ktap_stack *whose,
			   uint64_t address, unsigned int back)
{
	if (whose->user && names->user)
		return names->user(names->arg, whose, address, back);
	if (!whose->user && names->address)
		return names->address(names->arg, address, back);
	return (struct symbol){ 0 };
}

static void address_text(uint64_t address, const struct value_names *names, struct buf *out)
{
	const struct ktap_stack kernel = { 0 };
	struct symbol s = names_symbol(names, &kernel, address, 0);

	symbol_text(&s, address, out);
}

void integer_text(int64_t n, struct buf *out)
{
	out->len = digits_put(buf_room(out, DIGITS_ROOM), n) - out->data;
}

void value_text(const struct value *v, const struct value_names *names, struct buf *out)
{
	switch (v->tag) {
	case KTAP_T_NIL:	text_str(out, "nil"); break;
	case KTAP_T_FALSE:	text_str(out, "false"); break;
	case KTAP_T_TRUE:	text_str(out, "true"); break;
	case KTAP_T_INT:	integer_text(v->num, out); break;
	case KTAP_T_ADDR:	address_text(v->num, names, out); break;
	case KTAP_T_BUILTIN:	buf_printf(out, "function: %s", builtin_name(v->num)); break;
	case KTAP_T_STR:
		buf_add(out, v->bytes.at, v->bytes.end - v->bytes.at);
		if (v->cut)
			text_str(out, "...");
		break;
	case KTAP_T_EVTEXT:	names_event(names, v->probe, v->bytes, out); break;
	case KTAP_T_TUPLE:	tuple_text(v->bytes, names, out); break;
	case KTAP_T_TABLE:	table_text(v, names, out); break;
	case KTAP_T_FUNC:	buf_printf(out, "function: %s", names_function(names, v->num)); break;
	case KTAP_T_AGG:	agg_text(v, out); break;
	case KTAP_T_STACK:	stack_text(v, names, out); break;
	case KTAP_T_UADDR:	user_address_text(v, names, out); break;
	}
}
