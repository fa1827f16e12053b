// SPDX-License-Identifier: GPL-2.0
/*
 * emit.c - encoding of values and records.
 *
 * What cannot change while we look (numbers, strings, the event) is measured and
 * then written straight into the ring. A table or an aggregate can change between
 * the two, so it is first encoded into temporary memory.
 */
#include <ktap/record.h>

#include "agg.h"
#include "budget.h"
#include "ctx.h"
#include "emit.h"
#include "event.h"
#include "host.h"
#include "interp.h"
#include "ops.h"
#include "ring.h"
#include "str.h"
#include "tab.h"

#define MAX_PAYLOAD	(KTAP_MAX_RECORD - (u32)sizeof(struct ktap_rec))
#define TABLE_DEPTH	4

/* Where values are written to; what does not fit sets `cut`. */
struct out {
	u8 *p, *end;
	bool cut;
};

/* What can change while it is written. */
static bool may_change(const struct kp_value *v)
{
	return v->tag == KTAP_T_TABLE || v->tag == KTAP_T_AGG;
}

/* Bytes of a value behind its header, before padding; of a table and an aggregate in a key. */
static u32 body_size(struct kp_ctx *ctx, const struct kp_value *v)
{
	u32 i, n = 0;

	switch (v->tag) {
	case KTAP_T_NIL:
		return v->aux ? strlen(kp_name_arg(v)) : 0;
	case KTAP_T_INT:
	case KTAP_T_ADDR:
	case KTAP_T_BUILTIN:
	case KTAP_T_FUNC:
		return 8;
	case KTAP_T_STR:
	case KTAP_T_STACK:
	case KTAP_T_UADDR:
		return v->str->len;
	case KTAP_T_EVTEXT:
		return v->str ? v->str->len : ctx->ev ? kp_event_text_len(ctx->ev) : 0;
	case KTAP_T_EVENT:
		return ctx->ev ? kp_event_text_len(ctx->ev) : 0;
	case KTAP_T_TUPLE:
		for (i = 0; i < v->tuple->n; i++)
			n += sizeof(struct ktap_val) +
			     KP_STR_PAD(body_size(ctx, &v->tuple->v[i]));
		return n;
	case KTAP_T_AGG:
		return sizeof(struct ktap_agg_rec);
	default:
		return 0;
	}
}

static u32 value_size(struct kp_ctx *ctx, const struct kp_value *v)
{
	return sizeof(struct ktap_val) + KP_STR_PAD(body_size(ctx, v));
}

static struct ktap_val *put_head(struct out *o, u32 tag, u32 len)
{
	struct ktap_val *h = (void *)o->p;

	h->tag = tag;
	h->aux = 0;
	h->reserved = 0;
	h->len = len;
	o->p += sizeof(*h);
	return h;
}

static void put_bytes(struct out *o, const void *bytes, u32 len)
{
	if (len % 8)
		memset(o->p + len - len % 8, 0, 8);
	memcpy(o->p, bytes, len);
	o->p += KP_STR_PAD(len);
}

static void put_word(struct out *o, s64 w)
{
	memcpy(o->p, &w, sizeof(w));
	o->p += sizeof(w);
}

static void put_text(struct kp_ctx *ctx, struct out *o)
{
	u32 len = ctx->ev ? kp_event_text_len(ctx->ev) : 0;

	put_head(o, ctx->ev ? KTAP_T_EVTEXT : KTAP_T_NIL, len);
	if (!len)
		return;
	if (len % 8)
		memset(o->p + len - len % 8, 0, 8);
	kp_event_text_write(ctx->ev, o->p);
	o->p += KP_STR_PAD(len);
}

static void put_simple(struct kp_ctx *ctx, struct out *o, const struct kp_value *v);

static void put_tuple(struct kp_ctx *ctx, struct out *o, const struct kp_value *v)
{
	u32 i;

	put_head(o, KTAP_T_TUPLE, body_size(ctx, v));
	for (i = 0; i < v->tuple->n; i++)
		put_simple(ctx, o, &v->tuple->v[i]);
}

