// SPDX-License-Identifier: GPL-2.0
#include "literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A number on its way in: the rest of its text and where that began. */
struct number {
	const char *text, *end;
	unsigned int base;
	uint64_t value;
	bool overflow, stray;	/* too large; a '_' that is not between digits */
};

static const struct {
	const char *name;
	uint64_t factor;
} suffixes[] = {
	{ "ns", 1 }, { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 },
	{ "k", 1ull << 10 }, { "M", 1ull << 20 }, { "G", 1ull << 30 },
};

static unsigned int digit_value(char c)
{
	if (isdigit((unsigned char)c))
		return (unsigned int)(c - '0');
	if (isxdigit((unsigned char)c))
		return (unsigned int)(tolower((unsigned char)c) - 'a' + 10);
	return 99;
}

static void read_base(struct number *n)
{
	n->base = 10;
	if (n->end - n->text < 2 || n->text[0] != '0')
		return;
	if (tolower((unsigned char)n->text[1]) == 'x')
		n->base = 16;
	else if (tolower((unsigned char)n->text[1]) == 'b')
		n->base = 2;
	else if (isdigit((unsigned char)n->text[1]) || n->text[1] == '_')
		n->base = 8;
	if (n->base == 16 || n->base == 2)
		n->text += 2;
}

static void scale(struct number *n, uint64_t factor, uint64_t add)
{
	if (__builtin_mul_overflow(n->value, factor, &n->value) ||
	    __builtin_add_overflow(n->value, add, &n->value))
		n->overflow = true;
}

static bool is_digit_at(const struct number *n, const char *at)
{
	return at < n->end && digit_value(*at) < n->base;
}

/* How many digits there were. */
static unsigned int read_digits(struct number *n)
{
	unsigned int count = 0;

	for (; n->text < n->end; n->text++) {
		if (*n->text == '_') {
			n->stray |= !is_digit_at(n, n->text - 1) || !is_digit_at(n, n->text + 1);
			continue;
		}
		if (digit_value(*n->text) >= n->base)
			break;
		scale(n, n->base, digit_value(*n->text));
		count++;
	}
	return count;
}

static bool read_suffix(struct number *n)
{
	size_t len = (size_t)(n->end - n->text), i;

	if (!len)
		return true;
	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (strlen(suffixes[i].name) != len || memcmp(n->text, suffixes[i].name, len))
			continue;
		scale(n, suffixes[i].factor, 0);
		return true;
	}
	return false;
}

static bool is_float(const struct number *n, const char *text, size_t len)
{
	return memchr(text, '.', len) ||
	       (n->base != 16 && n->text + 1 < n->end && tolower((unsigned char)*n->text) == 'e' &&
		isdigit((unsigned char)n->text[1]));
}

/* Why the text is no integer; NULL when it is one. */
static const char *read_number(struct number *n, const char *text, size_t len)
{
	unsigned int digits;

	*n = (struct number) { .text = text, .end = text + len };
	read_base(n);
	digits = read_digits(n);
	if (is_float(n, text, len))
		return "there are no floating-point numbers";
	if (!digits)
		return "a number has no digits";
	if (n->base < 10 && n->text < n->end && isdigit((unsigned char)*n->text))
		return n->base == 8 ? "not an octal digit" : "not a binary digit";
	if (n->stray)
		return "'_' is not between digits";
	if (!read_suffix(n))
		return "unknown suffix of a number";
	return n->overflow ? "number is too large for 64 bits" : NULL;
}

static const char *number_hint(const struct number *n, const char *text, size_t len)
{
	if (is_float(n, text, len))
		return "scale to integers: 1500 microseconds (1500us) instead of 1.5 ms";
	if (!n->overflow && !n->stray && n->text < n->end && n->base >= 10)
		return "suffixes are ns us ms s k M G";
	return NULL;
}

int64_t literal_int(struct ktap_diag *diag, src_pos pos, const char *text, size_t len)
{
	struct number n;
	const char *wrong = read_number(&n, text, len);

	if (!wrong)
		return (int64_t)n.value;
	if (n.base < 10 && n.text < n.end)
		pos += (src_pos)(n.text - text);
	diag_error_hint(diag, pos, number_hint(&n, text, len), "%s: '%.*s'", wrong,
			(int)(len > 60 ? 60 : len), text);
	return 0;
}

bool literal_arg(const char *text, int64_t *num)
{
	bool negative = *text == '-';
	struct number n;

	text += negative;
	if (!isdigit((unsigned char)*text) || read_number(&n, text, strlen(text)))
		return false;
	*num = (int64_t)(negative ? 0 - n.value : n.value);
	return true;
}

/* \xHH: the two digits after the x. */
static size_t escape_hex(const char *s, const char *end, unsigned char *byte)
{
	if (end - s < 2 || !isxdigit((unsigned char)s[0]) || !isxdigit((unsigned char)s[1]))
		return 0;
	*byte = (unsigned char)(16 * digit_value(s[0]) + digit_value(s[1]));
	return 3;
}

/* \d, \dd or \ddd in decimal. */
static size_t escape_decimal(const char *s, const char *end, unsigned char *byte)
{
	unsigned int value = 0;
	size_t n = 0;

	while (n < 3 && s + n < end && isdigit((unsigned char)s[n]))
		value = 10 * value + digit_value(s[n++]);
	*byte = (unsigned char)value;
	return value > 255 ? 0 : n;
}

/*
 * The byte that `s`, behind a backslash, stands for, and how much text that
 * took. 0: no such escape.
 */
static size_t escape(const char *s, const char *end, unsigned char *byte)
{
	static const char names[] = "abfnrtv\\\"'\n";
	static const char bytes[] = "\a\b\f\n\r\t\v\\\"'\n";
	const char *at;

	if (*s == 'x')
		return escape_hex(s + 1, end, byte);
	if (isdigit((unsigned char)*s))
		return escape_decimal(s, end, byte);
	at = *s ? strchr(names, *s) : NULL;
	if (!at)
		return 0;
	*byte = (unsigned char)bytes[at - names];
	return 1;
}

void literal_string(struct ktap_diag *diag, src_pos pos, const char *text, size_t len,
		    struct buf *out)
{
	const char *s = text, *end = text + len;
	unsigned char byte;
	size_t used;

	while (s < end) {
		if (*s != '\\') {
			buf_putc(out, *s++);
			continue;
		}
		if (++s < end && *s == 'z') {
			for (s++; s < end && isspace((unsigned char)*s); s++)
				;
			continue;
		}
		if (s + 1 < end && s[0] == '\r' && s[1] == '\n')
			s++;
		used = s < end ? escape(s, end, &byte) : 0;
		if (!used)
			diag_error(diag, pos + (src_pos)(s - 1 - text),
				   "invalid escape in a string");
		else
			buf_putc(out, (char)byte);
		s += used ? used : 1;
	}
}
