// SPDX-License-Identifier: GPL-2.0
/*
 * event.c - fields, text and context of an event.
 */
#include <ktap/record.h>

#include "event.h"
#include "comm.h"
#include "ctx.h"
#include "fetch.h"
#include "host.h"
#include "memory.h"
#include "str.h"

static void have_words(struct kp_event *ev)
{
	if (!ev->nwords)
		kp_host_event_words(ev);
}

static bool is_syscall(const struct kp_event *ev)
{
	return ev->probe->kind == KTAP_EV_SYS_ENTER || ev->probe->kind == KTAP_EV_SYS_EXIT;
}

/* What such an event's text is made of is fetched once, when it is first wanted. */
static void have_record(struct kp_event *ev)
{
	if (ev->rec || !ev->probe->fetch)
		return;
	ev->rec_len = kp_fetch_record(ev->ctx, ev, ev->ctx->fetched);
	ev->rec = ev->ctx->fetched;
}

u32 kp_event_text_len(struct kp_event *ev)
{
	have_record(ev);
	if (!is_syscall(ev))
		return sizeof(struct ktap_evtext) + ev->rec_len;
	have_words(ev);
	return sizeof(struct ktap_evtext) + ev->nwords * sizeof(ev->word[0]);
}

void kp_event_text_write(struct kp_event *ev, void *out)
{
	struct ktap_evtext *text = out;
	u32 len = kp_event_text_len(ev) - sizeof(*text);

	text->probe = ev->probe->id;
	text->reserved = 0;
	if (len)
		memcpy(text + 1, is_syscall(ev) ? (const void *)ev->word : ev->rec, len);
}

void kp_event_text_fill(struct kp_event *ev, struct kp_str *s)
{
	s->len = kp_event_text_len(ev);
	s->hash = 0;
	if (s->len % 8)
		memset(s->data + s->len - s->len % 8, 0, 8);
	kp_event_text_write(ev, s->data);
}

static bool word_field(struct kp_event *ev, const struct ktap_field *f, struct kp_value *out)
{
	have_words(ev);
	if (f->offset < ev->nwords)
		*out = kp_int(kp_int_cut(f->type, ev->word[f->offset]));
	return true;
}

static bool text_field(struct kp_ctx *ctx, const char *text, u32 len, struct kp_value *out)
{
	if (len > ctx->vm->opts.max_string) {
		len = ctx->vm->opts.max_string;
		kp_count_cut(ctx);
	}
	return kp_temp_string(ctx, text, len, out);
}

/* The bytes from `off` on, `len` of them, up to a NUL if it is text. */
static bool bytes_field(struct kp_ctx *ctx, u32 off, u32 len, bool text,
			struct kp_value *out)
{
	struct kp_event *ev = ctx->ev;

	if (off > ev->rec_len || len > ev->rec_len - off)
		return kp_fault(ctx, out);
	if (text)
		len = kp_text_len((const char *)ev->rec + off, len);
	return text_field(ctx, (const char *)ev->rec + off, len, out);
}

/* A word in the record that tells where the bytes are. */
static bool located_field(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out)
{
	bool rel = f->type == KTAP_FT_REL_LOC || f->type == KTAP_FT_REL_LOC_BYTES;
	bool text = f->type == KTAP_FT_DATA_LOC || f->type == KTAP_FT_REL_LOC;
	u32 where;

	memcpy(&where, (const u8 *)ctx->ev->rec + f->offset, sizeof(where));
	return bytes_field(ctx, (where & 0xffff) + (rel ? f->offset + 4 : 0),
			   where >> 16, text, out);
}

static u32 fixed_size(const struct ktap_field *f)
{
	static const u8 size[] = {
#define _(name, bytes) bytes,
		KTAP_FIELD_TYPES(_)
#undef _
	};

	return size[f->type] ? size[f->type] : f->size;
}

static bool record_field(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out)
{
	struct kp_event *ev = ctx->ev;

	if (!ev->rec || f->offset > ev->rec_len || fixed_size(f) > ev->rec_len - f->offset)
		return kp_fault(ctx, out);
	switch (f->type) {
	case KTAP_FT_CHARS:
	case KTAP_FT_BYTES:
		return bytes_field(ctx, f->offset, f->size, f->type == KTAP_FT_CHARS, out);
	case KTAP_FT_DATA_LOC:
	case KTAP_FT_REL_LOC:
	case KTAP_FT_DATA_LOC_BYTES:
	case KTAP_FT_REL_LOC_BYTES:
		return located_field(ctx, f, out);
	default:
		*out = kp_int(kp_int_load(f->type, (const u8 *)ev->rec + f->offset));
		return true;
	}
}

static bool derived_field(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out)
{
	const struct kp_event *ev = ctx->ev;
	kp_derive_fn *get = ev->probe->derive[f->offset];
	char text[KP_DERIVED_TEXT];

	if (f->type != KTAP_FT_CHARS) {
		*out = kp_int((s64)get(ev->regs, NULL));
		return true;
	}
	get(ev->regs, text);
	return text_field(ctx, text, kp_text_len(text, f->size), out);
}