/* A name in a message (see kp_type_arg()). */
static void put_name(struct out *o, const struct kp_value *v)
{
	const char *name = kp_name_arg(v);

	put_head(o, KTAP_T_STR, strlen(name));
	put_bytes(o, name, strlen(name));
}

/* In a key: a table without its entries, an aggregate without its distribution. */
static void put_part(struct out *o, const struct kp_value *v)
{
	bool cut;

	if (v->tag == KTAP_T_TABLE) {
		put_head(o, v->tag, 0)->aux = kp_tab_len(v->tab) != 0;
		return;
	}
	put_head(o, v->tag, sizeof(struct ktap_agg_rec));
	o->p += kp_agg_encode(v->agg, o->p, sizeof(struct ktap_agg_rec), false, &cut);
}

/* There is room. */
static void put_simple(struct kp_ctx *ctx, struct out *o, const struct kp_value *v)
{
	switch (v->tag) {
	case KTAP_T_STR:
	case KTAP_T_STACK:
	case KTAP_T_UADDR:
		put_head(o, v->tag, v->str->len);
		put_bytes(o, v->str->data, v->str->len);
		break;
	case KTAP_T_EVTEXT:
		if (!v->str) {
			put_text(ctx, o);
			break;
		}
		put_head(o, v->tag, v->str->len);
		put_bytes(o, v->str->data, v->str->len);
		break;
	case KTAP_T_EVENT:
		put_text(ctx, o);
		break;
	case KTAP_T_TUPLE:
		put_tuple(ctx, o, v);
		break;
	case KTAP_T_TABLE:
	case KTAP_T_AGG:
		put_part(o, v);
		break;
	case KTAP_T_INT:
	case KTAP_T_ADDR:
	case KTAP_T_BUILTIN:
		put_head(o, v->tag, 8);
		put_word(o, v->i);
		break;
	case KTAP_T_FUNC:
		put_head(o, v->tag, 8);
		put_word(o, v->fn->fn->index);
		break;
	default:
		if (v->tag == KTAP_T_NIL && v->aux)
			put_name(o, v);
		else
			put_head(o, v->tag, 0);
	}
}

static bool put_any(struct kp_ctx *ctx, struct out *o, const struct kp_value *v, u32 depth);

static bool put_entry(struct kp_ctx *ctx, struct out *o, const struct kp_value *key,
		      const struct kp_value *val, u32 depth)
{
	u8 *start = o->p;

	if (put_any(ctx, o, key, depth) && put_any(ctx, o, val, depth))
		return true;
	o->p = start;	/* half an entry is none */
	return false;
}

/* Tables deeper than TABLE_DEPTH, and what does not fit, are marked as cut short. */
static bool put_table(struct kp_ctx *ctx, struct out *o, struct kp_tab *t, u32 depth)
{
	struct kp_value it, key, val;
	struct ktap_val *h;
	bool row;
	u8 *body;

	if ((size_t)(o->end - o->p) < sizeof(*h))
		return false;
	h = put_head(o, KTAP_T_TABLE, 0);
	body = o->p;
	kp_tab_iter(t, &it);
	while (!h->aux && kp_op_next_row(ctx, &it, &key, &val, &row) && row) {
		ctx->steps -= KP_STEPS_ROW;
		h->aux = depth == TABLE_DEPTH || !put_entry(ctx, o, &key, &val, depth + 1);
	}
	h->len = (u32)(o->p - body);
	return true;
}

/* In a table an aggregate is told in short: without its distribution. */
static bool put_agg(struct out *o, const struct kp_agg *a, u32 depth)
{
	size_t room = (size_t)(o->end - o->p);
	struct ktap_val *h;
	bool cut;

	if (room < sizeof(*h) + sizeof(struct ktap_agg_rec))
		return false;
	h = put_head(o, KTAP_T_AGG, 0);
	h->len = kp_agg_encode(a, o->p, (u32)(room - sizeof(*h)), !depth, &cut);
	h->aux = cut;
	o->p += h->len;
	return true;
}

