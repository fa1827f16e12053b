/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records.h - puts records together byte by byte, as a writer does.
 */
#ifndef TEST_RECORDS_H
#define TEST_RECORDS_H

#include <stdint.h>
#include <ktap/record.h>
#include "util/buf.h"

/* Values, added to a payload. */
void put_value(struct buf *b, uint8_t tag, uint8_t aux, const void *bytes, uint32_t len);
void put_int(struct buf *b, int64_t n);
void put_str(struct buf *b, const char *s);
void put_tag(struct buf *b, uint8_t tag);	/* of no bytes */
void put_u64(struct buf *b, uint64_t n);
void put_evtext(struct buf *b, uint32_t probe, const void *bytes, uint32_t len);

/* A whole record around a payload. */
void put_record(struct buf *stream, uint16_t kind, uint64_t time_ns, const struct buf *payload);

/* Compares texts; shows them when they differ. */
void is_text(const char *got, const char *want, const char *name);

#endif
