// SPDX-License-Identifier: GPL-2.0
/*
 * pattern.c - Lua's patterns, by backtracking over an explicit list of choices.
 */
#include "pattern.h"
#include "budget.h"
#include "ctx.h"

/*
 * What to do when the way taken fails. GREEDY: one byte less of those that the item
 * matched, down to `least`. LAZY: one more. ORELSE: without the item. The others
 * undo a capture's beginning or end.
 */
enum choice_kind { GREEDY, LAZY, ORELSE, OPENED, CLOSED };

struct kp_choice {
	u32 s, p, ep;		/* where the item began to match; the item; its end */
	u32 n;			/* GREEDY: the next count to try */
	u8 kind;
	u8 capture;
	u16 least;
};

enum next { GO, FAIL, DONE };

static enum next broken(struct kp_match *m, u32 code)
{
	if (!m->broken)
		kp_fail0(m->ctx, code);
	m->broken = true;
	return FAIL;
}

/* Spends for having looked at some bytes. False: failed. */
static bool charge(struct kp_match *m, u32 bytes)
{
	m->ctx->steps -= bytes >> 3;
	if (likely(kp_spend(m->ctx)))
		return true;
	m->broken = true;
	return false;
}

static struct kp_choice *choose(struct kp_match *m, enum choice_kind kind, u32 ep)
{
	struct kp_choice *c;

	if (m->nchoice == KP_MAX_CHOICES) {
		broken(m, KTAP_E_R_PATDEEP);
		return NULL;
	}
	c = &m->choice[m->nchoice++];
	*c = (struct kp_choice){ .s = m->s, .p = m->p, .ep = ep, .kind = (u8)kind };
	return c;
}

/* --- one byte --- */

static bool between(u8 c, u8 lo, u8 hi)
{
	return c >= lo && c <= hi;
}

static bool is_alpha(u8 c)
{
	return between(c | 0x20, 'a', 'z');
}

static bool is_digit(u8 c)
{
	return between(c, '0', '9');
}

static bool is_graph(u8 c)
{
	return between(c, 0x21, 0x7e);
}

static bool is_alnum(u8 c)
{
	return is_alpha(c) || is_digit(c);
}

/* A letter behind '%'; in upper case it means all other bytes. */
static bool in_class(u8 c, u8 letter)
{
	bool in;

	switch (letter | 0x20) {
	case 'a': in = is_alpha(c); break;
	case 'c': in = c < 0x20 || c == 0x7f; break;
	case 'd': in = is_digit(c); break;
	case 'g': in = is_graph(c); break;
	case 'l': in = between(c, 'a', 'z'); break;
	case 'p': in = is_graph(c) && !is_alnum(c); break;
	case 's': in = c == ' ' || between(c, '\t', '\r'); break;
	case 'u': in = between(c, 'A', 'Z'); break;
	case 'w': in = is_alnum(c); break;
	case 'x': in = is_digit(c) || between(c | 0x20, 'a', 'f'); break;
	default: return c == letter;
	}
	return in == !!(letter & 0x20);
}

/* A set from its '[' at p to its ']' at end. */
static bool in_set(const struct kp_match *m, u8 c, u32 p, u32 end)
{
	const u8 *pat = m->pat;
	bool is = pat[p + 1] != '^';

	for (p += is ? 1 : 2; p < end; p++) {
		if (pat[p] == '%') {
			if (in_class(c, pat[++p]))
				return is;
		} else if (pat[p + 1] == '-' && p + 2 < end) {
			if (between(c, pat[p], pat[p + 2]))
				return is;
			p += 2;
		} else if (pat[p] == c) {
			return is;
		}
	}
	return !is;
}

/* Whether the item from p to ep takes the byte at s. */
static bool takes(struct kp_match *m, u32 s, u32 p, u32 ep)
{
	if (s >= m->nsrc || !charge(m, ep - p))
		return false;
	switch (m->pat[p]) {
	case '.': return true;
	case '%': return in_class(m->src[s], m->pat[p + 1]);
	case '[': return in_set(m, m->src[s], p, ep - 1);
	default: return m->src[s] == m->pat[p];
	}
}

/* The ']' may not come first: there it stands for itself. */
static bool set_end(struct kp_match *m, u32 p, u32 *ep)
{
	if (p < m->npat && m->pat[p] == '^')
		p++;
	do {
		if (p >= m->npat) {
			broken(m, KTAP_E_R_PATSET);
			return false;
		}
		if (m->pat[p++] == '%' && p < m->npat)
			p++;
	} while (p >= m->npat || m->pat[p] != ']');
	*ep = p + 1;
	return true;
}

