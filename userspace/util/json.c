// SPDX-License-Identifier: GPL-2.0
#include "util/json.h"

#include <inttypes.h>
#include <string.h>

#include "util/text.h"

#define REPLACEMENT	"\xef\xbf\xbd"

/* Ahead of every element. Strings end in a quote, so other bytes are this file's own. */
static void begin(struct buf *out)
{
	char last = out->len ? out->data[out->len - 1] : '\n';

	if (!strchr("{[:\n", last))
		buf_putc(out, ',');
}

void json_open(struct buf *out, char bracket)
{
	begin(out);
	buf_putc(out, bracket);
}

void json_close(struct buf *out, char bracket)
{
	buf_putc(out, bracket);
}

void json_key(struct buf *out, const char *name)
{
	json_text(out, name);
	buf_putc(out, ':');
}

void json_int(struct buf *out, int64_t n)
{
	begin(out);
	buf_printf(out, "%" PRId64, n);
}

void json_uint(struct buf *out, uint64_t n)
{
	begin(out);
	buf_printf(out, "%" PRIu64, n);
}

void json_bool(struct buf *out, bool b)
{
	begin(out);
	text_str(out, b ? "true" : "false");
}

void json_null(struct buf *out)
{
	begin(out);
	text_str(out, "null");
}

void json_hex(struct buf *out, uint64_t n)
{
	begin(out);
	buf_printf(out, "\"0x%" PRIx64 "\"", n);
}

/* Bytes of the character at s, 0 if it is none: too long a form, a surrogate, beyond U+10FFFF. */
static size_t character(const unsigned char *s, size_t len)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
		   s[0] < 0xf5 ? 4 : 0;

	if (!n || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] >= 0xa0) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] >= 0x90))
		return 0;
	return n;
}

/* Runs of plain bytes are added at once. */
static size_t plain(const unsigned char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"' && s[n] != '\\')
		n++;
	return n;
}

static void put_ascii(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_printf(out, "\\%c", to[at - from]);
	else
		buf_printf(out, "\\u%04x", c);
}

/* One character, or one byte that is none. Returns the bytes taken. */
static size_t put_character(struct buf *out, const unsigned char *s, size_t len)
{
	size_t n = character(s, len);

	if (n > 1)
		buf_add(out, s, n);
	else if (n)
		put_ascii(out, *s);
	else
		text_str(out, REPLACEMENT);
	return n ? n : 1;
}

void json_bytes(struct buf *out, const void *bytes, size_t len)
{
	const unsigned char *s = bytes, *end = s + len;

	begin(out);
	buf_putc(out, '"');
	while (s < end) {
		size_t n = plain(s, end - s);

		buf_add(out, s, n);
		s += n;
		if (s < end)
			s += put_character(out, s, end - s);
	}
	buf_putc(out, '"');
}

void json_text(struct buf *out, const char *s)
{
	json_bytes(out, s, strlen(s));
}

void json_digits(struct buf *out, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;

	begin(out);
	buf_putc(out, '"');
	for (size_t i = 0; i < len; i++)
		buf_printf(out, "%02x", s[i]);
	buf_putc(out, '"');
}

bool json_is_utf8(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;

	while (len) {
		size_t n = character(s, len);

		if (!n)
			return false;
		s += n;
		len -= n;
	}
	return true;
}

void json_string(struct buf *out, const void *bytes, size_t len, bool cut)
{
	bool valid = json_is_utf8(bytes, len);

	if (valid && !cut) {
		json_bytes(out, bytes, len);
		return;
	}
	json_open(out, '{');
	json_key(out, "type");
	json_text(out, "string");
	json_key(out, "text");
	json_bytes(out, bytes, len);
	if (!valid) {
		json_key(out, "bytes");
		json_digits(out, bytes, len);
	}
	if (cut) {
		json_key(out, "cut");
		json_bool(out, true);
	}
	json_close(out, '}');
}