static bool put_any(struct kp_ctx *ctx, struct out *o, const struct kp_value *v, u32 depth)
{
	if (v->tag == KTAP_T_TABLE)
		return put_table(ctx, o, v->tab, depth);
	if (v->tag == KTAP_T_AGG)
		return put_agg(o, v->agg, depth);
	if ((size_t)(o->end - o->p) < value_size(ctx, v))
		return false;
	put_simple(ctx, o, v);
	return true;
}

/* --- records --- */

/* A record with room for so many bytes behind its header. False: it was dropped, and counted. */
static bool begin(struct kp_ctx *ctx, u32 kind, u32 len, struct out *o)
{
	struct ktap_rec *rec = kp_host_reserve(ctx, kind, sizeof(*rec) + len);

	ctx->steps -= kp_steps_of_bytes(len);
	if (!rec)
		return false;
	*o = (struct out){ .p = (u8 *)(rec + 1), .end = (u8 *)(rec + 1) + len };
	return true;
}

/* What was made in temporary memory. */
static bool send(struct kp_ctx *ctx, u32 kind, const u8 *from, const struct out *made)
{
	u32 len = (u32)(made->p - from);
	struct out o;

	if (!begin(ctx, kind, len, &o))
		return false;
	memcpy(o.p, from, len);
	kp_host_commit(ctx);
	return true;
}

static bool too_large(struct kp_ctx *ctx)
{
	return kp_fail1(ctx, KTAP_E_R_RECORD, kp_int(KTAP_MAX_RECORD));
}

/* Of temporary memory, where a record is made that is not written straight into the ring. */
static u32 temp_room(const struct kp_ctx *ctx)
{
	return ctx->half_size / 2 < MAX_PAYLOAD ? ctx->half_size / 2 : MAX_PAYLOAD;
}

/* Tables and aggregates among the values: by way of temporary memory, as much as there is. */
static bool emit_tables(struct kp_ctx *ctx, u32 kind, const struct kp_value *v, u32 n)
{
	u32 i, room = temp_room(ctx);
	struct out o;
	u8 *buf;

	if (!kp_temp_reserve(ctx, room))
		return false;
	buf = ctx->half[0] + ctx->used;
	o = (struct out){ .p = buf, .end = buf + (room & ~7u) };
	for (i = 0; i < n; i++)
		if (!put_any(ctx, &o, &v[i], 0))
			return too_large(ctx);
	send(ctx, kind, buf, &o);
	return true;
}

/* --- numbers and strings --- */

/* Bytes of a value that is one, its header included; 0: it is another. */
static inline u32 quick_size(const struct kp_value *v)
{
	if (v->tag == KTAP_T_INT)
		return sizeof(struct ktap_val) + 8;
	return v->tag == KTAP_T_STR ? sizeof(struct ktap_val) + (u32)KP_STR_PAD(v->str->len) : 0;
}

/* Of all of them; 0: one is another, or they are no record of this kind. */
static inline u32 quick_sizes(u32 kind, const struct kp_value *v, u32 n)
{
	u32 i, len = 0;

	if (kind == KTAP_REC_PRINTF && (!n || v[0].tag != KTAP_T_STR))
		return 0;
	for (i = 0; i < n; i++) {
		u32 size = quick_size(&v[i]);

		if (!size)
			return 0;
		len += size;
	}
	return len <= MAX_PAYLOAD ? len : 0;
}

static inline u64 head_word(u32 tag, u32 len)
{
	struct ktap_val h = { .tag = (u8)tag, .len = len };
	u64 w;

	memcpy(&w, &h, sizeof(w));
	return w;
}

/* A string's bytes are words, the last one's rest is NUL. */
static inline u64 *put_string(u64 *to, const struct kp_str *s)
{
	const u64 *from = (const u64 *)s->data, *end = (const u64 *)(s->data + KP_STR_PAD(s->len));

	*to++ = head_word(KTAP_T_STR, s->len);
	while (from < end)
		*to++ = *from++;
	return to;
}

static inline u64 *put_quick(u64 *to, const struct kp_value *v)
{
	if (v->tag != KTAP_T_INT)
		return put_string(to, v->str);
	to[0] = head_word(KTAP_T_INT, 8);
	to[1] = (u64)v->i;
	return to + 2;
}

