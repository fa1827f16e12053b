// SPDX-License-Identifier: GPL-2.0
#include "output/decode.h"

#include <string.h>

#include <ktap/bytecode.h>
#include <ktap/limits.h>

#define MAX_DEPTH	32	/* of tables in tables */

static size_t span_len(const struct span *s)
{
	return s->end - s->at;
}

uint64_t span_u64(struct span *s)
{
	uint64_t word = 0;

	if (span_len(s) < sizeof(word))
		return 0;
	memcpy(&word, s->at, sizeof(word));
	s->at += sizeof(word);
	return word;
}

static size_t padded(size_t len)
{
	return (len + 7) & ~(size_t)7;
}

/* The bytes of the next value, its header taken; false if it is not whole. */
static bool take_value(struct span *s, struct ktap_val *head, struct span *bytes)
{
	if (span_len(s) < sizeof(*head))
		return false;
	memcpy(head, s->at, sizeof(*head));
	s->at += sizeof(*head);
	if (head->len > span_len(s) || padded(head->len) > span_len(s))
		return false;
	*bytes = (struct span){ s->at, s->at + head->len };
	s->at += padded(head->len);
	return true;
}

static void read_evtext(struct value *v, struct span bytes)
{
	struct ktap_evtext head;

	memcpy(&head, bytes.at, sizeof(head));
	v->probe = head.probe;
	v->bytes.at = bytes.at + sizeof(head);
}

bool span_value(struct span *s, struct value *v)
{
	struct ktap_val head;
	struct span bytes;

	if (!take_value(s, &head, &bytes))
		return false;
	*v = (struct value){ .tag = head.tag, .cut = head.aux & 1, .bytes = bytes };
	switch (head.tag) {
	case KTAP_T_INT:
	case KTAP_T_ADDR:
	case KTAP_T_BUILTIN:
	case KTAP_T_FUNC:
		memcpy(&v->num, bytes.at, sizeof(v->num));
		break;
	case KTAP_T_EVTEXT:
		read_evtext(v, bytes);
		break;
	}
	return true;
}

struct ktap_agg_shape agg_shown(const struct ktap_agg_rec *r)
{
	struct ktap_agg_shape shape = r->shape;

	if (shape.kind == KTAP_AGG_LOGLIN)
		shape.kind = KTAP_AGG_LOG2;
	return shape;
}

static bool check_values(struct span s, unsigned int depth, size_t *count);

static bool check_nested(struct span bytes, unsigned int depth, unsigned int in_step)
{
	size_t count;

	return depth && check_values(bytes, depth - 1, &count) && count % in_step == 0;
}

/* As many buckets as it says, of those that its kind has, in order. */
static bool check_agg(struct span bytes)
{
	struct ktap_agg_shape shape;
	struct ktap_agg_bucket b;
	struct ktap_agg_rec r;
	int64_t last = -1;

	if (span_len(&bytes) < sizeof(r))
		return false;
	memcpy(&r, bytes.at, sizeof(r));
	bytes.at += sizeof(r);
	shape = agg_shown(&r);
	if (shape.kind >= KTAP_AGG__MAX || shape.steps > KTAP_AGG_MAX_STEPS ||
	    r.count >> 63 || span_len(&bytes) != r.nbuckets * sizeof(b))
		return false;
	for (; bytes.at < bytes.end; bytes.at += sizeof(b), last = b.index) {
		memcpy(&b, bytes.at, sizeof(b));
		if (b.index >= ktap_agg_buckets(&shape) || b.index <= last)
			return false;
	}
	return true;
}

static bool check_stack(size_t len, size_t least, size_t most)
{
	size_t frames = (len - sizeof(struct ktap_stack)) / sizeof(uint64_t);

	return len >= sizeof(struct ktap_stack) && len % sizeof(uint64_t) == 0 &&
	       frames >= least && frames <= most;
}

static bool check_value(struct span *s, unsigned int depth)
{
	struct ktap_val head;
	struct span bytes;

	if (!take_value(s, &head, &bytes))
		return false;
	switch (head.tag) {
	case KTAP_T_NIL:
	case KTAP_T_TRUE:
	case KTAP_T_FALSE:	return head.len == 0;
	case KTAP_T_INT:
	case KTAP_T_ADDR:
	case KTAP_T_BUILTIN:
	case KTAP_T_FUNC:	return head.len == 8;
	case KTAP_T_STR:	return true;
	case KTAP_T_EVTEXT:	return head.len >= sizeof(struct ktap_evtext);
	case KTAP_T_TUPLE:	return check_nested(bytes, depth, 1);
	case KTAP_T_TABLE:	return check_nested(bytes, depth, 2);
	case KTAP_T_AGG:	return check_agg(bytes);
	case KTAP_T_STACK:	return check_stack(head.len, 0, KTAP_MAX_STACK);
	case KTAP_T_UADDR:	return check_stack(head.len, 1, 1);
	default:		return false;
	}
}