/* Where the item at p ends. False: malformed. */
static bool item_end(struct kp_match *m, u32 p, u32 *ep)
{
	u8 c = m->pat[p++];

	if (c == '[')
		return set_end(m, p, ep);
	if (c == '%' && p == m->npat) {
		broken(m, KTAP_E_R_PATEND);
		return false;
	}
	*ep = p + (c == '%');
	return true;
}

/* --- items and what may follow them --- */

static enum next greedy(struct kp_match *m, u32 ep, u16 least)
{
	struct kp_choice *c;
	u32 n = 0;

	while (takes(m, m->s + n, m->p, ep))
		n++;
	if (n < least)
		return FAIL;
	if (n > least) {
		c = choose(m, GREEDY, ep);
		if (!c)
			return FAIL;
		c->n = n - 1;
		c->least = least;
	}
	m->s += n;
	m->p = ep + 1;
	return GO;
}

static enum next lazy(struct kp_match *m, u32 ep)
{
	if (!choose(m, LAZY, ep))
		return FAIL;
	m->p = ep + 1;
	return GO;
}

static enum next optional(struct kp_match *m, u32 ep)
{
	if (takes(m, m->s, m->p, ep)) {
		if (!choose(m, ORELSE, ep))
			return FAIL;
		m->s++;
	}
	m->p = ep + 1;
	return GO;
}

static enum next item(struct kp_match *m)
{
	u32 ep;

	if (!item_end(m, m->p, &ep))
		return FAIL;
	switch (ep < m->npat ? m->pat[ep] : 0) {
	case '*': return greedy(m, ep, 0);
	case '+': return greedy(m, ep, 1);
	case '-': return lazy(m, ep);
	case '?': return optional(m, ep);
	}
	if (!takes(m, m->s, m->p, ep))
		return FAIL;
	m->s++;
	m->p = ep;
	return GO;
}

static enum next open_capture(struct kp_match *m)
{
	bool position = m->p + 1 < m->npat && m->pat[m->p + 1] == ')';

	if (m->ncapture == KP_MAX_CAPTURES)
		return broken(m, KTAP_E_R_PATMANY);
	if (!choose(m, OPENED, 0))
		return FAIL;
	m->capture[m->ncapture].at = m->s;
	m->capture[m->ncapture].len = position ? KP_CAPTURE_POSITION : KP_CAPTURE_OPEN;
	m->ncapture++;
	m->p += position ? 2 : 1;
	return GO;
}

static enum next close_capture(struct kp_match *m)
{
	struct kp_choice *c;
	u32 i = m->ncapture;

	do
		if (!i--)
			return broken(m, KTAP_E_R_PATCLOSE);
	while (m->capture[i].len != KP_CAPTURE_OPEN);
	c = choose(m, CLOSED, 0);
	if (!c)
		return FAIL;
	c->capture = (u8)i;
	m->capture[i].len = (s32)(m->s - m->capture[i].at);
	m->p++;
	return GO;
}

/* %1: what a capture holds, once more. */
static enum next same_again(struct kp_match *m)
{
	u32 i = m->pat[m->p + 1] - '1';
	u32 len;

	if (i >= m->ncapture || m->capture[i].len == KP_CAPTURE_OPEN)
		return broken(m, KTAP_E_R_PATREF);
	if (m->capture[i].len < 0)
		return FAIL;
	len = (u32)m->capture[i].len;
	if (len > m->nsrc - m->s || !charge(m, len) ||
	    memcmp(m->src + m->capture[i].at, m->src + m->s, len))
		return FAIL;
	m->s += len;
	m->p += 2;
	return GO;
}

/* %bxy */
static enum next balanced(struct kp_match *m)
{
	u32 at = m->s, open = 1;

	if (m->npat - m->p < 4)
		return broken(m, KTAP_E_R_PATBAL);
	if (at >= m->nsrc || m->src[at] != m->pat[m->p + 2])
		return FAIL;
	while (open) {
		if (++at >= m->nsrc || !charge(m, 0))
			return FAIL;
		if (m->src[at] == m->pat[m->p + 3])
			open--;
		else if (m->src[at] == m->pat[m->p + 2])
			open++;
	}
	m->s = at + 1;
	m->p += 4;
	return GO;
}