u64 kp_emit_quick(const struct kp_probe *probe, const struct kp_value *v, u64 n, u64 kind,
		  const struct kp_vm *vm)
{
	u32 len = quick_sizes((u32)kind, v, (u32)n);
	struct kp_ring *ring = len ? kp_host_ring(vm) : NULL;
	const struct kp_value *end = v + n;
	struct ktap_rec *rec;
	u64 *to;

	rec = ring ? kp_ring_try(ring, (u32)kind, probe->id, (u32)sizeof(*rec) + len) : NULL;
	if (!rec)
		return false;
	for (to = (u64 *)(rec + 1); v < end; v++)
		to = put_quick(to, v);
	kp_ring_commit(ring);
	return true;
}

u64 *kp_emit_begin(const struct kp_probe *probe, u64 len, u64 kind, const struct kp_vm *vm)
{
	struct kp_ring *ring = kp_host_ring(vm);
	struct ktap_rec *rec = NULL;

	if (ring && len <= KTAP_MAX_RECORD && !kp_refused(FRONT))
		rec = kp_ring_try(ring, (u32)kind, probe->id, (u32)len);
	return rec ? (u64 *)(rec + 1) : NULL;
}

u64 *kp_emit_string(u64 *to, const struct kp_str *s)
{
	return put_string(to, s);
}

u64 kp_emit_end(const struct kp_vm *vm)
{
	kp_ring_commit(kp_host_ring(vm));
	return true;
}

/* In process context a record waits for room; and only there the CPU may change. */
static bool may_be_quick(const struct kp_ctx *ctx)
{
	return ctx->ev && ctx->level != KP_LEVEL_PROCESS;
}

static bool any_may_change(const struct kp_value *v, u32 n)
{
	u32 i;

	for (i = 0; i < n; i++)
		if (may_change(&v[i]))
			return true;
	return false;
}

bool kp_emit_values(struct kp_ctx *ctx, u32 kind, const struct kp_value *v, u32 n)
{
	struct out o;
	u32 i, len = 0;

	ctx->steps -= KP_STEPS_RECORD;
	if (may_be_quick(ctx) && kp_emit_quick(ctx->ev->probe, v, n, kind, ctx->vm))
		return true;
	if (any_may_change(v, n))
		return emit_tables(ctx, kind, v, n);
	for (i = 0; i < n; i++)
		len += value_size(ctx, &v[i]);
	if (len > MAX_PAYLOAD)
		return too_large(ctx);
	if (!begin(ctx, kind, len, &o))
		return true;
	for (i = 0; i < n; i++)
		put_simple(ctx, &o, &v[i]);
	kp_host_commit(ctx);
	return true;
}

/* --- charts --- */

static bool emit_words(struct kp_ctx *ctx, u32 kind, u64 a, u64 b, u64 c)
{
	struct out o;

	if (!begin(ctx, kind, 24, &o))
		return false;
	put_word(&o, (s64)a);
	put_word(&o, (s64)b);
	put_word(&o, (s64)c);
	kp_host_commit(ctx);
	return true;
}

static bool emit_row(struct kp_ctx *ctx, u64 id, const struct kp_value *key,
		     const struct kp_value *val)
{
	u32 len = 8 + value_size(ctx, key) + value_size(ctx, val);
	struct out o;

	if (len > MAX_PAYLOAD || !begin(ctx, KTAP_REC_HIST_ROW, len, &o))
		return false;
	put_word(&o, (s64)id);
	put_simple(ctx, &o, key);
	put_simple(ctx, &o, val);
	kp_host_commit(ctx);
	return true;
}

/* By way of temporary memory, which is reserved. The key came from a table, so it is none itself. */
static bool emit_agg_row(struct kp_ctx *ctx, u64 id, const struct kp_value *key,
			 const struct kp_agg *a)
{
	u8 *buf = ctx->half[0] + ctx->used;
	u32 room = temp_room(ctx);
	struct out o;

	o = (struct out){ .p = buf, .end = buf + (room & ~7u) };
	put_word(&o, (s64)id);
	return put_any(ctx, &o, key, 0) && put_agg(&o, a, 0) && send(ctx, KTAP_REC_HIST_ROW, buf, &o);
}

