// SPDX-License-Identifier: GPL-2.0
#include "output/line.h"

#include <string.h>

#include "output/digits.h"

/*
 * A number has at most 20 digits, and a tab before it, for 16 bytes; a string as many bytes as
 * it has there; and of a format no more than itself. What is written ahead is no more than
 * eight bytes behind the text, or a number's.
 */
static size_t room_for(size_t bytes)
{
	return 2 * bytes + DIGITS_ROOM;
}

static inline uint64_t word_at(const uint8_t *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Copies by words: behind what is read there are others. */
static inline char *put_bytes(char *to, const void *bytes, size_t len)
{
	const char *from = bytes;

	memcpy(to, from, 8);
	for (size_t i = 8; i < len; i += 8)
		memcpy(to + i, from + i, 8);
	return to + len;
}

/* --- values --- */

static inline uint64_t head_word(uint8_t tag, uint32_t len)
{
	const struct ktap_val head = { .tag = tag, .len = len };
	uint64_t word;

	memcpy(&word, &head, sizeof(word));
	return word;
}

static inline uint32_t length_of(uint64_t word)
{
	struct ktap_val head;

	memcpy(&head, &word, sizeof(head));
	return head.len;
}

_Static_assert(sizeof(struct ktap_val) == 8, "a value's head is a word");

/* The end of a value, or NULL if it is not whole. */
static inline const uint8_t *behind(const uint8_t *at, const uint8_t *end, size_t len)
{
	size_t size = value_size(len);

	return size <= (size_t)(end - at) ? at + size : NULL;
}

/*
 * A number or a whole string at *at, which goes behind it. NULL: it is another, or is not
 * whole. All but the empty string have sixteen bytes.
 */
static inline char *put_value(const uint8_t **at, const uint8_t *end, char *to)
{
	const uint8_t *from = *at;
	uint64_t head;

	if (end - from < 16) {
		*at = end;
		return end - from == 8 && word_at(from) == head_word(KTAP_T_STR, 0) ? to : NULL;
	}
	head = word_at(from);
	if (head == head_word(KTAP_T_INT, 8)) {
		*at = from + 16;
		return digits_put(to, (int64_t)word_at(from + 8));
	}
	*at = behind(from, end, length_of(head));
	if (head != head_word(KTAP_T_STR, length_of(head)) || !*at)
		return NULL;
	return put_bytes(to, from + 8, length_of(head));
}

/* --- formats --- */

static inline bool begins_with(const uint8_t *at, size_t len, const struct plain_format *f)
{
	const uint8_t *bytes = f->bytes;

	if (len < f->size)
		return false;
	for (size_t i = 0; i < f->size; i += 8)
		if (word_at(at + i) != word_at(bytes + i))
			return false;
	return true;
}

/* Reads the format that a record begins with, if it has one. */
static const struct plain_format *find(struct known_formats *all, const uint8_t *at, size_t len)
{
	struct ktap_val head;

	if (len < sizeof(head))
		return NULL;
	memcpy(&head, at, sizeof(head));
	if (head.tag != KTAP_T_STR || value_size(head.len) > len)
		return NULL;
	return format_plain(all, (struct span){ at + sizeof(head), at + sizeof(head) + head.len });
}

static inline const struct plain_format *format_at(struct known_formats *all, unsigned int probe,
						   const uint8_t *at, size_t len)
{
	const struct plain_format **guess = &all->guess[probe % KNOWN_FORMATS], *f = *guess;

	if (f && begins_with(at, len, f))
		return f;
	f = find(all, at, len);
	return f && begins_with(at, len, f) ? *guess = f : NULL;
}

/* --- records --- */

static inline char *put_formatted(const struct plain_format *f, const uint8_t *at, const uint8_t *end, char *to)
{
	const struct around *around = f->around, *last = around + f->values;

	for (at += f->size; around < last; around++) {
		to = put_bytes(to, around->text, around->len);
		to = put_value(&at, end, to);
		if (!to)
			return NULL;
	}
	return at == end ? put_bytes(to, last->text, last->len) : NULL;
}

static inline char *put_values(const uint8_t *at, const uint8_t *end, char *to)
{
	while (at < end) {
		to = put_value(&at, end, to);
		if (!to)
			return NULL;
		*to++ = at < end ? '\t' : '\n';
	}
	return to;
}

/* The line of a record whose header is `head`. NULL: it is not printed here. */
static inline char *put_line(struct known_formats *formats, const struct ktap_rec *head, const uint8_t *at, char *to)
{
	const uint8_t *end = at + head->len;
	const struct plain_format *f;

	at += sizeof(*head);
	if (head->kind == KTAP_REC_PRINTF) {
		f = format_at(formats, head->probe, at, end - at);
		return f ? put_formatted(f, at, end, to) : NULL;
	}
	return head->kind == KTAP_REC_PRINT && at < end ? put_values(at, end, to) : NULL;
}

static inline bool is_whole(const struct ktap_rec *head, size_t len)
{
	return head->len >= sizeof(*head) && head->len <= len && head->len % 8 == 0;
}

void lines_put(struct known_formats *formats, struct stretch *s, struct buf *out)
{
	char *to = buf_room(out, room_for(s->end - s->at)), *next;
	const uint8_t *at = s->at, *end = s->end;
	uint64_t until_ns = s->until_ns;
	struct ktap_rec head;
	size_t count = 0;

	for (; end - at >= (ptrdiff_t)sizeof(head); at += head.len) {
		memcpy(&head, at, sizeof(head));
		if (head.time_ns > until_ns || !is_whole(&head, end - at))
			break;
		next = put_line(formats, &head, at, to);
		if (!next)
			break;
		to = next;
		s->last_ns = head.time_ns;
		count++;
	}
	s->at = at;
	s->count += count;
	out->len = to - out->data;
}
