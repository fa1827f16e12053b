// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <string.h>

#include "records.h"
#include "tap.h"
#include "util/json.h"
#include "util/text.h"

static void writes(struct buf *out, const char *want, const char *name)
{
	is_text(text_cstr(out), want, name);
	out->len = 0;
}

static void test_shape(void)
{
	struct buf out = { 0 };

	json_open(&out, '{');
	json_key(&out, "a");
	json_open(&out, '[');
	json_close(&out, ']');
	json_key(&out, "b");
	json_open(&out, '[');
	json_int(&out, INT64_MIN);
	json_uint(&out, UINT64_MAX);
	json_bool(&out, true);
	json_bool(&out, false);
	json_null(&out);
	json_hex(&out, 0xffffffff81000000);
	json_text(&out, "[");
	json_open(&out, '{');
	json_close(&out, '}');
	json_close(&out, ']');
	json_key(&out, "{");
	json_digits(&out, "\0\xff", 2);
	json_close(&out, '}');
	writes(&out, "{\"a\":[],\"b\":[-9223372036854775808,18446744073709551615,true,false,null,"
	       "\"0xffffffff81000000\",\"[\",{}],\"{\":\"00ff\"}", "commas stand between");
	buf_putc(&out, '\n');
	json_int(&out, 1);
	writes(&out, "\n1", "and not where a line begins");
	buf_free(&out);
}

static void string(const char *bytes, size_t len, const char *want, bool valid)
{
	struct buf out = { 0 };

	json_bytes(&out, bytes, len);
	ok(json_is_utf8(bytes, len) == valid, "%svalid: %s", valid ? "" : "in", want);
	writes(&out, want, want);
	buf_free(&out);
}

#define STRING(bytes, want, valid)	string(bytes, sizeof(bytes) - 1, want, valid)
#define NONE	"\xef\xbf\xbd"

static void test_strings(void)
{
	STRING("", "\"\"", true);
	STRING("plain", "\"plain\"", true);
	STRING("\"\\/\b\f\n\r\t", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"", true);
	STRING("\0\1\x1f\x7f", "\"\\u0000\\u0001\\u001f\\u007f\"", true);
	STRING("\xc2\x80 \xdf\xbf", "\"\xc2\x80 \xdf\xbf\"", true);
	STRING("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf", "\"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf\"", true);
	STRING("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "\"\xf0\x90\x80\x80\xf4\x8f\xbf\xbf\"", true);
	STRING("a\x80z", "\"a" NONE "z\"", false);
	STRING("\xff\xfe", "\"" NONE NONE "\"", false);
	STRING("\xc0\xaf\xc1\xbf", "\"" NONE NONE NONE NONE "\"", false);
	STRING("\xe0\x9f\xbf", "\"" NONE NONE NONE "\"", false);
	STRING("\xed\xa0\x80", "\"" NONE NONE NONE "\"", false);
	STRING("\xf0\x8f\xbf\xbf", "\"" NONE NONE NONE NONE "\"", false);
	STRING("\xf4\x90\x80\x80", "\"" NONE NONE NONE NONE "\"", false);
	STRING("\xf5\x80\x80\x80", "\"" NONE NONE NONE NONE "\"", false);
	STRING("\xe2\x82", "\"" NONE NONE "\"", false);
	STRING("\xe2\"", "\"" NONE "\\\"\"", false);
}

static void test_values(void)
{
	struct buf out = { 0 };

	json_string(&out, "caf\xc3\xa9", 5, false);
	writes(&out, "\"caf\xc3\xa9\"", "a string that is UTF-8 is itself");
	json_string(&out, "a\xff", 2, false);
	writes(&out, "{\"type\":\"string\",\"text\":\"a" NONE "\",\"bytes\":\"61ff\"}", "one that is not has its bytes");
	json_string(&out, "ab", 2, true);
	writes(&out, "{\"type\":\"string\",\"text\":\"ab\",\"cut\":true}", "one that was cut says so");
	buf_free(&out);
}

int main(void)
{
	test_shape();
	test_strings();
	test_values();
	return tap_done();
}