bool kp_event_field(struct kp_ctx *ctx, const struct ktap_field *f, struct kp_value *out)
{
	*out = kp_nil();
	if (f->source == KTAP_SRC_WORD)
		return word_field(ctx->ev, f, out);
	if (f->source == KTAP_SRC_RECORD)
		return record_field(ctx, f, out);
	if (f->source == KTAP_SRC_FETCH)
		return kp_fetch_value(ctx, f, out);
	if (f->source == KP_SRC_DERIVED)
		return derived_field(ctx, f, out);
	return true;
}

static u32 visible(const struct kp_probe *probe)
{
	return probe->nargs - probe->nhidden;
}

bool kp_event_arg(struct kp_ctx *ctx, s64 n, struct kp_value *out)
{
	*out = kp_nil();
	if (!ctx->ev || n < 0 || n >= visible(ctx->ev->probe))
		return true;
	return kp_event_field(ctx, &ctx->ev->probe->args[n], out);
}

static bool named(const struct kp_value *v, const char *name)
{
	size_t len = strlen(name);

	return v->str->len == len && !memcmp(v->str->data, name, len);
}

/* e.sc_nr, e.sc_arg1 to 6 of entries; e.retval of exits. */
static bool syscall_member(struct kp_ctx *ctx, const struct kp_value *name,
			   struct kp_value *out)
{
	const struct kp_str *s = name->str;
	u32 kind = ctx->ev->probe->kind;

	if (named(name, "sc_nr"))
		return kp_event_arg(ctx, 0, out);
	if (named(name, "retval"))
		return kind == KTAP_EV_SYS_EXIT ? kp_event_arg(ctx, 1, out) : true;
	if (kind == KTAP_EV_SYS_ENTER && s->len == 7 && !memcmp(s->data, "sc_arg", 6) &&
	    s->data[6] >= '1' && s->data[6] <= '6')
		return kp_event_arg(ctx, s->data[6] - '0', out);
	return true;
}

bool kp_event_member(struct kp_ctx *ctx, const struct kp_value *name, struct kp_value *out)
{
	*out = kp_nil();
	if (!ctx->ev || name->tag != KTAP_T_STR)
		return true;
	if (named(name, "name"))
		*out = kp_objval(ctx->ev->probe->name);
	else if (named(name, "tostring"))
		*out = (struct kp_value){ .tag = KTAP_T_BUILTIN, .i = KTAP_BI_EVTEXT };
	else if (named(name, "field"))
		*out = (struct kp_value){ .tag = KTAP_T_BUILTIN, .i = KTAP_BI_EVFIELD };
	else if (named(name, "fieldnum"))
		*out = kp_int(visible(ctx->ev->probe));
	else if (is_syscall(ctx->ev))
		return syscall_member(ctx, name, out);
	return true;
}

/* Made whole and then cut, so that copying is two words whatever the length. */
static bool comm(struct kp_ctx *ctx, struct kp_value *out)
{
	struct kp_str *s;

	if (!kp_temp_reserve(ctx, kp_str_size(KP_COMM_BYTES)))
		return false;
	s = kp_temp_str(ctx, KTAP_T_STR, KP_COMM_BYTES);
	s->len = kp_comm((u64 *)s->data);
	*out = kp_objval(s);
	return true;
}

/* What belongs to an event is nil where there is none. */
static bool event_var(struct kp_ctx *ctx, u32 var, struct kp_value *out)
{
	*out = kp_nil();
	if (!ctx->ev)
		return true;
	switch (var) {
	case KTAP_CTX_PROBENAME:
	case KTAP_CTX_FUNC:
		*out = kp_objval(ctx->ev->probe->name);
		break;
	case KTAP_CTX_ARGSTR:
		*out = (struct kp_value){ .tag = KTAP_T_EVTEXT };
		break;
	case KTAP_CTX_EVENT:
		*out = (struct kp_value){ .tag = KTAP_T_EVENT };
		break;
	}
	return true;
}

static bool fresh_var(struct kp_ctx *ctx, u32 var, struct kp_value *out)
{
	switch (var) {
	case KTAP_CTX_PROBENAME:
	case KTAP_CTX_FUNC:
	case KTAP_CTX_ARGSTR:
	case KTAP_CTX_EVENT:
		return event_var(ctx, var, out);
	case KTAP_CTX_EXECNAME:
		return comm(ctx, out);
	case KTAP_CTX_NSECS:
		*out = kp_int((s64)kp_host_now());
		return true;
	default:
		*out = kp_int(kp_host_ctxvar(ctx, var));
		return true;
	}
}

/* Asked for once per event; the main chunk lives longer than an answer. */
bool kp_ctxvar(struct kp_ctx *ctx, u32 var, struct kp_value *out)
{
	u32 bit = 1u << var;

	if (ctx->have & bit) {
		*out = ctx->cached[var];
		return true;
	}
	if (!fresh_var(ctx, var, out))
		return false;
	if (ctx->level != KP_LEVEL_PROCESS) {
		ctx->cached[var] = *out;
		ctx->have |= bit;
	}
	return true;
}
