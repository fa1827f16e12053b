/* SPDX-License-Identifier: GPL-2.0 */
/*
 * json.h - JSON into a buffer. What comes next to what, and where commas stand, is
 * seen from the buffer's last byte, so there is no state and nothing to end.
 * The result is valid JSON, and UTF-8, whatever is given.
 */
#ifndef KTAP_UTIL_JSON_H
#define KTAP_UTIL_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include "util/buf.h"

/* `bracket`: '{' or '[', and its end. */
void json_open(struct buf *out, char bracket);
void json_close(struct buf *out, char bracket);

/* The name of an object's next member. */
void json_key(struct buf *out, const char *name);

void json_int(struct buf *out, int64_t n);
void json_uint(struct buf *out, uint64_t n);
void json_bool(struct buf *out, bool b);
void json_null(struct buf *out);

/* "0x1f": for what JavaScript's numbers are too small for, and nobody calculates with. */
void json_hex(struct buf *out, uint64_t n);

/* Each byte that is not part of valid UTF-8 becomes U+FFFD. */
void json_text(struct buf *out, const char *s);
void json_bytes(struct buf *out, const void *bytes, size_t len);

/*
 * A script's string: itself where it is UTF-8 and whole; else an object that has it as
 * readable as can be ("text"), its "bytes" in hexadecimal digits, and "cut":true.
 */
void json_string(struct buf *out, const void *bytes, size_t len, bool cut);

/* Two hexadecimal digits for each byte. */
void json_digits(struct buf *out, const void *bytes, size_t len);

bool json_is_utf8(const void *bytes, size_t len);

#endif
