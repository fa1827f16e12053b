// SPDX-License-Identifier: GPL-2.0
/*
 * lib_net.c - addresses of the network, as text and out of the kernel's sockets.
 */
#include "ctx.h"
#include "host.h"
#include "library.h"
#include "memory.h"
#include "str.h"

#define V6_TEXT	40u	/* eight groups of four digits, colons between */

struct text {
	char at[V6_TEXT];
	u32 len;
};

static void put(struct text *t, char c)
{
	t->at[t->len++] = c;
}

static void put_v4(struct text *t, const u8 *b)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		if (i)
			put(t, '.');
		t->len += kp_format_int(t->at + t->len, b[i]);
	}
}

static u32 group(const u8 *b, u32 i)
{
	return (u32)b[2 * i] << 8 | b[2 * i + 1];
}

static u32 zeros_from(const u8 *b, u32 i)
{
	u32 n = 0;

	while (i + n < 8 && !group(b, i + n))
		n++;
	return n;
}

/* The longest run of two or more zero groups, the first of equals; *n = 0: none. */
static u32 longest_zeros(const u8 *b, u32 *n)
{
	u32 i, at = 8;

	*n = 1;
	for (i = 0; i < 8; i++)
		if (zeros_from(b, i) > *n) {
			at = i;
			*n = zeros_from(b, i);
		}
	return at;
}

static void put_hex(struct text *t, u32 n)
{
	int shift = 12;

	while (shift && !(n >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put(t, "0123456789abcdef"[n >> shift & 15]);
}

static void put_v6(struct text *t, const u8 *b)
{
	u32 i, n, gap = longest_zeros(b, &n);

	for (i = 0; i < 8; i++) {
		if (i == gap) {
			put(t, ':');
			i += n - 1;
			if (i == 7)
				put(t, ':');
			continue;
		}
		if (i)
			put(t, ':');
		put_hex(t, group(b, i));
	}
}

/* The number as it stands in memory: the first byte of the address first. */
int kp_bi_FORMAT_IP_ADDR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct text t = { .len = 0 };
	u32 addr;

	if (!n || v[0].tag != KTAP_T_INT)
		return kp_bad_arg(ctx, KTAP_BI_FORMAT_IP_ADDR, 1, v, KTAP_T_INT);
	addr = (u32)v[0].i;
	put_v4(&t, (const u8 *)&addr);
	return kp_temp_string(ctx, t.at, t.len, v) ? 1 : -1;
}

/* Four bytes or sixteen; anything else is no address, and gives nil. */
int kp_bi_NTOP(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct text t = { .len = 0 };

	if (!n || v[0].tag != KTAP_T_STR)
		return kp_bad_arg(ctx, KTAP_BI_NTOP, 1, v, KTAP_T_STR);
	if (v[0].str->len == 4)
		put_v4(&t, (const u8 *)v[0].str->data);
	else if (v[0].str->len == 16)
		put_v6(&t, (const u8 *)v[0].str->data);
	else
		return v[0] = kp_nil(), 1;
	return kp_temp_string(ctx, t.at, t.len, v) ? 1 : -1;
}

static int sock_addr(struct kp_ctx *ctx, struct kp_value *v, u32 n, u32 id, bool dest)
{
	u32 addr;

	if (!n || (v[0].tag != KTAP_T_INT && v[0].tag != KTAP_T_ADDR))
		return kp_bad_arg(ctx, id, 1, v, KTAP_T_INT);
	if (kp_host_read(&addr, (u64)v[0].i + kp_host_sock_offset(dest), sizeof(addr), false)) {
		v[0] = kp_int(addr);
		return 1;
	}
	kp_count_fault(ctx);
	v[0] = kp_nil();
	return 1;
}

int kp_bi_IP_SOCK_SADDR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return sock_addr(ctx, v, n, KTAP_BI_IP_SOCK_SADDR, false);
}

int kp_bi_IP_SOCK_DADDR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return sock_addr(ctx, v, n, KTAP_BI_IP_SOCK_DADDR, true);
}
