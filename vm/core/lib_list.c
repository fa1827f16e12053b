// SPDX-License-Identifier: GPL-2.0
/*
 * lib_list.c - tables as lists: entries with the keys 1, 2, 3 and so on.
 *
 * What must outlast a step of the budget, or a call into the script, stands in
 * registers: v[0] is the table, further ones are taken behind the arguments.
 */
#include "budget.h"
#include "call.h"
#include "interp.h"
#include "library.h"
#include "ops.h"
#include "str.h"

/* Registers up to v[want - 1]; those that are no arguments become nil. */
static bool take_registers(struct kp_ctx *ctx, struct kp_value *v, u32 n, u32 want)
{
	if (!kp_stack_room(ctx, v + want))
		return false;
	if (want > n)
		kp_fill_nil(v + n, want - n);
	ctx->top = (u32)(v - ctx->stack) + (want > n ? want : n);
	return true;
}

static struct kp_value at(struct kp_tab *t, s64 place)
{
	struct kp_value key = kp_int(place);

	return kp_tab_get(t, &key);
}

static bool is_empty(struct kp_tab *t, s64 place)
{
	return at(t, place).tag == KTAP_T_NIL;
}

static void put(struct kp_ctx *ctx, struct kp_tab *t, s64 place, const struct kp_value *v)
{
	struct kp_value key = kp_int(place);

	if (kp_tab_set(t, ctx->ev, &key, v) == KP_DROPPED)
		kp_count_dropped(ctx);
}

/*
 * The last place of a list. Mostly it is the number of entries; a table that has
 * other keys as well, or holes, takes a search: the place is full, the next one empty.
 */
static s64 last_place(struct kp_tab *t)
{
	s64 low = kp_tab_len(t), high = low + 1, mid;

	if (!low || !is_empty(t, low)) {
		for (; !is_empty(t, high) && high < 1ll << 61; high *= 2)
			low = high;
	} else {
		high = low;
		low = 0;
	}
	while (high - low > 1) {
		mid = low + (high - low) / 2;
		if (is_empty(t, mid))
			high = mid;
		else
			low = mid;
	}
	return low;
}

static int bad_place(struct kp_ctx *ctx, u32 id, s64 place, s64 last)
{
	return kp_no_result(kp_fail3(ctx, KTAP_E_R_POSITION, kp_builtin_arg(id),
				     kp_int(place), kp_int(last)));
}

static bool is_table(struct kp_ctx *ctx, u32 id, const struct kp_value *v, u32 n)
{
	return (n && v->tag == KTAP_T_TABLE) || kp_bad_arg(ctx, id, 1, v, KTAP_T_TABLE) > 0;
}

static bool is_integer(struct kp_ctx *ctx, u32 id, u32 nth, const struct kp_value *v)
{
	return v->tag == KTAP_T_INT || kp_bad_arg(ctx, id, nth, v, KTAP_T_INT) > 0;
}

/* --- insert, remove --- */

/* Where others append at the same time, each finds a place of its own. */
static int append(struct kp_ctx *ctx, struct kp_tab *t, const struct kp_value *v)
{
	struct kp_value key = kp_int(last_place(t) + 1);
	bool made = v->tag == KTAP_T_NIL;

	kp_refill(ctx);
	for (; !made; key.i++) {
		if (!kp_spend(ctx))
			return -1;
		if (kp_tab_put_new(t, ctx->ev, &key, v, &made) != KP_DONE) {
			kp_count_dropped(ctx);
			break;
		}
	}
	return 0;
}

/* Moves the entries from..to by one place, the far end first. */
static bool shift(struct kp_ctx *ctx, struct kp_tab *t, s64 from, s64 to, s64 step)
{
	struct kp_value v;

	for (; from != to + step; from += step) {
		if (!kp_spend(ctx))
			return false;
		v = at(t, from);
		put(ctx, t, from - step, &v);
	}
	return true;
}

