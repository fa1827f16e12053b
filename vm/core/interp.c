// SPDX-License-Identifier: GPL-2.0
/*
 * interp.c - the dispatch loop, and the calls around it.
 *
 * The vocabulary of the cases:
 *   RA, RB, RC, RD   registers named by the operands
 *   KB, KC, KD       constants
 *   NEXT             on to the next instruction
 *   FAIL             ctx->err is set: unwind to the nearest pcall
 * `pc` points behind the instruction under way; it is stored in the frame before
 * anything that may fail, call or look at frames (SAVE).
 */
#include "arith.h"
#include "builtin.h"
#include "ctx.h"
#include "error.h"
#include "event.h"
#include "host.h"
#include "interp.h"
#include "obj.h"
#include "str.h"
#include "tab.h"

#define SLICE		4096	/* steps between two looks at the clock */
#define KP_MAX_PROT	100	/* pcalls around one call */

/* --- budget --- */

static bool spend_process(struct kp_ctx *ctx)
{
	struct kp_heap *h = &ctx->vm->heap;

	if (kp_host_interrupted(ctx))
		return kp_fail0(ctx, KTAP_E_R_INTR);
	if (READ_ONCE(h->retired) || READ_ONCE(h->dirty) || kp_heap_low(h))
		kp_host_quiesce(ctx);
	return true;
}

static bool spend_handler(struct kp_ctx *ctx)
{
	const struct kp_opts *o = &ctx->vm->opts;
	u64 now = kp_host_now();

	if (ctx->steps_spent >= o->max_steps)
		return kp_fail1(ctx, KTAP_E_R_STEPS, kp_int((s64)o->max_steps));
	if (!ctx->start_ns)
		ctx->start_ns = now;
	if (now - ctx->start_ns > o->max_time_ns)
		return kp_fail1(ctx, KTAP_E_R_TIME, kp_int((s64)o->max_time_ns));
	return true;
}

/* The clock is first read at the end of the first slice: short handlers never do. */
bool kp_spend_slow(struct kp_ctx *ctx)
{
	u64 left, slice = SLICE;

	if (ctx->level == KP_LEVEL_PROCESS) {
		ctx->steps = SLICE;
		return spend_process(ctx);
	}
	if (!spend_handler(ctx)) {
		ctx->steps = 0;
		return false;
	}
	left = ctx->vm->opts.max_steps - ctx->steps_spent;
	if (left < slice)
		slice = left;
	ctx->steps_spent += slice;
	ctx->steps = (s64)slice - 1;
	return true;
}

/* --- small things that cases call --- */

static bool bad_arith(struct kp_ctx *ctx, const struct kp_value *a, const struct kp_value *b)
{
	const struct kp_value *bad = a->tag != KTAP_T_INT ? a : b;

	if (bad->tag == KTAP_T_INT)
		return kp_fail0(ctx, KTAP_E_R_DIVZERO);
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(bad));
}

static bool arith_slow(struct kp_ctx *ctx, u32 op, struct kp_value *out,
		       const struct kp_value *a, const struct kp_value *b)
{
	s64 r;

	if (a->tag != KTAP_T_INT || b->tag != KTAP_T_INT || !kp_arith(op, a->i, b->i, &r))
		return bad_arith(ctx, a, b);
	*out = kp_int(r);
	return true;
}

