// SPDX-License-Identifier: GPL-2.0
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <ktap/bytecode.h>

#include "records.h"
#include "output/format.h"
#include "tap.h"
#include "util/text.h"

static struct buf args;
static struct known_formats formats;

static void event_text(void *arg, uint32_t probe, const void *bytes, size_t len, struct buf *out)
{
	(void)arg, (void)bytes, (void)len;
	buf_printf(out, "event %u", probe);
}

/* Compares, and begins the next case without arguments. */
static void gives(const char *format, const char *want)
{
	const struct value_names names = { .event = event_text };
	const struct span f = { (const uint8_t *)format, (const uint8_t *)format + strlen(format) };
	const struct span a = { (uint8_t *)args.data, (uint8_t *)args.data + args.len };
	struct buf out = { 0 };

	format_put(format_of(&formats, f), a, &names, &out);
	is_text(text_cstr(&out), want, format);
	buf_free(&out);
	args.len = 0;
}

/* The same as C's printf makes of an integer. */
static void as_in_c(const char *format, long long n)
{
	char c[64], want[256];
	const char *percent = strchr(format, '%');
	size_t conv = percent - format + strcspn(percent, "diuxXo");

	snprintf(c, sizeof(c), "%.*sll%s", (int)conv, format, format + conv);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(want, sizeof(want), c, n);
#pragma GCC diagnostic pop
	put_int(&args, n);
	gives(format, want);
}

static void test_numbers(void)
{
	static const char *const formats[] = {
		"%d", "%i", "%u", "%x", "%X", "%o", "%5d|", "%-5d|", "%05d|", "%+d", "% d",
		"%#x", "%#o", "%#X", "%.3d", "%8.3d|", "%-8.3d|", "%+08d|", "%-#10x|", "%20d|", "%.0d|",
	};
	static const long long numbers[] = { 0, 1, -1, 42, -12345, LLONG_MAX, LLONG_MIN };

	for (size_t f = 0; f < sizeof(formats) / sizeof(*formats); f++)
		for (size_t n = 0; n < sizeof(numbers) / sizeof(*numbers); n++)
			as_in_c(formats[f], numbers[n]);
}

static void test_others(void)
{
	put_str(&args, "abc"); gives("%s", "abc");
	put_str(&args, "abc"); gives("[%5s]", "[  abc]");
	put_str(&args, "abc"); gives("[%-5s]", "[abc  ]");
	put_str(&args, "abcdef"); gives("[%.2s]", "[ab]");
	put_int(&args, -5); gives("%s", "-5");
	put_tag(&args, KTAP_T_NIL); gives("%s", "nil");
	put_tag(&args, KTAP_T_TRUE); gives("%s", "true");
	put_tag(&args, KTAP_T_TRUE); gives("%d", "1");
	put_int(&args, 'x'); gives("%c", "x");
	put_int(&args, 'x'); gives("[%3c]", "[  x]");
	put_int(&args, 255); gives("%p", "0xff");
	gives("100%%", "100%");
	gives("%d", "nil");
	put_str(&args, "no number"); gives("%d", "no number");
	put_str(&args, "no number"); gives("%12x|", "   no number|");
	put_int(&args, 7); gives("%lld %lu", "7 nil");
}

static void test_stars(void)
{
	put_int(&args, 5); put_int(&args, 42); gives("[%*d]", "[   42]");
	put_int(&args, -5); put_int(&args, 42); gives("[%*d]", "[42   ]");
	put_int(&args, 6); put_int(&args, 3); put_int(&args, 42); gives("[%*.*d]", "[   042]");
	put_int(&args, 2); put_str(&args, "abcdef"); gives("[%.*s]", "[ab]");
	put_int(&args, -1); put_str(&args, "abcdef"); gives("[%.*s]", "[abcdef]");
}

static void test_odd(void)
{
	put_int(&args, 3); put_int(&args, 42); gives("%*%%d", "%42");
	gives("%5%%%y%%", "%%y%");
	gives("%", "%");
	gives("%-", "%-");
	gives("%y", "%y");
	gives("50% off", "50nilff");	/* C as well reads "% o" */
	gives("", "");
	put_int(&args, 1); put_int(&args, 2); gives("%d", "1");
	put_int(&args, LLONG_MAX); put_int(&args, 1);
	{
		const char format[] = "%*d";
		const struct span f = { (const uint8_t *)format, (const uint8_t *)format + 3 };
		const struct span a = { (uint8_t *)args.data, (uint8_t *)args.data + args.len };
		const struct value_names names = { 0 };
		struct buf out = { 0 };

		format_put(format_of(&formats, f), a, &names, &out);
		is(out.len, 4096, "a width is at most 4096");
		buf_free(&out);
		args.len = 0;
	}
}

/* A script that prints an event's text last needs no \n. */
static void test_event(void)
{
	put_evtext(&args, 3, "", 0); gives("%s", "event 3\n");
	put_evtext(&args, 3, "", 0); gives("%s\n", "event 3\n");
	put_evtext(&args, 3, "", 0); put_int(&args, 1); gives("%s %d", "event 3 1");
	put_int(&args, 1); put_evtext(&args, 3, "", 0); gives("%d %s", "1 event 3\n");
	put_evtext(&args, 3, "", 0); gives("%-10s", "event 3   \n");
}

/* More formats than have a place, over and over. */
static void test_many(void)
{
	char format[32], want[32];

	for (int n = 0; n < 300; n++) {
		snprintf(format, sizeof(format), "%.*s%%d %d", n % 10, "abcdefghij", n % 150);
		snprintf(want, sizeof(want), "%.*s%d %d", n % 10, "abcdefghij", n, n % 150);
		put_int(&args, n);
		gives(format, want);
	}
}

/* All lengths, and both sides of each. */
static void test_digits(void)
{
	long long n = 1;

	for (int digits = 1; digits < 19; digits++, n *= 10)
		for (int d = -1; d <= 1; d++)
			as_in_c("%d", n + d), as_in_c("%d", -(n + d));
}

int main(void)
{
	test_numbers();
	test_others();
	test_stars();
	test_odd();
	test_event();
	test_many();
	test_digits();
	known_formats_free(&formats);
	buf_free(&args);
	return tap_done();
}
