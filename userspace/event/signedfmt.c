// SPDX-License-Identifier: GPL-2.0
#include "event/signedfmt.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define RECORD	"REC->"

static size_t word_length(const char *at, const char *end)
{
	const char *p = at;

	while (p < end && (isalnum((unsigned char)*p) || *p == '_'))
		p++;
	return (size_t)(p - at);
}

/* The field of that name if it is a number with a sign and narrower than a word. */
static const struct format_field *narrow(const struct format *format, const char *name, size_t len)
{
	const unsigned int other = FORMAT_ARRAY | FORMAT_POINTER | FORMAT_LOCATED;

	for (const struct format_field *f = format_begin(format); f < format_end(format); f++)
		if (strlen(f->name) == len && !memcmp(f->name, name, len))
			return f->flags & FORMAT_SIGNED && !(f->flags & other) &&
			       (f->size == 1 || f->size == 2 || f->size == 4) ? f : NULL;
	return NULL;
}

/* Of `&REC->field` the address is wanted; `a && REC->field` has its value. */
static bool is_address(const char *begin, const char *at)
{
	return at > begin && at[-1] == '&' && (at - begin < 2 || at[-2] != '&');
}

static void put_value(const struct format_field *f, struct buf *out)
{
	const unsigned long long sign = 1ull << (8 * f->size - 1);

	buf_printf(out, "(((" RECORD "%s + %llu) & %llu) - %llu)", f->name, sign, 2 * sign - 1, sign);
}

void format_signed(const struct format *format, const char *file, size_t len, struct buf *out)
{
	const char *end = file + len, *at = memmem(file, len, "\nprint fmt", strlen("\nprint fmt"));
	const char *next;

	while (at && (next = memmem(at, (size_t)(end - at), RECORD, strlen(RECORD)))) {
		const char *name = next + strlen(RECORD);
		size_t n = word_length(name, end);
		const struct format_field *f = is_address(file, next) ? NULL : narrow(format, name, n);

		buf_add(out, file, (size_t)(next - file));
		if (f)
			put_value(f, out);
		else
			buf_add(out, next, (size_t)(name + n - next));
		file = at = name + n;
	}
	buf_add(out, file, (size_t)(end - file));
}