static bool emit_any_row(struct kp_ctx *ctx, u64 id, const struct kp_value *key,
			 const struct kp_value *val)
{
	if (val->tag == KTAP_T_AGG)
		return emit_agg_row(ctx, id, key, val->agg);
	return val->tag == KTAP_T_INT && emit_row(ctx, id, key, val);
}

static bool row_ready(struct kp_ctx *ctx, const struct kp_value *val)
{
	return val->tag != KTAP_T_AGG || kp_temp_reserve(ctx, temp_room(ctx));
}

/* How many rows were left out; -1: failed. */
static s64 emit_rows(struct kp_ctx *ctx, u64 id, struct kp_tab *t)
{
	struct kp_value it, key, val;
	s64 lost = 0;
	bool row, ok;

	kp_tab_iter(t, &it);
	while ((ok = kp_op_next_row(ctx, &it, &key, &val, &row)) && row) {
		if (!kp_spend(ctx) || !row_ready(ctx, &val))
			return -1;
		lost += !emit_any_row(ctx, id, &key, &val);
	}
	return ok ? lost : -1;
}

static s64 emit_chart(struct kp_ctx *ctx, u64 id, const struct kp_value *v)
{
	struct kp_value none = kp_nil();

	switch (v->tag) {
	case KTAP_T_AGG:	return !emit_agg_row(ctx, id, &none, v->agg);
	case KTAP_T_TABLE:	return emit_rows(ctx, id, v->tab);
	default:		return 0;
	}
}

bool kp_emit_hist(struct kp_ctx *ctx, const struct kp_value *v, s64 rows, u32 unit)
{
	s64 lost;
	u64 id;

	if (!row_ready(ctx, v))
		return false;
	id = (u64)atomic64_add_return(1, &ctx->vm->next_chart);
	if (!emit_words(ctx, KTAP_REC_HIST_BEGIN, id, rows < 0 ? 0 : (u64)rows, unit))
		return true;
	lost = emit_chart(ctx, id, v);
	if (lost < 0)
		return false;
	emit_words(ctx, KTAP_REC_HIST_END, id, (u64)lost, 0);
	return true;
}

/* --- errors --- */

static u32 error_frames(struct kp_ctx *ctx, struct ktap_rec_error *e)
{
	u32 i, n = ctx->depth < KTAP_ERROR_FRAMES ? ctx->depth : KTAP_ERROR_FRAMES;

	for (i = 0; i < n; i++) {
		const struct kp_frame *f = &ctx->frame[ctx->depth - 1 - i];

		e->frame[i].func = f->cl->fn->index;
		e->frame[i].pc = kp_frame_pc(f) - !!kp_frame_pc(f);
	}
	return n;
}

/* A table or an aggregate thrown by error() is shown by its type. */
static struct kp_value plain(const struct kp_value *v)
{
	return may_change(v) ? kp_type_arg(v) : *v;
}

void kp_emit_error(struct kp_ctx *ctx)
{
	u32 i, len = sizeof(struct ktap_rec_error);
	struct kp_value arg[ARRAY_SIZE(ctx->err.arg)];
	struct ktap_rec_error *e;
	struct out o;

	for (i = 0; i < ctx->err.nargs; i++) {
		arg[i] = plain(&ctx->err.arg[i]);
		len += value_size(ctx, &arg[i]);
	}
	if (len > MAX_PAYLOAD || !begin(ctx, KTAP_REC_ERROR, len, &o))
		return;
	e = (void *)o.p;
	memset(e, 0, sizeof(*e));
	e->code = ctx->err.code;
	e->nframes = error_frames(ctx, e);
	o.p = (u8 *)(e + 1);
	for (i = 0; i < ctx->err.nargs; i++)
		put_simple(ctx, &o, &arg[i]);
	kp_host_commit(ctx);
}
