// SPDX-License-Identifier: GPL-2.0
#include "event/tpmembers.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "event/syscall.h"
#include "util/json.h"

/* Bytes of a record. */
struct range {
	const uint8_t *at;
	size_t len;
};

/* A number of 1, 2, 4 or 8 bytes, with the sign that it has. */
static void put_number(const uint8_t *at, size_t size, bool is_signed, bool is_pointer, struct buf *out)
{
	unsigned int unused = 64 - 8 * size;
	uint64_t n = 0;

	memcpy((uint8_t *)&n, at, size);
	if (is_pointer)
		json_hex(out, n);
	else if (is_signed)
		json_int(out, (int64_t)(n << unused) >> unused);
	else
		json_uint(out, n);
}

static bool is_number(size_t size)
{
	return size == 1 || size == 2 || size == 4 || size == 8;
}

/* Single bytes would be many numbers for what is mostly an address or a message. */
static void put_array(const struct format_field *f, struct range r, struct buf *out)
{
	size_t size = f->element;

	if (size < 2 || !is_number(size)) {
		json_digits(out, r.at, r.len);
		return;
	}
	json_open(out, '[');
	for (size_t at = 0; at + size <= r.len; at += size)
		put_number(r.at + at, size, f->flags & FORMAT_SIGNED, f->flags & FORMAT_POINTER, out);
	json_close(out, ']');
}

/* Where the bytes of a located field are; its word tells. False: not all in the record. */
static bool locate(const struct format_field *f, struct range *r, size_t base, const struct range *record)
{
	uint32_t word;
	size_t at;

	memcpy(&word, r->at, sizeof(word));
	at = (word & 0xffff) + (f->flags & FORMAT_RELATIVE ? base + sizeof(word) : 0);
	*r = (struct range){ record->at + at, word >> 16 };
	return at <= record->len && r->len <= record->len - at;
}

static bool is_in(const struct format_field *f, const struct range *record)
{
	return f->size && f->offset <= record->len && f->size <= record->len - f->offset;
}

static void put_field(const struct format_field *f, const struct range *record, struct buf *out)
{
	struct range r = { record->at + f->offset, f->size };
	bool located = f->flags & FORMAT_LOCATED;

	json_key(out, f->name);
	if (!is_in(f, record) || (located && (f->size != 4 || !locate(f, &r, f->offset, record))))
		json_null(out);
	else if (!located && !(f->flags & FORMAT_ARRAY) && is_number(r.len))
		put_number(r.at, r.len, f->flags & FORMAT_SIGNED, f->flags & FORMAT_POINTER, out);
	else if (format_holds_text(f))
		json_string(out, r.at, strnlen((const char *)r.at, r.len), false);
	else
		put_array(f, r, out);
}

static bool is_pointer(const struct format_field *f)
{
	return f->flags & FORMAT_POINTER || strchr(f->type, '*');
}

/* The narrowest reading of a word that the declared type allows. */
static void put_word(const struct format_field *f, uint64_t word, struct buf *out)
{
	__u8 type = format_syscall_field(f, 0).type;

	json_key(out, f->name);
	if (is_pointer(f))
		json_hex(out, word);
	else if (type == KTAP_FT_S32)
		json_int(out, (int32_t)word);
	else if (type == KTAP_FT_U32)
		json_uint(out, (uint32_t)word);
	else if (type == KTAP_FT_U16)
		json_uint(out, (uint16_t)word);
	else if (type == KTAP_FT_S64)
		json_int(out, word);
	else
		json_uint(out, word);
}

static bool take_word(struct range *r, uint64_t *word)
{
	if (r->len < sizeof(*word))
		return false;
	memcpy(word, r->at, sizeof(*word));
	r->at += sizeof(*word);
	r->len -= sizeof(*word);
	return true;
}

/* The number, then what the format tells of: arguments by name, or the result. */
static void syscall_members(const struct format *format, struct range r, bool left, struct buf *out)
{
	const struct format_field *f = format ? format_begin(format) + 1 : NULL;
	uint64_t word;

	if (!take_word(&r, &word))
		return;
	json_key(out, "nr");
	json_int(out, word);
	if (left && take_word(&r, &word)) {
		json_key(out, "ret");
		json_int(out, word);
	}
	for (; !left && f && f < format_end(format) && !(f->flags & FORMAT_LOCATED) && take_word(&r, &word); f++)
		put_word(f, word, out);
}

void tracepoint_members(struct event_catalog *c, const struct ktap_event *ev,
			const void *bytes, size_t len, struct buf *out)
{
	const struct format *format = catalog_format(c, ev->system, ev->name);
	const struct range record = { bytes, len };

	if (ev->kind == KTAP_EV_SYS_ENTER || ev->kind == KTAP_EV_SYS_EXIT) {
		syscall_members(format, record, ev->kind == KTAP_EV_SYS_EXIT, out);
		return;
	}
	for (const struct format_field *f = format ? format_begin(format) : NULL; f && f < format_end(format); f++)
		put_field(f, &record, out);
}
