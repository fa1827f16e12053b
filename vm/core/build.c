// SPDX-License-Identifier: GPL-2.0
/*
 * build.c - strings that are written piece by piece, and values as text.
 */
#include "build.h"
#include "builtin.h"
#include "ctx.h"
#include "ops.h"
#include "stack.h"
#include "str.h"
#include "tab.h"

#define TABLE_DEPTH	4	/* as in records */

bool kp_build_begin(struct kp_ctx *ctx, struct kp_build *b)
{
	b->ctx = ctx;
	b->len = 0;
	b->room = ctx->vm->opts.max_string;
	if (!kp_temp_reserve(ctx, kp_str_size(b->room)))
		return false;
	b->data = ((struct kp_str *)(ctx->half[0] + ctx->used))->data;
	return true;
}

void kp_build_add(struct kp_build *b, const void *bytes, size_t len)
{
	if (b->len + len <= b->room)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
}

void kp_build_fill(struct kp_build *b, char c, size_t n)
{
	if (b->len + n <= b->room)
		memset(b->data + b->len, c, n);
	b->len += n;
}

void kp_build_text(struct kp_build *b, const char *text)
{
	kp_build_add(b, text, strlen(text));
}

/* Making the string clears its last word, for the padding: that word is put back. */
bool kp_build_end(struct kp_build *b, struct kp_value *out)
{
	struct kp_str *s;
	u32 len, tail;
	char last[8];

	if (b->len > b->room)
		return kp_fail2(b->ctx, KTAP_E_R_STRLEN, kp_int((s64)b->len), kp_int(b->room));
	len = (u32)b->len;
	tail = len ? (len - 1) % 8 + 1 : 0;
	memcpy(last, b->data + len - tail, tail);
	s = kp_temp_str(b->ctx, KTAP_T_STR, len);
	memcpy(s->data + len - tail, last, tail);
	*out = kp_objval(s);
	return true;
}

/* --- values --- */

static void add_int(struct kp_build *b, s64 n)
{
	char digits[20];

	kp_build_add(b, digits, kp_format_int(digits, n));
}

static void add_address(struct kp_build *b, u64 n)
{
	char digits[18];
	u32 at = sizeof(digits);

	do
		digits[--at] = "0123456789abcdef"[n & 15];
	while (n >>= 4);
	digits[--at] = 'x';
	digits[--at] = '0';
	kp_build_add(b, digits + at, sizeof(digits) - at);
}

/* Names are the reader's to know: here a frame is a number. */
static void add_frames(struct kp_build *b, const struct kp_str *s)
{
	u32 i;

	for (i = 0; i < kp_stack_depth(s); i++) {
		kp_build_text(b, i ? " " : "");
		add_address(b, kp_stack_frames(s)[i]);
	}
}

static void add_function(struct kp_build *b, const struct kp_fn *fn)
{
	const struct kp_str *name = fn->prog->str[fn->name];

	kp_build_text(b, "function: ");
	kp_build_add(b, name->data, name->len);
}

static bool add_value(struct kp_build *b, const struct kp_value *v, u32 depth);

static bool add_tuple(struct kp_build *b, const struct kp_tuple *t)
{
	u32 i;

	for (i = 0; i < t->n; i++) {
		if (i)
			kp_build_text(b, ", ");
		if (!add_value(b, &t->v[i], TABLE_DEPTH))
			return false;
	}
	return true;
}

static bool add_entry(struct kp_build *b, const struct kp_value *key,
		      const struct kp_value *val, u32 depth)
{
	bool tuple = key->tag == KTAP_T_TUPLE, ok;

	kp_build_text(b, tuple ? "[" : "");
	ok = add_value(b, key, depth);
	kp_build_text(b, tuple ? "]: " : ": ");
	return ok && add_value(b, val, depth);
}

/* Ends where the room does: every entry adds some bytes. */
static bool add_table(struct kp_build *b, struct kp_tab *t, u32 depth)
{
	struct kp_value it, key, val;
	bool first = true, row, ok = true;

	kp_build_text(b, "{");
	kp_tab_iter(t, &it);
	for (; b->len <= b->room && (ok = kp_op_next_row(b->ctx, &it, &key, &val, &row)) && row; first = false) {
		if (depth == TABLE_DEPTH) {
			kp_build_text(b, "...");
			break;
		}
		kp_build_text(b, first ? "" : ", ");
		if (!add_entry(b, &key, &val, depth + 1))
			return false;
	}
	kp_build_text(b, "}");
	return ok;
}

static bool add_value(struct kp_build *b, const struct kp_value *v, u32 depth)
{
	switch (v->tag) {
	case KTAP_T_NIL:	kp_build_text(b, "nil"); return true;
	case KTAP_T_FALSE:	kp_build_text(b, "false"); return true;
	case KTAP_T_TRUE:	kp_build_text(b, "true"); return true;
	case KTAP_T_INT:	add_int(b, v->i); return true;
	case KTAP_T_ADDR:	add_address(b, (u64)v->i); return true;
	case KTAP_T_STR:	kp_build_add(b, v->str->data, v->str->len); return true;
	case KTAP_T_STACK:
	case KTAP_T_UADDR:	add_frames(b, v->str); return true;
	case KTAP_T_FUNC:	add_function(b, v->fn->fn); return true;
	case KTAP_T_TUPLE:	return add_tuple(b, v->tuple);
	case KTAP_T_TABLE:	return add_table(b, v->tab, depth);
	case KTAP_T_BUILTIN:
		kp_build_text(b, "function: ");
		kp_build_text(b, kp_builtin_name((u32)v->i));
		return true;
	default:
		return false;
	}
}

bool kp_build_value(struct kp_build *b, const struct kp_value *v)
{
	return add_value(b, v, 0);
}