/* Steps over a number or a string, which most values are. False: it is another, or is not whole. */
static inline bool check_quick(struct span *s)
{
	struct ktap_val head;
	size_t room = s->end - s->at;

	if (room < sizeof(head))
		return false;
	memcpy(&head, s->at, sizeof(head));
	room -= sizeof(head);
	if (head.tag == KTAP_T_STR ? padded(head.len) > room :
	    head.tag != KTAP_T_INT || head.len != 8 || room < 8)
		return false;
	s->at += sizeof(head) + padded(head.len);
	return true;
}

static bool check_values(struct span s, unsigned int depth, size_t *count)
{
	for (*count = 0; s.at < s.end; ++*count)
		if (!check_quick(&s) && !check_value(&s, depth))
			return false;
	return true;
}

static bool check_words_then(struct span s, size_t bytes, size_t min, size_t max)
{
	size_t count;

	if (span_len(&s) < bytes)
		return false;
	s.at += bytes;
	return check_values(s, MAX_DEPTH, &count) && count >= min && count <= max;
}

static bool starts_with_string(struct span s)
{
	return span_len(&s) && *s.at == KTAP_T_STR;	/* a value's tag is its first byte */
}

_Static_assert(offsetof(struct ktap_val, tag) == 0, "the first byte");

static bool check_row(struct span s)
{
	struct value key, number;

	span_u64(&s);
	return span_value(&s, &key) && span_value(&s, &number) &&
	       (number.tag == KTAP_T_AGG || (number.tag == KTAP_T_INT && key.tag != KTAP_T_NIL));
}

static bool check_time(struct span s)
{
	struct value v;

	return span_value(&s, &v) && (v.tag == KTAP_T_STR || v.tag == KTAP_T_NIL);
}

static bool check_payload(const struct rec *rec)
{
	struct span s = rec->payload;

	switch (rec->kind) {
	case KTAP_REC_PAD:	return true;
	case KTAP_REC_LOST:
	case KTAP_REC_EXIT:	return span_len(&s) >= 8;
	case KTAP_REC_THROTTLE:	return span_len(&s) >= sizeof(struct ktap_rec_throttle);
	case KTAP_REC_PRINT:	return check_words_then(s, 0, 0, SIZE_MAX);
	case KTAP_REC_PRINTF:	return check_quick(&s) && starts_with_string(rec->payload) &&
				       check_words_then(s, 0, 0, SIZE_MAX);
	case KTAP_REC_HIST_BEGIN:
	case KTAP_REC_HIST_END:	return span_len(&s) >= 16;
	case KTAP_REC_HIST_ROW:	return check_words_then(s, 8, 2, 2) && check_row(s);
	case KTAP_REC_TIME:	return check_words_then(s, 0, 1, 1) && check_time(s);
	case KTAP_REC_ERROR:
		return check_words_then(s, sizeof(struct ktap_rec_error), 0, SIZE_MAX);
	default:		return false;
	}
}

static enum decode_status bad(enum decode_status status, const char **error, const char *text)
{
	*error = text;
	return status;
}

/* Filler is as short as eight bytes: a header without its time. */
enum decode_status rec_peek(const void *bytes, size_t len, struct rec *rec, const char **error)
{
	struct ktap_rec head;
	size_t least;

	if (len < 8)
		return bad(DECODE_BAD_STREAM, error, "a record is cut off");
	memcpy(&head, bytes, 8);
	least = head.kind == KTAP_REC_PAD ? 8 : sizeof(head);
	if (head.len < least || head.len % 8)
		return bad(DECODE_BAD_STREAM, error, "a record has an impossible length");
	if (head.len > len)
		return bad(DECODE_BAD_STREAM, error, "a record is longer than what is there");
	rec->kind = head.kind;
	rec->len = head.len;
	rec->probe = head.probe;
	rec->time_ns = 0;
	if (least > 8)
		memcpy(&rec->time_ns, (const uint8_t *)bytes + 8, sizeof(rec->time_ns));
	rec->payload.at = (const uint8_t *)bytes + least;
	rec->payload.end = (const uint8_t *)bytes + head.len;
	return DECODE_OK;
}

_Static_assert(offsetof(struct ktap_rec, time_ns) == 8, "the time is behind the first eight bytes");

enum decode_status rec_check(const struct rec *rec, const char **error)
{
	if ((unsigned int)rec->kind >= KTAP_REC__MAX)
		return bad(DECODE_BAD_RECORD, error, "a record is of an unknown kind");
	if (!check_payload(rec))
		return bad(DECODE_BAD_RECORD, error, "a record's contents are damaged");
	return DECODE_OK;
}

enum decode_status rec_decode(const void *bytes, size_t len, struct rec *rec, const char **error)
{
	enum decode_status status = rec_peek(bytes, len, rec, error);

	return status == DECODE_OK ? rec_check(rec, error) : status;
}