/* %f[set]: here begins what the set takes; the subject lies between NULs. */
static enum next frontier(struct kp_match *m)
{
	u32 set = m->p + 2, ep;
	u8 before = m->s ? m->src[m->s - 1] : 0, here = m->s < m->nsrc ? m->src[m->s] : 0;

	if (set >= m->npat || m->pat[set] != '[')
		return broken(m, KTAP_E_R_PATFRONT);
	if (!item_end(m, set, &ep) || !charge(m, ep - set))
		return FAIL;
	if (in_set(m, before, set, ep - 1) || !in_set(m, here, set, ep - 1))
		return FAIL;
	m->p = ep;
	return GO;
}

static enum next escaped(struct kp_match *m)
{
	u8 c = m->p + 1 < m->npat ? m->pat[m->p + 1] : 0;

	if (c == 'b')
		return balanced(m);
	if (c == 'f')
		return frontier(m);
	return is_digit(c) ? same_again(m) : item(m);
}

static enum next step(struct kp_match *m)
{
	if (m->p == m->npat)
		return DONE;
	switch (m->pat[m->p]) {
	case '(': return open_capture(m);
	case ')': return close_capture(m);
	case '%': return escaped(m);
	case '$':
		if (m->p + 1 == m->npat)
			return m->s == m->nsrc ? DONE : FAIL;
	}
	return item(m);
}

/* --- the search --- */

/* Another way of the choice c. False: there is none left. */
static bool other_way(struct kp_match *m, struct kp_choice *c)
{
	switch (c->kind) {
	case OPENED:
		m->ncapture--;
		return false;
	case CLOSED:
		m->capture[c->capture].len = KP_CAPTURE_OPEN;
		return false;
	case GREEDY:
		m->s = c->s + c->n;
		break;
	case LAZY:
		if (!takes(m, c->s, c->p, c->ep))
			return false;
		m->s = ++c->s;
		break;
	case ORELSE:
		m->s = c->s;
		break;
	}
	m->p = c->ep + 1;
	return true;
}

/* Whether a choice just taken again has no further way. */
static bool is_last(struct kp_choice *c)
{
	return c->kind == ORELSE || (c->kind == GREEDY && c->n-- == c->least);
}

static bool retreat(struct kp_match *m)
{
	while (m->nchoice) {
		struct kp_choice *c = &m->choice[m->nchoice - 1];

		if (other_way(m, c)) {
			m->nchoice -= is_last(c);
			return true;
		}
		m->nchoice--;
	}
	return false;
}

static bool match_here(struct kp_match *m, u32 at)
{
	m->s = at;
	m->p = m->first;
	m->nchoice = m->ncapture = 0;
	while (charge(m, 0)) {
		enum next next = step(m);

		if (next == DONE)
			return true;
		if (next == FAIL && (m->broken || !retreat(m) || m->broken))
			return false;
	}
	return false;
}

bool kp_match_reserve(struct kp_ctx *ctx)
{
	return kp_temp_reserve(ctx, KP_MAX_CHOICES * sizeof(struct kp_choice));
}

void kp_match_init(struct kp_match *m, struct kp_ctx *ctx, const struct kp_str *src,
		   const struct kp_str *pat)
{
	m->ctx = ctx;
	m->src = (const u8 *)src->data;
	m->nsrc = src->len;
	m->pat = (const u8 *)pat->data;
	m->npat = pat->len;
	m->first = pat->len && pat->data[0] == '^';
	m->broken = false;
	m->choice = (struct kp_choice *)(ctx->half[0] + ctx->used);
}

bool kp_match_from(struct kp_match *m, u32 *at)
{
	do {
		if (match_here(m, *at))
			return true;
		if (m->broken || m->first)
			return false;
	} while ((*at)++ < m->nsrc);
	return false;
}

/* A ')' is plain here, as in Lua: without a '(' it is a mistake only beside other items. */
bool kp_match_is_plain(const struct kp_str *pat)
{
	u32 i;

	for (i = 0; i < pat->len; i++)
		switch (pat->data[i]) {
		case '^': case '$': case '*': case '+': case '?': case '.':
		case '(': case '[': case '%': case '-':
			return false;
		}
	return true;
}

u32 kp_match_plain(struct kp_match *m, u32 at)
{
	for (; at + m->npat <= m->nsrc; at++) {
		if (!charge(m, 0))
			return ~0u;
		if (m->npat && m->src[at] != m->pat[0])
			continue;
		if (!charge(m, m->npat))
			return ~0u;
		if (!memcmp(m->src + at, m->pat, m->npat))
			return at;
	}
	return ~0u;
}
