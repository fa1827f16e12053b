// SPDX-License-Identifier: GPL-2.0
/*
 * memory.c - integers, strings and bytes at an address.
 */
#include "memory.h"
#include "ctx.h"
#include "host.h"
#include "str.h"

#define PAGE	4096u	/* of the smallest machine: a piece inside one is there or not */

u32 kp_text_len(const char *p, u32 n)
{
	u32 i = 0;

	while (i < n && p[i])
		i++;
	return i;
}

void kp_count_fault(struct kp_ctx *ctx)
{
	atomic64_inc(&ctx->vm->faults);
	kp_host_count(ctx->ev, KP_COUNT_FAULT);
}

void kp_count_cut(struct kp_ctx *ctx)
{
	atomic64_inc(&ctx->vm->truncated);
	kp_host_count(ctx->ev, KP_COUNT_CUT);
}

bool kp_fault(struct kp_ctx *ctx, struct kp_value *out)
{
	kp_count_fault(ctx);
	*out = kp_nil();
	return true;
}

void kp_note_cut(struct kp_ctx *ctx, u64 at, bool user)
{
	char next;

	if (kp_host_read(&next, at, 1, user) && next)
		kp_count_cut(ctx);
}

/* How much of `left` can be tried in one piece: a few words, not past the page. */
static u32 piece_at(u64 addr, u32 left)
{
	u32 n = 64, page = PAGE - (u32)(addr & (PAGE - 1));

	n = n < page ? n : page;
	return n < left ? n : left;
}

int kp_read_bytes(char *to, u64 addr, u32 max, bool user, bool text)
{
	u32 len = 0, n, end;

	for (; len < max; len += n) {
		n = piece_at(addr + len, max - len);
		if (!kp_host_read(to + len, addr + len, n, user))
			return -1;
		end = text ? kp_text_len(to + len, n) : n;
		if (end < n)
			return (int)(len + end);
	}
	return (int)len;
}

bool kp_read_string(struct kp_ctx *ctx, u64 addr, u32 max, bool user, bool text,
		    struct kp_value *out)
{
	struct kp_str *s;
	int len;

	if (!kp_temp_reserve(ctx, kp_str_size(max)))
		return false;
	s = kp_temp_str(ctx, KTAP_T_STR, max);
	len = kp_read_bytes(s->data, addr, max, user, text);
	kp_temp_shorten(ctx, s, len < 0 ? 0 : (u32)len);
	if (len < 0)
		return kp_fault(ctx, out);
	*out = kp_objval(s);
	return true;
}
