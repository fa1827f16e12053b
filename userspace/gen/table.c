// SPDX-License-Identifier: GPL-2.0
#include "gen.h"

#define BATCH	32	/* list entries that are stored by one instruction */

static unsigned int at_most_255(unsigned int n)
{
	return n < 255 ? n : 255;
}

static void gen_keyed(struct emitter *m, const struct table_item *item, unsigned int table)
{
	unsigned int free = m->code->free, key = 0, value;
	int k = gen_small_const(m, item->key);

	if (k < 0)
		key = gen_any(m, item->key);
	value = gen_any(m, item->value);
	m->code->pos = item->key->pos;
	if (k >= 0)
		code_abc(m->code, KTAP_OP_SETTABK, table, (unsigned int)k, value);
	else
		code_abc(m->code, KTAP_OP_SETTAB, table, key, value);
	m->code->free = free;
}

/* Stores `count`, an operand of kind cnt, list entries from index n on. */
static void append(struct emitter *m, unsigned int table, unsigned int first,
		   unsigned int count, unsigned int n)
{
	if (n > 65535)
		code_fail(m->code, "list entries in a table constructor", 65535);
	code_abc(m->code, KTAP_OP_APPEND, table, first, count);
	code_ad(m->code, KTAP_OP_EXT, 0, n);
	m->code->free = first;
}

/* From `item` on, the next list entries up to a batch; where they end. */
static struct table_item *gen_batch(struct emitter *m, struct table_item *item,
				    unsigned int table, unsigned int *n)
{
	struct expr_list list = { 0 };
	unsigned int first = m->code->free, count;

	for (; item && !item->key && list.n < BATCH; item = item->next) {
		if (item->next && expr_is_multi(item->value))
			item->value->single = true;
		list = ast_exprs_add(list, item->value);
	}
	count = gen_open_values(m, list);
	append(m, table, first, count, *n);
	*n += list.n;
	return item;
}

/*
 * Keyed entries at once, list entries in batches. The table is in a temporary
 * while it is filled: its entries may read the variable that will hold it.
 */
void gen_table(struct emitter *m, struct expr *e, unsigned int dst)
{
	struct code *c = m->code;
	unsigned int table = dst >= c->fixed ? dst : code_take(c, 1), n = 1;
	struct table_item *item = e->items.first;

	code_abc(c, KTAP_OP_NEWTAB, table, at_most_255(e->items.nlist),
		 at_most_255(e->items.nkeyed));
	while (item) {
		if (!item->key) {
			item = gen_batch(m, item, table, &n);
			continue;
		}
		gen_keyed(m, item, table);
		item = item->next;
	}
	if (table != dst)
		code_ad(c, KTAP_OP_MOVE, dst, table);
}