/* Order of two integers or two strings: negative, 0, positive in *c. */
static bool compare(struct kp_ctx *ctx, const struct kp_value *a,
		    const struct kp_value *b, int *c)
{
	if (a->tag == KTAP_T_INT && b->tag == KTAP_T_INT)
		*c = (a->i > b->i) - (a->i < b->i);
	else if (a->tag == KTAP_T_STR && b->tag == KTAP_T_STR)
		*c = kp_str_compare(a->str, b->str);
	else
		return kp_fail2(ctx, KTAP_E_R_COMPARE, kp_type_arg(a), kp_type_arg(b));
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

static bool equal(struct kp_ctx *ctx, struct kp_value *a, struct kp_value *b, bool *eq)
{
	if (a->tag == KTAP_T_EVTEXT && b->tag == KTAP_T_EVTEXT &&
	    !(kp_materialise(ctx, a) && kp_materialise(ctx, b)))
		return false;
	*eq = kp_value_equal(a, b);
	return true;
}

/* A key that tables take: not nil; the event's text materialised in place. */
static bool check_key(struct kp_ctx *ctx, struct kp_value *key)
{
	if (likely(key->tag == KTAP_T_INT || key->tag == KTAP_T_STR))
		return true;
	if (!kp_materialise(ctx, key))
		return false;
	if (key->tag == KTAP_T_NIL)
		return kp_fail1(ctx, KTAP_E_R_KEY, kp_type_arg(key));
	return true;
}

/* The main chunk need not wait for others to bring memory. */
static inline void refill(struct kp_ctx *ctx)
{
	if (ctx->level == KP_LEVEL_PROCESS && kp_heap_low(&ctx->vm->heap))
		kp_heap_refill(&ctx->vm->heap);
}

static bool check_tab(struct kp_ctx *ctx, const struct kp_value *t)
{
	refill(ctx);
	return likely(t->tag == KTAP_T_TABLE) || kp_fail1(ctx, KTAP_E_R_INDEX, kp_type_arg(t));
}

/* In process context what is loaded must outlive grace periods. */
static inline bool loaded(struct kp_ctx *ctx, struct kp_value *v)
{
	return likely(ctx->level != KP_LEVEL_PROCESS) || kp_ctx_hold(ctx, v);
}

static bool get_tab(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *t,
		    struct kp_value *key)
{
	if (unlikely(t->tag == KTAP_T_EVENT))
		return kp_event_member(ctx, key, out);
	if (!check_tab(ctx, t))
		return false;
	if (key->tag == KTAP_T_NIL) {
		*out = kp_nil();
		return true;
	}
	if (!check_key(ctx, key))
		return false;
	*out = kp_tab_get(t->tab, key);
	return loaded(ctx, out);
}

static bool set_tab(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		    const struct kp_value *val)
{
	if (!check_tab(ctx, t) || !check_key(ctx, key))
		return false;
	kp_tab_set(t->tab, ctx->ev, key, val);
	return true;
}

/* What an update came to, as a failure of the script where it is one. */
static bool updated(struct kp_ctx *ctx, enum kp_update u, const struct kp_value *was)
{
	if (likely(u <= KP_DROPPED))
		return true;
	if (u == KP_BADDIV)
		return kp_fail0(ctx, KTAP_E_R_DIVZERO);
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(was));
}

static bool tab_arith(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		      u32 op, const struct kp_value *v)
{
	struct kp_value was = kp_nil();
	enum kp_update u;

	if (!check_tab(ctx, t) || !check_key(ctx, key))
		return false;
	if (v->tag != KTAP_T_INT)
		return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(v));
	u = kp_tab_arith(t->tab, key, op, v->i, &was);
	return updated(ctx, u, &was);
}

