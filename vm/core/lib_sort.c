// SPDX-License-Identifier: GPL-2.0
/*
 * lib_sort.c - sort_pairs(): a table's entries in order.
 *
 * The result is a table of its own, which is iterated in the order of insertion. The
 * entries are copied into temporary memory first, so that updates meanwhile cannot
 * disturb the order: from the host in process context, elsewhere from the arena,
 * which bounds how many entries a handler can sort. Nothing here lets go of the
 * read-side section, so what was copied stays.
 */
#include <ktap/orders.def.h>

#include "budget.h"
#include "host.h"
#include "interp.h"
#include "library.h"
#include "ops.h"
#include "str.h"

struct row {
	struct kp_value key, val;
};

struct sorting {
	struct kp_ctx *ctx;
	struct row *row;
	u32 n, room;
	bool by_key, down;
};

/* --- the order of any two values --- */

static int by_number(s64 a, s64 b)
{
	return (a > b) - (a < b);
}

static int simple_order(const struct kp_value *a, const struct kp_value *b)
{
	if (a->tag != b->tag)
		return a->tag < b->tag ? -1 : 1;
	if (kp_is_bytes(a->tag))
		return kp_str_compare(a->str, b->str);
	return by_number(a->i, b->i);
}

/*
 * By kind first, in the order of types.def.h: booleans, integers, addresses, strings,
 * texts of events, composite keys, stacks. Then numbers by size, strings by bytes,
 * composite keys by their parts; stacks, tables and functions in some order that stays.
 */
static int value_order(const struct kp_value *a, const struct kp_value *b)
{
	u32 i;
	int c;

	if (a->tag != KTAP_T_TUPLE || b->tag != KTAP_T_TUPLE)
		return simple_order(a, b);
	for (i = 0; i < a->tuple->n && i < b->tuple->n; i++) {
		c = simple_order(&a->tuple->v[i], &b->tuple->v[i]);
		if (c)
			return c;
	}
	return by_number(a->tuple->n, b->tuple->n);
}

/* Entries of equal value go by their keys, upward. */
static bool comes_before(const struct sorting *s, const struct row *a, const struct row *b)
{
	int c = s->by_key ? value_order(&a->key, &b->key) : value_order(&a->val, &b->val);

	if (!c)
		return !s->by_key && value_order(&a->key, &b->key) < 0;
	return s->down ? c > 0 : c < 0;
}

/* --- a heap whose root comes first --- */

/* As kp_spend(), but the read-side section goes on. */
static bool spend(struct sorting *s)
{
	struct kp_ctx *ctx = s->ctx;

	if (ctx->level != KP_LEVEL_PROCESS)
		return kp_spend(ctx);
	if (likely(--ctx->steps >= 0))
		return true;
	ctx->steps = KP_MAIN_SLICE;
	return !kp_host_interrupted(ctx) || kp_fail0(ctx, KTAP_E_R_INTR);
}

static void swap_rows(struct row *a, struct row *b)
{
	struct row was = *a;

	*a = *b;
	*b = was;
}

static bool sift(struct sorting *s, u32 root)
{
	u32 child;

	for (; root * 2 + 1 < s->n; root = child) {
		if (!spend(s))
			return false;
		child = root * 2 + 1;
		if (child + 1 < s->n && comes_before(s, &s->row[child + 1], &s->row[child]))
			child++;
		if (!comes_before(s, &s->row[child], &s->row[root]))
			break;
		swap_rows(&s->row[root], &s->row[child]);
	}
	return true;
}

static bool make_heap(struct sorting *s)
{
	u32 i;

	for (i = s->n / 2; i-- > 0; )
		if (!sift(s, i))
			return false;
	return true;
}

/* --- from table to table --- */

static bool copy_rows(struct sorting *s, struct kp_tab *t)
{
	struct kp_value it, key, val;
	bool row, ok;

	kp_tab_iter(t, &it);
	while ((ok = kp_op_next_row(s->ctx, &it, &key, &val, &row)) && row) {
		if (!spend(s))
			return false;
		if (s->n == s->room)	/* only what was added since: it came last */
			return true;
		s->row[s->n++] = (struct row){ key, val };
	}
	return ok;
}

