// SPDX-License-Identifier: GPL-2.0
/*
 * ops.c - what single instructions do, where it is more than a line.
 */
#include "agg.h"
#include "arith.h"
#include "budget.h"
#include "ctx.h"
#include "error.h"
#include "event.h"
#include "host.h"
#include "interp.h"
#include "ops.h"
#include "str.h"

/* --- reading, writing, updating --- */

static bool bad_arith(struct kp_ctx *ctx, const struct kp_value *a, const struct kp_value *b)
{
	const struct kp_value *bad = a->tag != KTAP_T_INT ? a : b;

	if (bad->tag == KTAP_T_INT)
		return kp_fail0(ctx, KTAP_E_R_DIVZERO);
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(bad));
}

bool kp_op_arith(struct kp_ctx *ctx, u32 op, struct kp_value *out,
		 const struct kp_value *a, const struct kp_value *b)
{
	s64 r;

	if (a->tag != KTAP_T_INT || b->tag != KTAP_T_INT || !kp_arith(op, a->i, b->i, &r))
		return bad_arith(ctx, a, b);
	*out = kp_int(r);
	return true;
}

/* Strings are looked at until they differ, or one ends. */
static bool spend_texts(struct kp_ctx *ctx, const struct kp_str *a, const struct kp_str *b)
{
	return kp_spend_work(ctx, kp_steps_of_bytes(a->len < b->len ? a->len : b->len));
}

/* Order of two integers or two strings: negative, 0, positive in *c. */
bool kp_op_compare(struct kp_ctx *ctx, const struct kp_value *a,
		   const struct kp_value *b, bool swapped, int *c)
{
	if (a->tag == KTAP_T_INT && b->tag == KTAP_T_INT)
		*c = (a->i > b->i) - (a->i < b->i);
	else if (a->tag == KTAP_T_STR && b->tag == KTAP_T_STR) {
		if (!spend_texts(ctx, a->str, b->str))
			return false;
		*c = kp_str_compare(a->str, b->str);
	} else
		return kp_fail2(ctx, KTAP_E_R_COMPARE, kp_type_arg(swapped ? b : a),
				kp_type_arg(swapped ? a : b));
	return true;
}

bool kp_materialise(struct kp_ctx *ctx, struct kp_value *v)
{
	u32 len;

	if ((v->tag != KTAP_T_EVTEXT && v->tag != KTAP_T_EVENT) || (v->obj && v->tag == KTAP_T_EVTEXT))
		return true;
	if (!ctx->ev) {
		*v = kp_nil();
		return true;
	}
	len = kp_event_text_len(ctx->ev);
	if (!kp_temp_reserve(ctx, kp_str_size(len)))
		return false;
	v->str = kp_temp_str(ctx, KTAP_T_EVTEXT, len);
	v->tag = KTAP_T_EVTEXT;
	kp_event_text_fill(ctx->ev, v->str);
	return true;
}

bool kp_op_equal(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b, bool *eq)
{
	if (a->tag == KTAP_T_EVTEXT && b->tag == KTAP_T_EVTEXT &&
	    !(kp_materialise(ctx, a) && kp_materialise(ctx, b)))
		return false;
	if (a->tag == KTAP_T_STR && b->tag == KTAP_T_STR && a->str != b->str &&
	    a->str->len == b->str->len && !spend_texts(ctx, a->str, b->str))
		return false;
	*eq = kp_value_equal(a, b);
	return true;
}

/* A key that tables take: not nil; the event's text materialised in place. */
bool kp_op_check_key(struct kp_ctx *ctx, struct kp_value *key)
{
	if (likely(key->tag == KTAP_T_INT || key->tag == KTAP_T_STR || key->tag == KTAP_T_STACK))
		return true;
	if (!kp_materialise(ctx, key))
		return false;
	if (key->tag == KTAP_T_NIL)
		return kp_fail1(ctx, KTAP_E_R_KEY, kp_type_arg(key));
	return true;
}

bool kp_op_check_tab(struct kp_ctx *ctx, const struct kp_value *t)
{
	kp_refill(ctx);
	return likely(t->tag == KTAP_T_TABLE) || kp_fail1(ctx, KTAP_E_R_INDEX, kp_type_arg(t));
}

bool kp_op_get_tab(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *t,
		    struct kp_value *key)
{
	if (unlikely(t->tag == KTAP_T_EVENT))
		return kp_event_member(ctx, key, out);
	if (!kp_op_check_tab(ctx, t))
		return false;
	if (key->tag == KTAP_T_NIL) {
		*out = kp_nil();
		return true;
	}
	if (!kp_op_check_key(ctx, key))
		return false;
	*out = kp_tab_get(t->tab, key);
	return true;
}

