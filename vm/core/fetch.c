// SPDX-License-Identifier: GPL-2.0
/*
 * fetch.c - fetches: checked when the event is attached, run when it fires.
 */
#include "fetch.h"
#include "comm.h"
#include "ctx.h"
#include "host.h"
#include "memory.h"

static const u8 class_of[] = {
#define _(name, class, text) [KTAP_FETCH_##name] = KTAP_FETCH_##class,
	KTAP_FETCH_OPS(_)
#undef _
};

/* --- checking --- */

static bool is_bits(const struct ktap_fetch *op)
{
	u64 low = (u64)op->imm & 255, n = (u64)op->imm >> 8;

	return n && n <= 64 && low + n <= 64;
}

static bool op_is_good(const struct ktap_fetch *op)
{
	if (op->op >= KTAP_FETCH__MAX || op->reserved || op->reserved2)
		return false;
	switch (op->op) {
	case KTAP_FETCH_LOAD:
	case KTAP_FETCH_ULOAD:
		return kp_is_int_type(op->type);
	case KTAP_FETCH_BITS:
		return kp_is_int_type(op->type) && is_bits(op);
	case KTAP_FETCH_SHL:
		return !op->type && op->imm >= 0 && op->imm < 64;
	case KTAP_FETCH_STR:
	case KTAP_FETCH_USTR:
	case KTAP_FETCH_ANYSTR:
	case KTAP_FETCH_BYTES:
	case KTAP_FETCH_UBYTES:
		return !op->type && op->imm >= 0 && op->imm <= KTAP_MAX_STRING;
	default:
		return !op->type;
	}
}

/* What may stand at place i of n. */
static bool place_is_good(const struct ktap_fetch *op, u32 i, u32 n)
{
	u32 class = class_of[op->op];

	if ((class == KTAP_FETCH_SOURCE) != !i)
		return false;
	if (class == KTAP_FETCH_LAST)
		return i == n - 1;
	return op->op != KTAP_FETCH_COMM || n == 1;
}

static bool is_text(const struct ktap_fetch *last)
{
	return last->op == KTAP_FETCH_COMM || class_of[last->op] == KTAP_FETCH_LAST;
}

bool kp_fetch_check(const struct ktap_fetch *op, u32 n, u32 type)
{
	u32 i;

	if (!n || (!kp_is_int_type(type) && type != KTAP_FT_CHARS && type != KTAP_FT_BYTES))
		return false;
	for (i = 0; i < n; i++)
		if (!op_is_good(&op[i]) || !place_is_good(&op[i], i, n))
			return false;
	return is_text(&op[n - 1]) != kp_is_int_type(type);
}

/* --- running --- */

/* What the kernel cannot have at an address may be the task's. */
static bool load(u64 *v, const struct ktap_fetch *op, bool user)
{
	u64 addr = *v + (u64)op->imm, raw = 0;
	u32 size = kp_int_size(op->type);

	if (!kp_host_load(&raw, addr, size, user) &&
	    (user || !kp_host_is_user(addr) || !kp_host_load(&raw, addr, size, true)))
		return false;
	*v = (u64)kp_int_first(op->type, raw);
	return true;
}

static u64 bits(u64 v, const struct ktap_fetch *op)
{
	u32 low = op->imm & 255, n = (u32)(op->imm >> 8);

	v <<= 64 - low - n;
	return op->type >= KTAP_FT_S8 ? (u64)((s64)v >> (64 - n)) : v >> (64 - n);
}

static bool add_register(struct kp_event *ev, s64 imm, u64 *v)
{
	u64 with;

	if (!kp_host_source(ev, KTAP_FETCH_REG, imm, &with))
		return false;
	*v += with;
	return true;
}

/* A raw tracepoint's are words already, as many as its fetches take. */
static bool argument(struct kp_event *ev, s64 n, u64 *v)
{
	if (ev->probe->kind != KTAP_EV_RAW)
		return kp_host_source(ev, KTAP_FETCH_ARG, n, v);
	*v = ((const u64 *)ev->regs)[n];
	return true;
}

static bool rare_step(struct kp_event *ev, const struct ktap_fetch *op, u64 *v)
{
	switch (op->op) {
	case KTAP_FETCH_IMM:
		*v = (u64)op->imm;
		return true;
	case KTAP_FETCH_ADDREG:
		return add_register(ev, op->imm, v);
	case KTAP_FETCH_SHL:
		*v <<= op->imm;
		return true;
	case KTAP_FETCH_ULOAD:
		return load(v, op, true);
	case KTAP_FETCH_BITS:
		*v = bits(*v, op);
		return true;
	default:
		return kp_host_source(ev, op->op, op->imm, v);
	}
}

/* A long switch is a search, since indirect jumps are dear: most are one of three. */
static bool walk(struct kp_event *ev, const struct ktap_fetch *op, u32 n, u64 *v)
{
	const struct ktap_fetch *end = op + n;
	bool good = true;

	*v = 0;
	for (; op < end && good; op++) {
		if (op->op == KTAP_FETCH_LOAD)
			good = load(v, op, false);
		else if (op->op == KTAP_FETCH_ARG)
			good = argument(ev, op->imm, v);
		else if (op->op == KTAP_FETCH_ADD)
			*v += (u64)op->imm;
		else
			good = rare_step(ev, op, v);
	}
	return good;
}

/* Arguments beyond these may be on the stack. */
#define QUICK_ARGS	6

static bool is_quick(const struct ktap_fetch *op)
{
	switch (op->op) {
	case KTAP_FETCH_ARG:
		return op->imm < QUICK_ARGS;
	case KTAP_FETCH_REG:
	case KTAP_FETCH_RETVAL:
	case KTAP_FETCH_IMM:
	case KTAP_FETCH_ADD:
	case KTAP_FETCH_ADDREG:
	case KTAP_FETCH_SHL:
	case KTAP_FETCH_BITS:
		return true;
	default:
		return false;
	}
}

