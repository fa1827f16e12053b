/* SPDX-License-Identifier: GPL-2.0 */
/*
 * decode.h - bytes of the output stream → records and values. The bytes are not
 * believed: a record that comes out of here has been checked whole, nested
 * values included, so whoever walks it meets no surprise.
 */
#ifndef RUN_DECODE_H
#define RUN_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ktap/agg.h>
#include <ktap/record.h>

struct span {
	const uint8_t *at, *end;
};

struct rec {
	enum ktap_rec_kind kind;
	uint32_t len;		/* bytes, header included */
	uint16_t probe;
	uint64_t time_ns;
	struct span payload;
};

enum decode_status {
	DECODE_OK,
	DECODE_BAD_RECORD,	/* rec->len is right: go on behind it */
	DECODE_BAD_STREAM,	/* there is no telling where the next record begins */
};

/* Reads the header at `bytes` only: enough to step to the next record. */
enum decode_status rec_peek(const void *bytes, size_t len, struct rec *rec, const char **error);

/* Checks the contents of a record whose header was read. */
enum decode_status rec_check(const struct rec *rec, const char **error);

/* Reads and checks the record at `bytes`. On failure `error` says why. */
enum decode_status rec_decode(const void *bytes, size_t len, struct rec *rec, const char **error);

/* Takes a word off the payload of a checked record. */
uint64_t span_u64(struct span *s);

struct value {
	uint8_t tag;		/* enum ktap_type */
	bool cut;		/* was too long and is not whole */
	int64_t num;		/* INT, ADDR, BUILTIN; FUNC: the function's index */
	struct span bytes;	/* STR, EVTEXT (behind its header), TUPLE, TABLE, AGG, STACK, UADDR */
	uint32_t probe;		/* EVTEXT */
};

/* What the buckets of an aggregate in a record mean: LOGLIN's come as LOG2's. */
struct ktap_agg_shape agg_shown(const struct ktap_agg_rec *r);

/* Bytes from the beginning of a value of such a length to the beginning of the next. */
static inline size_t value_size(uint32_t len)
{
	return sizeof(struct ktap_val) + (((size_t)len + 7) & ~(size_t)7);
}

/* Takes a value off a checked span; false at its end. */
bool span_value(struct span *s, struct value *v);

#endif