/* What an update came to, as a failure of the script where it is one. */
static bool updated(struct kp_ctx *ctx, enum kp_update u, const struct kp_value *was)
{
	if (likely(u == KP_DONE))
		return true;
	if (u == KP_DROPPED)
		return kp_count_dropped(ctx);
	if (u == KP_BADDIV)
		return kp_fail0(ctx, KTAP_E_R_DIVZERO);
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(was));
}

bool kp_op_set_tab(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		    const struct kp_value *val)
{
	if (!kp_op_check_tab(ctx, t) || !kp_op_check_key(ctx, key))
		return false;
	return updated(ctx, kp_tab_set(t->tab, ctx->ev, key, val), val);
}

bool kp_op_tab_arith(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		      u32 op, const struct kp_value *v)
{
	struct kp_value was = kp_nil();
	enum kp_update u;

	if (!kp_op_check_tab(ctx, t) || !kp_op_check_key(ctx, key))
		return false;
	if (v->tag != KTAP_T_INT)
		return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(v));
	u = kp_tab_arith(t->tab, key, op, v->i, &was);
	return updated(ctx, u, &was);
}

/* With integers and strings one hash and one probe more, and an entry is made where there was none. */
bool kp_op_tab_add(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		   const struct kp_value *v)
{
	enum kp_update u;

	if (!kp_op_check_tab(ctx, t) || !kp_op_check_key(ctx, key))
		return false;
	if (v->tag != KTAP_T_INT)
		return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(v));
	u = kp_tab_add(t->tab, key, v->i);
	if (likely(u == KP_DONE))
		return true;
	if (u == KP_DROPPED)
		return kp_count_dropped(ctx);
	return kp_op_tab_arith(ctx, t, key, KTAP_ARITH_ADD, v);
}

bool kp_op_tab_addi(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key, s64 n)
{
	const struct kp_value v = kp_int(n);

	return kp_op_tab_add(ctx, t, key, &v);
}

/*
 * old .. v, in scratch registers beyond the frame, where the collection of
 * temporaries finds them. NULL: failed.
 */
static struct kp_value *joined(struct kp_ctx *ctx, struct kp_value old,
			       const struct kp_value *v)
{
	u32 limit = kp_ctx_limit(ctx);
	struct kp_value *tmp = &ctx->stack[limit];
	bool ok;

	tmp[0] = old;
	tmp[1] = *v;
	ctx->top = limit + 2;
	ok = kp_concat(ctx, tmp, 2, &tmp[0]);
	ctx->top = 0;
	return ok ? tmp : NULL;
}

/* t[key] ..= v */
bool kp_op_tab_concat(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		       const struct kp_value *v)
{
	struct kp_value *s;

	if (!kp_op_check_tab(ctx, t) || !kp_op_check_key(ctx, key))
		return false;
	s = joined(ctx, kp_tab_get(t->tab, key), v);
	return s && kp_op_set_tab(ctx, t, key, s);
}

bool kp_op_slot_set(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v)
{
	struct kp_shared sh;

	kp_refill(ctx);
	if (!kp_share(ctx->vm, ctx->ev, v, &sh)) {
		atomic64_inc(&ctx->vm->table_drops);
		return kp_count_dropped(ctx);
	}
	kp_slot_put(ctx->vm, s, &sh);
	return true;
}

bool kp_op_slot_add_slow(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v)
{
	struct kp_value was;

	if (v->tag == KTAP_T_INT && kp_slot_init_int(s, v->i))
		return true;
	was = v->tag == KTAP_T_INT ? kp_slot_load(s) : *v;
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(&was));
}

static bool slot_concat(struct kp_ctx *ctx, struct kp_slot *slot, const struct kp_value *v)
{
	struct kp_value *s = joined(ctx, kp_slot_load(slot), v);

	return s && kp_op_slot_set(ctx, slot, s);
}

bool kp_op_slot_up(struct kp_ctx *ctx, struct kp_slot *s, u32 op, const struct kp_value *v)
{
	struct kp_value was = kp_nil();
	enum kp_update u;

	if (op == KTAP_ARITH_CONCAT)
		return slot_concat(ctx, s, v);
	if (v->tag != KTAP_T_INT)
		return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(v));
	if (op <= KTAP_ARITH_SUB && READ_ONCE(s->obj) == KTAP_T_NIL)
		kp_slot_init_int(s, 0);
	u = kp_slot_arith(s, op, v->i, &was);
	return updated(ctx, u, &was);
}