bool kp_fetch_is_quick(const struct ktap_fetch *op, u32 n)
{
	while (n--)
		if (!is_quick(&op[n]))
			return false;
	return true;
}

bool kp_fetch_number(struct kp_event *ev, const struct ktap_field *f, s64 *out)
{
	u64 v;

	if (!walk(ev, ev->probe->fetch + f->offset, f->size, &v))
		return false;
	*out = kp_int_cut(f->type, v);
	return true;
}

static bool from_user(const struct ktap_fetch *last, u64 v)
{
	if (last->op == KTAP_FETCH_ANYSTR)
		return kp_host_is_user(v);
	return last->op == KTAP_FETCH_USTR || last->op == KTAP_FETCH_UBYTES;
}

static bool up_to_nul(const struct ktap_fetch *last, u32 type)
{
	return last->op == KTAP_FETCH_STR || last->op == KTAP_FETCH_USTR ||
	       last->op == KTAP_FETCH_ANYSTR || type == KTAP_FT_CHARS;
}

/* How many bytes are wanted, of at most `limit`. */
static u32 wanted(const struct ktap_fetch *last, u32 limit)
{
	return last->imm && last->imm < limit ? (u32)last->imm : limit;
}

/* Counts a string of `len` bytes from v on that is whole only by chance, if at all. */
static void note_limit(struct kp_ctx *ctx, const struct ktap_fetch *last, u64 v, u32 len, u32 limit)
{
	if (len == limit && (!last->imm || last->imm > limit))
		kp_note_cut(ctx, v + len, from_user(last, v));
}

static bool comm(struct kp_ctx *ctx, struct kp_value *out)
{
	u64 name[KP_COMM_BYTES / 8];
	u32 len = kp_comm(name);

	return kp_temp_string(ctx, (char *)name, len, out);
}

static bool read_text(struct kp_ctx *ctx, const struct ktap_fetch *last, u32 type, u64 v,
		      struct kp_value *out)
{
	u32 limit = ctx->vm->opts.max_string;

	if (!kp_read_string(ctx, v, wanted(last, limit), from_user(last, v), up_to_nul(last, type), out))
		return false;
	if (out->tag == KTAP_T_STR)
		note_limit(ctx, last, v, out->str->len, limit);
	return true;
}

/* What ends with a string or bytes. */
static bool fetch_text(struct kp_ctx *ctx, const struct ktap_field *f, const struct ktap_fetch *op,
		       struct kp_value *out)
{
	const struct ktap_fetch *last = op + f->size - 1;
	u64 v;

	if (last->op == KTAP_FETCH_COMM)
		return comm(ctx, out);
	if (!walk(ctx->ev, op, f->size - 1u, &v))
		return kp_fault(ctx, out);
	return read_text(ctx, last, f->type, v, out);
}

bool kp_fetch_value(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out)
{
	s64 n;

	if (!kp_is_int_type(f->type))
		return fetch_text(ctx, f, ctx->ev->probe->fetch + f->offset, out);
	if (!kp_fetch_number(ctx->ev, f, &n))
		return kp_fault(ctx, out);
	*out = kp_int(n);
	return true;
}

/* --- the record for the event's text --- */

struct record {
	u64 have;
	u64 word[];
};

static int put_comm(u8 *to, u32 room)
{
	u64 name[KP_COMM_BYTES / 8];
	u32 len = kp_comm(name);

	if (len > room)
		len = room;
	memcpy(to, name, len);
	return (int)len;
}

/* The bytes of a text at `at` in the record: how many, -1 after a fault. */
static int put_text(struct kp_ctx *ctx, const struct ktap_fetch *last, u32 type, u64 v,
		    u8 *record, u32 at)
{
	u32 room = KTAP_FETCH_RECORD - at;
	int len;

	if (last->op == KTAP_FETCH_COMM)
		return put_comm(record + at, room);
	len = kp_read_bytes((char *)record + at, v, wanted(last, room), from_user(last, v),
			    up_to_nul(last, type));
	if (len >= 0)
		note_limit(ctx, last, v, (u32)len, room);
	return len;
}

/* One argument: its word, and perhaps bytes behind all that is there. Returns the end. */
static u32 put_arg(struct kp_ctx *ctx, struct kp_event *ev, u32 n, u8 *record, u32 end)
{
	const struct ktap_field *f = &ev->probe->args[n];
	const struct ktap_fetch *op = ev->probe->fetch + f->offset;
	bool text = !kp_is_int_type(f->type);
	struct record *r = (void *)record;
	int len = 0;
	u64 v;

	r->word[n] = 0;
	if (f->source != KTAP_SRC_FETCH || !walk(ev, op, f->size - text, &v))
		return end;
	if (text)
		len = put_text(ctx, &op[f->size - 1], f->type, v, record, end);
	if (len < 0)
		return end;
	r->have |= 1ull << n;
	r->word[n] = text ? (u64)len << 16 | end : (u64)kp_int_cut(f->type, v);
	return end + (u32)len;
}

u32 kp_fetch_record(struct kp_ctx *ctx, struct kp_event *ev, u8 *record)
{
	struct record *r = (void *)record;
	u32 i, n = ev->probe->nargs, end = (u32)sizeof(*r) + n * 8;

	r->have = 0;
	for (i = 0; i < n; i++) {
		end = put_arg(ctx, ev, i, record, end);
		if (!(r->have >> i & 1) && ev->probe->args[i].source == KTAP_SRC_FETCH)
			kp_count_fault(ctx);
	}
	return end;
}
