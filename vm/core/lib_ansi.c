// SPDX-License-Identifier: GPL-2.0
/*
 * lib_ansi.c - the terminal: control sequences, printed where they are called.
 */
#include <ktap/record.h>

#include "emit.h"
#include "library.h"
#include "str.h"

#define MAX_SEQUENCE	80	/* three numbers and what is around them */

/* As a format without conversions: no sequence has a percent sign. */
static int send(struct kp_ctx *ctx, struct kp_value *v, const char *bytes, u32 len)
{
	if (!kp_temp_string(ctx, bytes, len, v))
		return -1;
	return kp_no_result(kp_emit_values(ctx, KTAP_REC_PRINTF, v, 1));
}

/* "ESC [ a ; b ; c m" of `want` integers. */
static int graphics(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n, u32 want)
{
	static const struct kp_value none = { .tag = KTAP_T_NIL };
	char text[MAX_SEQUENCE] = "\033[";
	u32 i, len = 2;

	for (i = 0; i < want; i++) {
		if (i >= n || v[i].tag != KTAP_T_INT)
			return kp_bad_arg(ctx, id, i + 1, i < n ? &v[i] : &none, KTAP_T_INT);
		if (i)
			text[len++] = ';';
		len += kp_format_int(text + len, v[i].i);
	}
	text[len++] = 'm';
	return send(ctx, v, text, len);
}

int kp_bi_ANSI_CLEAR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return send(ctx, v, "\033[2J\033[1;1H", 10);
}

int kp_bi_ANSI_COLOR(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return graphics(ctx, KTAP_BI_ANSI_COLOR, v, n, 1);
}

int kp_bi_ANSI_COLOR2(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	return graphics(ctx, KTAP_BI_ANSI_COLOR2, v, n, 2);
}

/* An attribute of 0 would undo the colours: it is left out. */
int kp_bi_ANSI_COLOR3(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	bool none = n > 2 && v[2].tag == KTAP_T_INT && !v[2].i;

	return graphics(ctx, KTAP_BI_ANSI_COLOR3, v, n, none ? 2 : 3);
}

int kp_bi_ANSI_RESET(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return send(ctx, v, "\033[0;0m", 6);
}

int kp_bi_ANSI_NEW_LINE(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	(void)n;
	return send(ctx, v, "\n", 1);
}