bool kp_op_in(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *key,
		  const struct kp_value *t)
{
	struct kp_value v = kp_nil();

	if (t->tag != KTAP_T_TABLE)
		return kp_fail1(ctx, KTAP_E_R_IN, kp_type_arg(t));
	if (!kp_materialise(ctx, key))
		return false;
	if (key->tag != KTAP_T_NIL)
		v = kp_tab_get(t->tab, key);
	*out = kp_bool(v.tag != KTAP_T_NIL);
	return true;
}

/* --- things that are made --- */

/* Before an object is made: room to note it, and memory if we may wait for it. */
static bool ready(struct kp_ctx *ctx)
{
	kp_refill(ctx);
	return kp_young_reserve(ctx);
}

static bool made(struct kp_ctx *ctx, struct kp_value *out, void *obj)
{
	if (!obj)
		return kp_fail0(ctx, KTAP_E_R_NOMEM);
	kp_young_add(ctx, obj);
	*out = kp_objval(obj);
	return true;
}

bool kp_op_new_table(struct kp_ctx *ctx, struct kp_value *out)
{
	return kp_spend_work(ctx, KP_STEPS_TABLE) && ready(ctx) && made(ctx, out, kp_tab_new(ctx->vm));
}

bool kp_op_new_agg(struct kp_ctx *ctx, struct kp_value *out, const struct ktap_agg_shape *shape)
{
	return ready(ctx) && made(ctx, out, kp_agg_new(ctx->vm, shape));
}

bool kp_op_new_cell(struct kp_ctx *ctx, struct kp_value *out, const struct kp_value *v)
{
	struct kp_shared sh;
	struct kp_cell *c;

	if (!ready(ctx))
		return false;
	c = kp_obj_new(ctx->vm, KTAP_T_CELL, sizeof(*c));
	if (!c)
		return kp_fail0(ctx, KTAP_E_R_NOMEM);
	atomic64_set(&c->slot.num, 0);
	c->slot.obj = KTAP_T_NIL;
	if (!kp_share(ctx->vm, ctx->ev, v, &sh)) {
		kp_obj_put(ctx->vm, &c->o);
		return kp_fail0(ctx, KTAP_E_R_NOMEM);
	}
	atomic64_set(&c->slot.num, sh.num);
	c->slot.obj = sh.obj;
	return made(ctx, out, c);
}

bool kp_op_new_closure(struct kp_ctx *ctx, struct kp_value *out, const struct kp_fn *fn,
			const struct kp_frame *f, const struct kp_value *R)
{
	struct kp_closure *c;
	struct kp_shared sh;
	u32 i;

	if (!ready(ctx))
		return false;
	c = kp_obj_new(ctx->vm, KTAP_T_FUNC, sizeof(*c) + fn->nup * sizeof(c->up[0]));
	if (!c)
		return kp_fail0(ctx, KTAP_E_R_NOMEM);
	c->fn = fn;
	for (i = c->nup = 0; i < fn->nup; i++, c->nup = i) {
		const struct kp_upval *u = &fn->up[i];

		if (!kp_share(ctx->vm, ctx->ev, u->from == KTAP_UPVAL_REG ?
			      &R[u->index] : &f->cl->up[u->index], &sh)) {
			kp_obj_put(ctx->vm, &c->o);
			return kp_fail0(ctx, KTAP_E_R_NOMEM);
		}
		c->up[i] = kp_shared_value(sh.num, sh.obj);
	}
	return made(ctx, out, c);
}

bool kp_op_new_tuple(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *v, u32 n)
{
	struct kp_tuple *t;
	u32 i;

	for (i = 0; i < n; i++) {
		if (!kp_materialise(ctx, &v[i]))
			return false;
		if (v[i].tag == KTAP_T_NIL || v[i].tag == KTAP_T_TUPLE)
			return kp_fail1(ctx, KTAP_E_R_KEY, kp_type_arg(&v[i]));
	}
	if (!kp_temp_reserve(ctx, sizeof(*t) + n * sizeof(t->v[0])))
		return false;
	t = kp_temp_tuple(ctx, n);
	memcpy(t->v, v, n * sizeof(t->v[0]));
	*out = kp_objval(t);
	return true;
}

bool kp_op_append(struct kp_ctx *ctx, struct kp_value *t, const struct kp_value *v,
		   u32 n, u32 first)
{
	u32 i;

	if (!kp_op_check_tab(ctx, t))
		return false;
	for (i = 0; i < n; i++) {
		struct kp_value key = kp_int((s64)first + i);

		if (!updated(ctx, kp_tab_set(t->tab, ctx->ev, &key, &v[i]), &v[i]))
			return false;
	}
	return true;
}

