// SPDX-License-Identifier: GPL-2.0
/*
 * lib_match.c - find and match: what a pattern finds in a string.
 */
#include "library.h"
#include "pattern.h"
#include "str.h"

/* Subject, pattern, and where to begin. False: failed. */
static bool prepare(struct kp_ctx *ctx, u32 id, struct kp_value *v, u32 n, struct kp_match *m,
		    s64 *at)
{
	s64 from = 1;

	if (!kp_want_str(ctx, id, v, n, 1) || !kp_want_str(ctx, id, v, n, 2) ||
	    !kp_want_int(ctx, id, v, n, 3, &from) || !kp_match_reserve(ctx))
		return false;
	kp_match_init(m, ctx, v[0].str, v[1].str);
	*at = kp_str_first(from, m->nsrc) - 1;
	return true;
}

static int nothing(const struct kp_match *m, struct kp_value *v)
{
	if (m->broken)
		return -1;
	v[0] = kp_nil();
	return 1;
}

/* Room for the captures, which are all closed. False: failed. */
static bool reserve_captures(struct kp_ctx *ctx, const struct kp_match *m)
{
	size_t bytes = 0;
	u32 i;

	for (i = 0; i < m->ncapture; i++) {
		if (m->capture[i].len == KP_CAPTURE_OPEN)
			return kp_fail0(ctx, KTAP_E_R_PATOPEN);
		if (m->capture[i].len >= 0)
			bytes += kp_str_size((u32)m->capture[i].len);
	}
	return kp_temp_reserve(ctx, bytes);
}

/* The captures as values, from the subject, wherever it has moved. */
static void write_captures(struct kp_ctx *ctx, const struct kp_match *m,
			   const struct kp_str *src, struct kp_value *out)
{
	struct kp_str *s;
	u32 i;

	for (i = 0; i < m->ncapture; i++) {
		if (m->capture[i].len == KP_CAPTURE_POSITION) {
			out[i] = kp_int((s64)m->capture[i].at + 1);
			continue;
		}
		s = kp_temp_str(ctx, KTAP_T_STR, (u32)m->capture[i].len);
		memcpy(s->data, src->data + m->capture[i].at, s->len);
		out[i] = kp_objval(s);
	}
}

static int results(struct kp_ctx *ctx, const struct kp_match *m, struct kp_value *v, u32 before)
{
	if (!kp_stack_room(ctx, v + before + m->ncapture) || !reserve_captures(ctx, m))
		return -1;
	write_captures(ctx, m, v[0].str, v + before);
	return (int)(before + m->ncapture);
}

int kp_bi_MATCH(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_match m;
	s64 from;
	u32 at;

	if (!prepare(ctx, KTAP_BI_MATCH, v, n, &m, &from))
		return -1;
	at = (u32)from;
	if (from > m.nsrc || !kp_match_from(&m, &at))
		return nothing(&m, v);
	if (!m.ncapture) {
		m.capture[m.ncapture].at = at;
		m.capture[m.ncapture++].len = (s32)(m.s - at);
	}
	return results(ctx, &m, v, 0);
}

static bool find_plain(struct kp_match *m, u32 *at)
{
	*at = kp_match_plain(m, *at);
	m->ncapture = 0;
	m->s = *at + m->npat;
	return *at != ~0u;
}

int kp_bi_FIND(struct kp_ctx *ctx, struct kp_value *v, u32 n)
{
	struct kp_match m;
	bool plain;
	s64 from;
	u32 at;
	int got;

	if (!prepare(ctx, KTAP_BI_FIND, v, n, &m, &from))
		return -1;
	plain = (n > 3 && kp_is_true(&v[3])) || kp_match_is_plain(v[1].str);
	at = (u32)from;
	if (from > m.nsrc || !(plain ? find_plain(&m, &at) : kp_match_from(&m, &at)))
		return nothing(&m, v);
	got = results(ctx, &m, v, 2);
	v[0] = kp_int((s64)at + 1);
	v[1] = kp_int(m.s);
	return got;
}