static bool tab_add(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		    const struct kp_value *v)
{
	if (unlikely(t->tag != KTAP_T_TABLE || v->tag != KTAP_T_INT ||
		     (key->tag != KTAP_T_INT && key->tag != KTAP_T_STR)))
		return tab_arith(ctx, t, key, KTAP_ARITH_ADD, v);
	if (likely(kp_tab_add(t->tab, key, v->i) <= KP_DROPPED))
		return true;
	return tab_arith(ctx, t, key, KTAP_ARITH_ADD, v);
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
static bool tab_concat(struct kp_ctx *ctx, struct kp_value *t, struct kp_value *key,
		       const struct kp_value *v)
{
	struct kp_value *s;

	if (!check_tab(ctx, t) || !check_key(ctx, key))
		return false;
	s = joined(ctx, kp_tab_get(t->tab, key), v);
	return s && set_tab(ctx, t, key, s);
}

static bool slot_set(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v)
{
	struct kp_shared sh;

	refill(ctx);
	if (!kp_share(ctx->vm, ctx->ev, v, &sh)) {
		atomic64_inc(&ctx->vm->table_drops);
		return true;
	}
	kp_slot_put(ctx->vm, s, &sh);
	return true;
}

static bool slot_add(struct kp_ctx *ctx, struct kp_slot *s, const struct kp_value *v)
{
	struct kp_value was;

	if (likely(v->tag == KTAP_T_INT && (kp_slot_add(s, v->i) || kp_slot_init_int(s, v->i))))
		return true;
	was = v->tag == KTAP_T_INT ? kp_slot_load(s) : *v;
	return kp_fail1(ctx, KTAP_E_R_ARITH, kp_type_arg(&was));
}

static bool slot_concat(struct kp_ctx *ctx, struct kp_slot *slot, const struct kp_value *v)
{
	struct kp_value *s = joined(ctx, kp_slot_load(slot), v);

	return s && slot_set(ctx, slot, s);
}

static bool slot_up(struct kp_ctx *ctx, struct kp_slot *s, u32 op, const struct kp_value *v)
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

static bool slot_get(struct kp_ctx *ctx, struct kp_slot *s, struct kp_value *out)
{
	*out = kp_slot_load(s);
	return loaded(ctx, out);
}

static bool is_in(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *key,
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
	refill(ctx);
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

static bool new_table(struct kp_ctx *ctx, struct kp_value *out)
{
	return ready(ctx) && made(ctx, out, kp_tab_new(ctx->vm));
}

static bool new_cell(struct kp_ctx *ctx, struct kp_value *out, const struct kp_value *v)
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

static bool new_closure(struct kp_ctx *ctx, struct kp_value *out, const struct kp_fn *fn,
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

static bool new_tuple(struct kp_ctx *ctx, struct kp_value *out, struct kp_value *v, u32 n)
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

static bool append(struct kp_ctx *ctx, struct kp_value *t, const struct kp_value *v,
		   u32 n, u32 first)
{
	u32 i;

	if (!check_tab(ctx, t))
		return false;
	for (i = 0; i < n; i++) {
		struct kp_value key = kp_int((s64)first + i);

		kp_tab_set(t->tab, ctx->ev, &key, &v[i]);
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

static char *put_text(char *p, const struct kp_value *v)
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
		p = put_text(p, &v[i]);
	*out = kp_objval(s);
	return true;
}

/* --- loops --- */

static bool for_prep(struct kp_ctx *ctx, struct kp_value *r, bool *turn)
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

/* The turn after the last one may lie beyond the range of integers: no turn then. */
static bool for_loop(struct kp_value *r)
{
	s64 next;

	if (__builtin_add_overflow(r[0].i, r[2].i, &next))
		return false;
	if (r[2].i > 0 ? next > r[1].i : next < r[1].i)
		return false;
	r[0].i = next;
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

/* r[0] is the iterator. *more: there was an entry. */
static bool iter_next(struct kp_ctx *ctx, struct kp_value *r, u32 nkeys, u32 nvals, bool *more)
{
	struct kp_value key, val;
	u32 i;

	*more = kp_tab_next(&r[0], &key, &val);
	if (!*more) {
		for (i = 1; i <= nkeys + nvals; i++)
			r[i] = kp_nil();
		return true;
	}
	if (nkeys > 1)
		take_apart(&key, r + 1, nkeys);
	else
		r[1] = key;
	if (nvals)
		r[nkeys + 1] = val;
	for (i = 1; ctx->level == KP_LEVEL_PROCESS && i <= nkeys + nvals; i++)
		if (!kp_ctx_hold(ctx, &r[i]))
			return false;
	return true;
}

/* --- calls --- */

static bool stack_room(struct kp_ctx *ctx, u32 end)
{
	/* two registers beyond any frame are scratch for op= with strings */
	return likely(end + 2 <= ctx->nstack) || kp_fail0(ctx, KTAP_E_R_STACK);
}

bool kp_stack_room(struct kp_ctx *ctx, const struct kp_value *end)
{
	return stack_room(ctx, (u32)(end - ctx->stack));
}

static void fill_nil(struct kp_value *v, u32 n)
{
	while (n--)
		*v++ = kp_nil();
}

/*
 * Lays out a frame for fn, whose n arguments stand at stack[low]: missing ones
 * are nil, extra ones stay below the frame of a vararg function.
 */
static bool lay_frame(struct kp_ctx *ctx, struct kp_frame *f, const struct kp_closure *cl,
		      u32 low, u32 n)
{
	const struct kp_fn *fn = cl->fn;
	u32 np = fn->nparams, base = low;

	if (!stack_room(ctx, low + n + np + fn->nregs))
		return false;
	if (n < np) {
		fill_nil(&ctx->stack[low + n], np - n);
		n = np;
	}
	if (fn->flags & KP_FN_VARARG) {
		base = low + n;
		memcpy(&ctx->stack[base], &ctx->stack[low], np * sizeof(ctx->stack[0]));
	}
	f->cl = cl;
	f->pc = fn->code;
	f->base = base;
	f->nextra = base == low ? 0 : n - np;
	if (fn->flags & KP_FN_FILL)
		fill_nil(&ctx->stack[base + np], fn->nregs - np);
	return true;
}

static u32 frame_low(const struct kp_frame *f)
{
	const struct kp_fn *fn = f->cl->fn;

	return fn->flags & KP_FN_VARARG ? f->base - fn->nparams - f->nextra : f->base;
}

static bool push_frame(struct kp_ctx *ctx, const struct kp_closure *cl, u32 low, u32 n,
		       u32 ret, u32 want, u32 prot)
{
	struct kp_frame *f = &ctx->frame[ctx->depth];

	if (ctx->depth >= ctx->nframe || prot > KP_MAX_PROT)
		return kp_fail0(ctx, KTAP_E_R_STACK);
	if (!lay_frame(ctx, f, cl, low, n))
		return false;
	f->ret = ret;
	f->want = want;
	f->prot = prot;
	ctx->depth++;
	ctx->top = 0;
	return true;
}

/*
 * Puts n results at stack[from] where the caller wants them: `want` of them (plus
 * one), or all up to a new top. Each pcall on the way puts `true` in front.
 */
static bool deliver(struct kp_ctx *ctx, u32 to, u32 from, u32 n, u32 want, u32 prot)
{
	struct kp_value *dst = &ctx->stack[to];
	u32 i;

	if (prot && !stack_room(ctx, to + n + prot))
		return false;
	if (to + prot != from)
		memmove(dst + prot, &ctx->stack[from], n * sizeof(*dst));
	for (i = 0; i < prot; i++)
		dst[i] = kp_bool(true);
	n += prot;
	ctx->top = want ? 0 : to + n;
	if (want && n < want - 1)
		fill_nil(dst + n, want - 1 - n);
	return true;
}

/* The error under way becomes results of the pcall that catches it. */
static bool deliver_error(struct kp_ctx *ctx, u32 to, u32 want, u32 prot)
{
	struct kp_value msg;

	if (!stack_room(ctx, to + 2 + prot) || !kp_error_value(ctx, &msg))
		return false;
	ctx->stack[to] = kp_bool(false);
	ctx->stack[to + 1] = msg;
	return deliver(ctx, to, to, 2, want, prot - 1);
}

/* What no pcall catches: the handler is to end. */
static bool is_final(const struct kp_ctx *ctx)
{
	u32 code = ctx->err.code;

	return code == KTAP_E_R_STEPS || code == KTAP_E_R_TIME || code == KTAP_E_R_INTR;
}

/* The callee stands at stack[at], its n arguments behind it. Results go to stack[to]. */
static bool call_builtin(struct kp_ctx *ctx, u32 at, u32 n, u32 to, u32 want, u32 prot)
{
	const struct kp_value *fn = &ctx->stack[at];
	int got = -1;

	if (fn->tag != KTAP_T_BUILTIN)
		kp_fail1(ctx, KTAP_E_R_CALL, kp_type_arg(fn));
	else if (stack_room(ctx, at + 1 + n + 1))
		got = kp_builtin(ctx, (u32)fn->i, &ctx->stack[at + 1], n);
	if (got >= 0)
		return deliver(ctx, to, at + 1, (u32)got, want, prot);
	if (!prot || is_final(ctx))
		return false;
	return deliver_error(ctx, to, want, prot);
}

/* pcall as a value: the function is its first argument. */
static bool is_pcall(const struct kp_value *fn, u32 n)
{
	return unlikely(fn->tag == KTAP_T_BUILTIN) && fn->i == KTAP_BI_PCALL && n;
}

static bool call(struct kp_ctx *ctx, u32 at, u32 n, u32 want, u32 prot)
{
	u32 base = ctx->frame[ctx->depth - 1].base, to = at;

	while (is_pcall(&ctx->stack[at], n))
		at++, n--, prot++;
	if (likely(ctx->stack[at].tag == KTAP_T_FUNC))
		return push_frame(ctx, ctx->stack[at].fn, at + 1, n, to - base, want, prot);
	return call_builtin(ctx, at, n, to, want, prot);
}

/* Ends the innermost frame; n results stand at stack[from]. */
static bool do_return(struct kp_ctx *ctx, u32 from, u32 n)
{
	struct kp_frame *f = &ctx->frame[--ctx->depth];

	if (!ctx->depth)
		return true;
	return deliver(ctx, ctx->frame[ctx->depth - 1].base + f->ret, from, n, f->want, f->prot);
}

/* A script function takes over the frame; a builtin is called and returned from. */
static bool tail_call(struct kp_ctx *ctx, u32 at, u32 n)
{
	struct kp_frame *f = &ctx->frame[ctx->depth - 1];
	u32 low = frame_low(f), prot = 0;
	const struct kp_closure *cl;

	while (is_pcall(&ctx->stack[at], n))
		at++, n--, prot++;
	if (unlikely(ctx->stack[at].tag != KTAP_T_FUNC))
		return call_builtin(ctx, at, n, at, 0, prot) &&
		       do_return(ctx, at, ctx->top - at);
	if (f->prot + prot > KP_MAX_PROT)
		return kp_fail0(ctx, KTAP_E_R_STACK);
	cl = ctx->stack[at].fn;
	memmove(&ctx->stack[low], &ctx->stack[at + 1], n * sizeof(ctx->stack[0]));
	ctx->top = 0;
	f->prot += prot;
	return lay_frame(ctx, f, cl, low, n);
}

static bool vararg(struct kp_ctx *ctx, const struct kp_frame *f, u32 at, u32 want)
{
	u32 n = want ? want - 1 : f->nextra, have = n < f->nextra ? n : f->nextra;

	if (!stack_room(ctx, at + n))
		return false;
	memcpy(&ctx->stack[at], &ctx->stack[f->base - f->nextra], have * sizeof(ctx->stack[0]));
	fill_nil(&ctx->stack[at + have], n - have);
	ctx->top = want ? 0 : at + n;
	return true;
}

/* Unwinds to the innermost frame that a pcall guards. False if there is none. */
static bool catch(struct kp_ctx *ctx)
{
	struct kp_frame *f;
	u32 d = ctx->depth;

	while (d && !ctx->frame[d - 1].prot)
		d--;
	if (!d || is_final(ctx))
		return false;
	f = &ctx->frame[d - 1];
	if (d == 1) {
		ctx->depth = 0;
		return true;
	}
	/* the message is made while the frames still tell where */
	return kp_error_text(ctx) && (ctx->depth = d - 1, true) &&
	       deliver_error(ctx, ctx->frame[d - 2].base + f->ret, f->want, f->prot);
}

/* --- trace statements --- */

static bool check_handler(struct kp_ctx *ctx, const struct kp_value *fn)
{
	if (ctx->level != KP_LEVEL_PROCESS)
		return kp_fail1(ctx, KTAP_E_R_CONTEXT, kp_objval(&kp_trace_name));
	if (fn->tag != KTAP_T_FUNC)
		return kp_fail1(ctx, KTAP_E_R_CALL, kp_type_arg(fn));
	return true;
}

static bool at_trace(struct kp_ctx *ctx, const struct kp_value *fn, u32 spec,
		     const struct kp_value *text, u32 pos)
{
	if (!check_handler(ctx, fn))
		return false;
	if (text && text->tag != KTAP_T_STR)
		return kp_fail3(ctx, KTAP_E_R_ARGTYPE, kp_int(1), kp_objval(&kp_trace_name),
				kp_type_arg(text));
	ctx->handler = fn->fn;
	ctx->spec = spec;
	ctx->spec_text = text ? text->str : NULL;
	ctx->spec_pos = pos;
	return true;
}

static bool at_end(struct kp_ctx *ctx, const struct kp_value *fn)
{
	return check_handler(ctx, fn) && kp_vm_add_end(ctx, fn->fn);
}

bool kp_interp_enter(struct kp_ctx *ctx, struct kp_closure *fn, u32 n)
{
	return push_frame(ctx, fn, 0, n, 0, 1, 0);
}

/* --- the loop --- */

#define RA	(&R[KTAP_A(w)])
#define RB	(&R[KTAP_B(w)])
#define RC	(&R[KTAP_C(w)])
#define RD	(&R[KTAP_D(w)])
#define KB	(&K[KTAP_B(w)])
#define KC	(&K[KTAP_C(w)])
#define KD	(&K[KTAP_D(w)])
#define CASE(name)	case KTAP_OP_##name:
#define NEXT		goto next
#define SAVE		(f->pc = pc)
#define FAIL		goto fail
#define TRY(x)		do { SAVE; if (unlikely(!(x))) FAIL; } while (0)
#define UPV(d)		((struct kp_value *)&f->cl->up[d])
#define INDEX(r)	((u32)((r) - ctx->stack))

/* Arguments from register r on: counted, or open up to the top. */
#define COUNT(cnt, r)	((cnt) ? (u32)(cnt) - 1 : ctx->top - INDEX(r))

/* A jump back spends; the failure is that of the jump. */
#define SPEND_BACK() do {						\
	if (unlikely(pc <= at_pc) && unlikely(--ctx->steps < 0)) {	\
		f->pc = at_pc + 1;					\
		if (!kp_spend_slow(ctx))				\
			FAIL;						\
	}								\
} while (0)

/* The JMP of a pair: taken or stepped over. Backwards it spends. */
#define JUMP_IF(c) do {							\
	if (c) {							\
		pc += KTAP_S(*pc) + 1;					\
		SPEND_BACK();						\
	} else {							\
		pc++;							\
	}								\
	NEXT;								\
} while (0)

#define ARITH(NAME, a, b, fast) {					\
	const struct kp_value *x = (a), *y = (b);			\
	if (likely(x->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) {	\
		s64 r = fast(x->i, y->i);				\
		RA->tag = KTAP_T_INT;					\
		RA->aux = 0;						\
		RA->i = r;						\
		NEXT;							\
	}								\
	TRY(arith_slow(ctx, KTAP_ARITH_##NAME, RA, x, y));		\
	NEXT;								\
}

#define ARITH2(NAME, fast)						\
	CASE(NAME) ARITH(NAME, RB, RC, fast)				\
	CASE(NAME##K) ARITH(NAME, RB, KC, fast)

#define DIVIDE2(NAME, fast)						\
	CASE(NAME) TRY(arith_slow(ctx, KTAP_ARITH_##NAME, RA, RB, RC)); NEXT; \
	CASE(NAME##K) {							\
		s64 d = KC->i;						\
		if (likely(RB->tag == KTAP_T_INT && d > 0)) {		\
			s64 r = fast(RB->i, d);				\
			*RA = kp_int(r);				\
			NEXT;						\
		}							\
		TRY(arith_slow(ctx, KTAP_ARITH_##NAME, RA, RB, KC));	\
		NEXT;							\
	}

#define ORDER(NAME, b, op)						\
	CASE(NAME) {							\
		const struct kp_value *y = (b);				\
		int c;							\
		if (likely(RA->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) \
			JUMP_IF(RA->i op y->i);				\
		TRY(compare(ctx, RA, y, &c));				\
		JUMP_IF(c op 0);					\
	}

#define EQUAL(NAME, b, want)						\
	CASE(NAME) {							\
		struct kp_value *y = (struct kp_value *)(b);		\
		bool eq;						\
		if (likely(RA->tag == KTAP_T_INT && y->tag == KTAP_T_INT)) \
			JUMP_IF((RA->i == y->i) == want);		\
		TRY(equal(ctx, RA, y, &eq));				\
		JUMP_IF(eq == want);					\
	}

/* (Re)loads what the loop keeps of the innermost frame. */
#define LOAD_FRAME() do {						\
	f = &ctx->frame[ctx->depth - 1];				\
	K = f->cl->fn->k;						\
	R = &ctx->stack[f->base];					\
	pc = f->pc;							\
} while (0)

enum kp_interp_status kp_interp(struct kp_ctx *ctx)
{
	const struct kp_value *K;
	const ktap_word *pc, *at_pc;
	struct kp_value *R;
	struct kp_frame *f;
	ktap_word w;

	LOAD_FRAME();
	for (;;) {
next:
		at_pc = pc;
		w = *pc++;
		switch (KTAP_OP(w)) {
		CASE(MOVE) *RA = *RD; NEXT;
		CASE(LOADNIL) fill_nil(RA, KTAP_D(w)); NEXT;
		CASE(LOADBOOL) *RA = kp_bool(KTAP_D(w)); NEXT;
		CASE(LOADI) *RA = kp_int(KTAP_S(w)); NEXT;
		CASE(LOADK) *RA = *KD; NEXT;
		CASE(LOADBI)
			*RA = (struct kp_value){ .tag = KTAP_T_BUILTIN, .i = KTAP_D(w) };
			NEXT;

		CASE(GETGLOB) TRY(slot_get(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
		CASE(SETGLOB) TRY(slot_set(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
		CASE(GLOBADD) TRY(slot_add(ctx, &ctx->vm->global[KTAP_D(w)], RA)); NEXT;
		CASE(GLOBUP)
			pc++;
			TRY(slot_up(ctx, &ctx->vm->global[KTAP_D(w)], KTAP_A(pc[-1]), RA));
			NEXT;
		CASE(GETUPV)
			*RA = *UPV(KTAP_D(w));
			TRY(loaded(ctx, RA));
			NEXT;
		CASE(GETUPC) TRY(slot_get(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
		CASE(SETUPC) TRY(slot_set(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
		CASE(UPCADD) TRY(slot_add(ctx, &UPV(KTAP_D(w))->cell->slot, RA)); NEXT;
		CASE(UPCUP)
			pc++;
			TRY(slot_up(ctx, &UPV(KTAP_D(w))->cell->slot, KTAP_A(pc[-1]), RA));
			NEXT;
		CASE(NEWCELL) TRY(new_cell(ctx, RA, RD)); NEXT;
		CASE(GETCELL) TRY(slot_get(ctx, &RD->cell->slot, RA)); NEXT;
		CASE(SETCELL) TRY(slot_set(ctx, &RA->cell->slot, RD)); NEXT;
		CASE(CELLADD) TRY(slot_add(ctx, &RA->cell->slot, RD)); NEXT;
		CASE(CELLUP)
			pc++;
			TRY(slot_up(ctx, &RA->cell->slot, KTAP_A(pc[-1]), RD));
			NEXT;

		CASE(NEWTAB) TRY(new_table(ctx, RA)); NEXT;
		CASE(GETTAB) TRY(get_tab(ctx, RA, RB, RC)); NEXT;
		CASE(GETTABK) TRY(get_tab(ctx, RA, RB, (struct kp_value *)KC)); NEXT;
		CASE(SETTAB) TRY(set_tab(ctx, RA, RB, RC)); NEXT;
		CASE(SETTABK) TRY(set_tab(ctx, RA, (struct kp_value *)KB, RC)); NEXT;
		CASE(TABADD) TRY(tab_add(ctx, RA, RB, RC)); NEXT;
		CASE(TABADDI) {
			struct kp_value n = kp_int(KTAP_SC(w));

			TRY(tab_add(ctx, RA, RB, &n));
			NEXT;
		}
		CASE(TABUP)
			pc++;
			if (KTAP_A(pc[-1]) == KTAP_ARITH_CONCAT)
				TRY(tab_concat(ctx, RA, RB, RC));
			else
				TRY(tab_arith(ctx, RA, RB, KTAP_A(pc[-1]), RC));
			NEXT;
		CASE(APPEND) {
			u32 n = COUNT(KTAP_C(w), RB);

			pc++;
			TRY(append(ctx, RA, RB, n, KTAP_D(pc[-1])));
			ctx->top = 0;
			NEXT;
		}
		CASE(TUPLE) TRY(new_tuple(ctx, RA, RB, KTAP_C(w))); NEXT;
		CASE(IN) TRY(is_in(ctx, RA, RB, RC)); NEXT;
		CASE(ITERPREP) {
			struct kp_value *t = RD;

			if (unlikely(t->tag != KTAP_T_TABLE))
				TRY(kp_fail1(ctx, KTAP_E_R_ITER, kp_type_arg(t)));
			kp_tab_iter(t->tab, RA);
			NEXT;
		}
		CASE(ITERNEXT) {
			bool more;

			TRY(iter_next(ctx, RA, KTAP_B(w), KTAP_C(w), &more));
			JUMP_IF(more);
		}

		ARITH2(ADD, kp_arith_add)
		ARITH2(SUB, kp_arith_sub)
		ARITH2(MUL, kp_arith_mul)
		DIVIDE2(DIV, KP_DIV64)
		DIVIDE2(MOD, KP_MOD64)
		ARITH2(BAND, kp_arith_band)
		ARITH2(BOR, kp_arith_bor)
		ARITH2(BXOR, kp_arith_bxor)
		ARITH2(SHL, kp_arith_shl)
		ARITH2(SHR, kp_arith_shr)
		ARITH2(USHR, kp_arith_ushr)
		CASE(NEG) {
			struct kp_value zero = kp_int(0);

			TRY(arith_slow(ctx, KTAP_ARITH_SUB, RA, &zero, RD));
			NEXT;
		}
		CASE(BNOT) {
			struct kp_value ones = kp_int(-1);

			TRY(arith_slow(ctx, KTAP_ARITH_BXOR, RA, &ones, RD));
			NEXT;
		}
		CASE(NOT) *RA = kp_bool(!kp_is_true(RD)); NEXT;
		CASE(CONCAT) TRY(kp_concat(ctx, RB, KTAP_C(w), RA)); NEXT;

		CASE(JMP)
			pc += KTAP_S(w);
			SPEND_BACK();
			NEXT;
		CASE(TEST) JUMP_IF(kp_is_true(RA));
		CASE(TESTN) JUMP_IF(!kp_is_true(RA));
		EQUAL(EQ, RD, true)
		EQUAL(NE, RD, false)
		EQUAL(EQK, KD, true)
		EQUAL(NEK, KD, false)
		ORDER(LT, RD, <)
		ORDER(LE, RD, <=)
		ORDER(LTK, KD, <)
		ORDER(LEK, KD, <=)
		ORDER(GTK, KD, >)
		ORDER(GEK, KD, >=)
		CASE(FORPREP) {
			bool turn = false;

			TRY(for_prep(ctx, RA, &turn));
			if (!turn)
				pc += KTAP_S(w);
			NEXT;
		}
		CASE(FORLOOP)
			if (for_loop(RA)) {
				pc += KTAP_S(w);
				SPEND_BACK();
			}
			NEXT;

		CASE(CLOSURE)
			TRY(new_closure(ctx, RA, &f->cl->fn->prog->fn[KTAP_D(w)], f, R));
			NEXT;
		CASE(CALL)
			TRY(kp_spend(ctx));
			TRY(call(ctx, INDEX(RA), COUNT(KTAP_B(w), RA + 1), KTAP_C(w), 0));
			LOAD_FRAME();
			NEXT;
		CASE(PCALL)
			TRY(kp_spend(ctx));
			TRY(call(ctx, INDEX(RA), COUNT(KTAP_B(w), RA + 1), KTAP_C(w), 1));
			LOAD_FRAME();
			NEXT;
		CASE(TAILCALL)
			TRY(kp_spend(ctx));
			TRY(tail_call(ctx, INDEX(RA), COUNT(KTAP_B(w), RA + 1)));
			goto returned;
		CASE(RETURN) TRY(do_return(ctx, INDEX(RA), COUNT(KTAP_B(w), RA))); goto returned;
		CASE(RET0) TRY(do_return(ctx, INDEX(R), 0)); goto returned;
		CASE(RET1) TRY(do_return(ctx, INDEX(RA), 1)); goto returned;
		CASE(VARARG) TRY(vararg(ctx, f, INDEX(RA), KTAP_B(w))); NEXT;
		CASE(BUILTIN) {
			u32 n = COUNT(KTAP_B(w), RA);
			int got;

			pc++;
			SAVE;
			got = kp_builtin(ctx, KTAP_C(w), RA, n);
			if (unlikely(got < 0))
				FAIL;
			deliver(ctx, INDEX(RA), INDEX(RA), (u32)got, KTAP_A(pc[-1]), 0);
			NEXT;
		}

		CASE(CTX) TRY(kp_ctxvar(ctx, KTAP_D(w), RA)); NEXT;
		CASE(FIELD)
			if (unlikely(!ctx->ev)) {
				*RA = kp_nil();
				NEXT;
			}
			TRY(kp_event_field(ctx, &ctx->ev->probe->refs[KTAP_D(w)], RA));
			NEXT;
		CASE(TRACE)
			TRY(at_trace(ctx, RA, KTAP_D(w), NULL, 0));
			return KP_INTERP_TRACE;
		CASE(TRACES)
			TRY(at_trace(ctx, RA, ~0u, RD,
				     kp_fn_pos(f->cl->fn, (u32)(at_pc - f->cl->fn->code))));
			return KP_INTERP_TRACE;
		CASE(TRACEEND) TRY(at_end(ctx, RA)); NEXT;

		default:
			/* The verifier lets only the opcodes above come here. */
			kp_assert(false);
			__builtin_unreachable();
		}
fail:
		if (!catch(ctx))
			return KP_INTERP_FAILED;
returned:
		if (!ctx->depth)
			return KP_INTERP_DONE;
		LOAD_FRAME();
	}
}