bool kp_value_text_len(const struct kp_value *v, u32 *len)
{
	char digits[20];

	switch (v->tag) {
	case KTAP_T_STR:
		*len = v->str->len;
		return true;
	case KTAP_T_INT:
		*len = kp_format_int(digits, v->i);
		return true;
	case KTAP_T_NIL:
		*len = 3;
		return true;
	case KTAP_T_FALSE:
	case KTAP_T_TRUE:
		*len = v->tag == KTAP_T_TRUE ? 4 : 5;
		return true;
	default:
		return false;
	}
}

char *kp_value_text_put(char *p, const struct kp_value *v)
{
	char digits[20];
	const char *s;
	u32 len;

	if (v->tag == KTAP_T_INT) {
		len = kp_format_int(digits, v->i);
		s = digits;
	} else if (v->tag == KTAP_T_STR) {
		len = v->str->len;
		s = v->str->data;
	} else {
		s = v->tag == KTAP_T_NIL ? "nil" : v->tag == KTAP_T_TRUE ? "true" : "false";
		len = strlen(s);
	}
	memcpy(p, s, len);
	return p + len;
}

bool kp_concat(struct kp_ctx *ctx, const struct kp_value *v, u32 n, struct kp_value *out)
{
	u32 i, len, total = 0;
	struct kp_str *s;
	char *p;

	for (i = 0; i < n; i++) {
		if (!kp_value_text_len(&v[i], &len))
			return kp_fail1(ctx, KTAP_E_R_CONCAT, kp_type_arg(&v[i]));
		total += len;
	}
	if (total > ctx->vm->opts.max_string)
		return kp_fail2(ctx, KTAP_E_R_STRLEN, kp_int(total),
				kp_int(ctx->vm->opts.max_string));
	if (!kp_temp_reserve(ctx, kp_str_size(total)))
		return false;
	s = kp_temp_str(ctx, KTAP_T_STR, total);
	for (p = s->data, i = 0; i < n; i++)
		p = kp_value_text_put(p, &v[i]);
	*out = kp_objval(s);
	return true;
}

/* --- loops --- */

bool kp_op_for_prep(struct kp_ctx *ctx, struct kp_value *r, bool *turn)
{
	u32 i;

	for (i = 0; i < 3; i++)
		if (r[i].tag != KTAP_T_INT)
			return kp_fail1(ctx, KTAP_E_R_FOR, kp_type_arg(&r[i]));
	if (!r[2].i)
		return kp_fail0(ctx, KTAP_E_R_FORSTEP);
	*turn = r[2].i > 0 ? r[0].i <= r[1].i : r[0].i >= r[1].i;
	r[3] = r[0];
	return true;
}

/* A composite key into its parts; of any other key only the first part is not nil. */
static void take_apart(const struct kp_value *key, struct kp_value *r, u32 n)
{
	u32 i, parts = key->tag == KTAP_T_TUPLE ? key->tuple->n : 1;

	for (i = 0; i < n; i++) {
		if (i >= parts)
			r[i] = kp_nil();
		else
			r[i] = key->tag == KTAP_T_TUPLE ? key->tuple->v[i] : *key;
	}
}

bool kp_op_next_row(struct kp_ctx *ctx, struct kp_value *it, struct kp_value *key,
		    struct kp_value *val, bool *row)
{
	enum kp_look look;

	while ((look = kp_tab_look(it, key, val)) == KP_LOOK_ON)
		if (!kp_spend_work(ctx, KP_STEPS_CHUNK))
			return false;
	*row = look == KP_LOOK_ROW;
	return true;
}

/* What is empty is paid for by the turn that follows. */
static bool next_row(struct kp_ctx *ctx, struct kp_value *it, struct kp_value *key,
		     struct kp_value *val)
{
	enum kp_look look;

	while ((look = kp_tab_look(it, key, val)) == KP_LOOK_ON)
		ctx->steps -= KP_STEPS_CHUNK;
	return look == KP_LOOK_ROW;
}

/* r[0] is the iterator. Whether there was an entry. */
bool kp_op_iter_next(struct kp_ctx *ctx, struct kp_value *r, u32 nkeys, u32 nvals)
{
	struct kp_value key, val;

	if (!next_row(ctx, &r[0], &key, &val)) {
		kp_fill_nil(r + 1, nkeys + nvals);
		return false;
	}
	if (nkeys > 1)
		take_apart(&key, r + 1, nkeys);
	else
		r[1] = key;
	if (nvals)
		r[nkeys + 1] = val;
	return true;
}