static bool fill(struct sorting *s, struct kp_tab *to, u64 most)
{
	for (; s->n && most; most--) {
		kp_refill(s->ctx);
		if (kp_tab_set(to, NULL, &s->row[0].key, &s->row[0].val) != KP_DONE) {
			kp_count_dropped(s->ctx);
			return kp_fail0(s->ctx, KTAP_E_R_NOMEM);
		}
		s->row[0] = s->row[--s->n];
		if (!sift(s, 0))
			return false;
	}
	return true;
}

static bool sort_into(struct sorting *s, struct kp_tab *from, struct kp_tab *to, u64 most)
{
	return copy_rows(s, from) && make_heap(s) && fill(s, to, most);
}

/* In the arena nothing may be reserved while the rows are there: none of this does. */
static bool sort_in_arena(struct sorting *s, struct kp_tab *from, struct kp_tab *to, u64 most)
{
	size_t bytes = (size_t)s->room * sizeof(struct row);

	if (!kp_temp_reserve(s->ctx, bytes))
		return false;
	s->row = (void *)(s->ctx->half[0] + s->ctx->used);
	return sort_into(s, from, to, most);
}

static bool sort_in_memory(struct sorting *s, struct kp_tab *from, struct kp_tab *to, u64 most)
{
	bool ok;

	s->row = kp_host_alloc((size_t)s->room * sizeof(struct row));
	if (!s->row)
		return kp_fail0(s->ctx, KTAP_E_R_NOMEM);
	ok = sort_into(s, from, to, most);
	kp_host_free(s->row);
	return ok;
}

/* --- the builtin --- */

static const struct {
	const char *name;
	bool by_key, down;
} orders[] = {
#define _(name, by_key, down) { name, by_key, down },
	KTAP_ORDERS(_)
#undef _
};

static bool read_order(struct sorting *s, const struct kp_str *how)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(orders); i++) {
		if (how->len != strlen(orders[i].name) ||
		    memcmp(how->data, orders[i].name, how->len))
			continue;
		s->by_key = orders[i].by_key;
		s->down = orders[i].down;
		return true;
	}
	return false;
}

static int read_how(struct sorting *s, const struct kp_value *v, u32 n)
{
	s->by_key = orders[0].by_key;
	s->down = orders[0].down;
	if (n < 2 || v[1].tag == KTAP_T_NIL)
		return 0;
	if (v[1].tag != KTAP_T_STR)
		return kp_bad_arg(s->ctx, KTAP_BI_SORT_PAIRS, 2, v + 1, KTAP_T_STR);
	return read_order(s, v[1].str) ? 0 : kp_no_result(kp_fail0(s->ctx, KTAP_E_R_ORDER));
}

/* The new table is made in v[1]: v[0] keeps the old one while it is read. */
int kp_bi_SORT_PAIRS(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct sorting s = { .ctx = ctx };
	u64 most = ~0ull;
	bool ok;

	if (!n || v[0].tag != KTAP_T_TABLE)
		return kp_bad_arg(ctx, KTAP_BI_SORT_PAIRS, 1, v, KTAP_T_TABLE);
	if (n > 2 && v[2].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_SORT_PAIRS, 3, v + 2, KTAP_T_INT);
	if (read_how(&s, v, n))
		return -1;
	if (n > 2)
		most = v[2].i > 0 ? (u64)v[2].i : 0;
	if (!kp_stack_room(ctx, v + 2))
		return -1;
	if (n < 2)
		v[1] = kp_nil();
	ctx->top = (u32)(v + 2 - ctx->stack);
	if (!kp_op_new_table(ctx, &v[1]))
		return -1;
	s.room = kp_tab_len(v[0].tab);
	ok = !s.room || (ctx->level == KP_LEVEL_PROCESS ?
			 sort_in_memory(&s, v[0].tab, v[1].tab, most) :
			 sort_in_arena(&s, v[0].tab, v[1].tab, most));
	v[0] = v[1];
	return ok ? 1 : -1;
}