int kp_bi_TABLE_INSERT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 last, place;

	if (!is_table(ctx, KTAP_BI_TABLE_INSERT, v, n))
		return -1;
	if (n < 3)	/* a list of arguments may end in a call that gives none */
		return n < 2 ? 0 : append(ctx, v[0].tab, v + 1);
	if (!is_integer(ctx, KTAP_BI_TABLE_INSERT, 2, v + 1))
		return -1;
	kp_refill(ctx);
	last = last_place(v[0].tab);
	place = v[1].i;
	if (place < 1 || place > last + 1)
		return bad_place(ctx, KTAP_BI_TABLE_INSERT, place, last);
	if (place <= last && !shift(ctx, v[0].tab, last, place, -1))
		return -1;
	put(ctx, v[0].tab, place, v + 2);
	return 0;
}

int kp_bi_TABLE_REMOVE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_value nil = kp_nil();
	s64 last, place;

	if (!is_table(ctx, KTAP_BI_TABLE_REMOVE, v, n))
		return -1;
	place = last = last_place(v[0].tab);
	if (!kp_want_int(ctx, KTAP_BI_TABLE_REMOVE, v, n, 2, &place))
		return -1;
	if (!last && (!place || place == 1)) {
		v[0] = nil;
		return 1;
	}
	if (place < 1 || place > last)
		return bad_place(ctx, KTAP_BI_TABLE_REMOVE, place, last);
	if (!take_registers(ctx, v, n, 3))
		return -1;
	v[2] = at(v[0].tab, place);
	if (place < last && !shift(ctx, v[0].tab, place + 1, last, 1))
		return -1;
	put(ctx, v[0].tab, last, &nil);
	v[0] = v[2];
	return 1;
}

int kp_bi_UNPACK(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 from = 1, to, i;
	struct kp_tab *t;

	if (!is_table(ctx, KTAP_BI_UNPACK, v, n))
		return -1;
	t = v[0].tab;
	to = n < 3 || v[2].tag == KTAP_T_NIL ? last_place(t) : 0;
	if (!kp_want_int(ctx, KTAP_BI_UNPACK, v, n, 2, &from) ||
	    !kp_want_int(ctx, KTAP_BI_UNPACK, v, n, 3, &to))
		return -1;
	if (from > to)
		return 0;
	if ((u64)(to - from) >= ctx->nstack || !kp_stack_room(ctx, v + (to - from) + 1))
		return kp_no_result(kp_fail0(ctx, KTAP_E_R_STACK));
	for (i = from; i <= to; i++)
		v[i - from] = at(t, i);
	return (int)(to - from + 1);
}

/* --- concat --- */

/* Which entries, and what stands between them. */
struct joint {
	struct kp_tab *t;
	const struct kp_value *between;	/* a register, or NULL */
	s64 from, to;
};

/* Bytes of the whole; more than a string may have ends the counting. */
static bool joint_size(struct kp_ctx *ctx, const struct joint *j, u32 *bytes)
{
	u32 len, total = 0, max = ctx->vm->opts.max_string;
	s64 i;

	for (i = j->from; i <= j->to && total <= max; i++) {
		struct kp_value v = at(j->t, i);

		if (!kp_spend(ctx))
			return false;
		if (v.tag == KTAP_T_NIL || !kp_value_text_len(&v, &len))
			return kp_fail1(ctx, KTAP_E_R_CONCAT, kp_type_arg(&v));
		total += len + (j->between && i < j->to ? j->between->str->len : 0);
	}
	*bytes = total;
	return total <= max || kp_fail2(ctx, KTAP_E_R_STRLEN, kp_int(total), kp_int(max));
}

static bool add_text(struct kp_str *s, u32 *len, const struct kp_value *v)
{
	u32 n;

	if (!kp_value_text_len(v, &n) || n > s->len - *len)
		return false;
	kp_value_text_put(s->data + *len, v);
	*len += n;
	return true;
}

/* Others may have changed the list since it was measured: what fits is written. */
static void joint_write(const struct joint *j, struct kp_str *s)
{
	u32 len = 0;
	s64 i;

	for (i = j->from; i <= j->to; i++) {
		struct kp_value v = at(j->t, i);

		if (!add_text(s, &len, &v) ||
		    (j->between && i < j->to && !add_text(s, &len, j->between)))
			break;
	}
	memset(s->data + len, 0, KP_STR_PAD(s->len) - len);
	s->len = len;
}

int kp_bi_TABLE_CONCAT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct joint j = { .from = 1 };
	u32 bytes = 0;

	if (!is_table(ctx, KTAP_BI_TABLE_CONCAT, v, n))
		return -1;
	if (n > 1 && v[1].tag != KTAP_T_NIL) {
		if (v[1].tag != KTAP_T_STR)
			return kp_bad_arg(ctx, KTAP_BI_TABLE_CONCAT, 2, v + 1, KTAP_T_STR);
		j.between = &v[1];
	}
	j.t = v[0].tab;
	j.to = last_place(j.t);
	if (!kp_want_int(ctx, KTAP_BI_TABLE_CONCAT, v, n, 3, &j.from) ||
	    !kp_want_int(ctx, KTAP_BI_TABLE_CONCAT, v, n, 4, &j.to))
		return -1;
	if (!joint_size(ctx, &j, &bytes) || !kp_temp_reserve(ctx, kp_str_size(bytes)))
		return -1;
	v[0] = kp_objval(kp_temp_str(ctx, KTAP_T_STR, bytes));
	joint_write(&j, v[0].str);
	return 1;
}

/* --- sort --- */

/*
 * Heap sort in the table itself, by exchanging entries: no memory, n log n steps,
 * and a comparison that makes no sense cannot make it run on.
 *
 * Registers: v[0] table, v[1] less or nil, v[2] and v[3] the two that are compared,
 * from v[4] on the call of less.
 */
#define SORT_REGS	7

static bool script_less(struct kp_ctx *ctx, struct kp_value *v, bool *less)
{
	u32 at = (u32)(v + 4 - ctx->stack);

	v[4] = v[1];
	v[5] = v[2];
	v[6] = v[3];
	if (!kp_call_back(ctx, at, 2))
		return false;
	ctx->top = at + 3;
	*less = kp_is_true(&v[5]);
	return true;
}

/* Whether what stands at place a comes before what stands at b. */
static bool is_less(struct kp_ctx *ctx, struct kp_value *v, s64 a, s64 b, bool *less)
{
	int order;

	if (!kp_spend(ctx))
		return false;
	v[2] = at(v[0].tab, a);
	v[3] = at(v[0].tab, b);
	if (v[1].tag != KTAP_T_NIL)
		return script_less(ctx, v, less);
	if (!kp_op_compare(ctx, &v[2], &v[3], false, &order))
		return false;
	*less = order < 0;
	return true;
}

/* The first value is in no entry for a moment: a reference keeps it. */
static void exchange(struct kp_ctx *ctx, struct kp_tab *t, s64 a, s64 b)
{
	struct kp_value x = at(t, a), y = at(t, b);
	bool held = kp_is_obj(&x);

	if (held)
		kp_obj_get(x.obj);
	put(ctx, t, a, &y);
	put(ctx, t, b, &x);
	if (held)
		kp_obj_put(ctx->vm, x.obj);
}

/* Lets the entry at `root` sink below larger ones among the first n. */
static bool sift(struct kp_ctx *ctx, struct kp_value *v, s64 root, s64 n)
{
	s64 child;
	bool less;

	for (; root <= n / 2; root = child) {
		child = root * 2;
		if (child < n) {
			if (!is_less(ctx, v, child, child + 1, &less))
				return false;
			child += less;
		}
		if (!is_less(ctx, v, root, child, &less))
			return false;
		if (!less)
			break;
		exchange(ctx, v[0].tab, root, child);
	}
	return true;
}

int kp_bi_TABLE_SORT(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	s64 i, last;

	if (!is_table(ctx, KTAP_BI_TABLE_SORT, v, n))
		return -1;
	if (n > 1 && v[1].tag != KTAP_T_NIL && v[1].tag != KTAP_T_FUNC)
		return kp_bad_arg(ctx, KTAP_BI_TABLE_SORT, 2, v + 1, KTAP_T_FUNC);
	if (!take_registers(ctx, v, n, SORT_REGS))
		return -1;
	last = last_place(v[0].tab);
	for (i = last / 2; i >= 1; i--)
		if (!sift(ctx, v, i, last))
			return -1;
	for (i = last; i > 1; i--) {
		exchange(ctx, v[0].tab, 1, i);
		if (!sift(ctx, v, 1, i - 1))
			return -1;
	}
	return 0;
}
