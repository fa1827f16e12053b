// SPDX-License-Identifier: GPL-2.0
/*
 * test_params.c - fetches being made, and fetched arguments as text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "tap.h"
#include "event/making.h"
#include "event/resolve.h"
#include "util/text.h"

/* --- making --- */

static void test_offsets(void)
{
	struct fetch f = { 0 };

	fetch_add(&f, KTAP_FETCH_ARG, 0, 1);
	fetch_offset(&f, 8);
	fetch_offset(&f, -3);
	is(f.n, 2, "offsets one behind the other are one");
	is(f.op[1].imm, 5, "their sum");
	fetch_load(&f, KTAP_FT_S32, false);
	fetch_offset(&f, 0);
	is(f.n, 3, "no offset is no operation");
	is(f.type, KTAP_FT_S32, "a load says what the value is");
	fetch_bits(&f, KTAP_FT_U8, 3, 2);
	is(f.op[3].imm, 2 << 8 | 3, "bits");
}

static void test_too_long(void)
{
	struct event_query query = { .text = "x" };
	struct making m = making_begin(&query, KTAP_EV_TRACEPOINT);
	struct event_list list = { 0 };
	struct fetch f = { 0 };

	for (unsigned int i = 0; i < FETCH_OPS; i++)
		fetch_add(&f, KTAP_FETCH_IMM, 0, i);
	ok(!f.too_long, "as many operations as there is room for");
	is(making_fetch(&m, &f).size, FETCH_OPS, "make a field");
	is(making_fetch(&m, &f).offset, FETCH_OPS, "a second one stands behind it");
	fetch_add(&f, KTAP_FETCH_IMM, 0, 0);
	ok(f.too_long, "one more is too many");
	is(making_fetch(&m, &f).source, KTAP_SRC_NONE, "and no field");
	making_finish(&m, &list);
	is(list.at[0].nfetch, 2 * FETCH_OPS, "the event has the operations");
	event_list_free(&list);
}

/* --- text --- */

#define NARGS 9

/* have, words, then bytes from 80 on. */
static struct {
	uint64_t have, word[NARGS];
	char bytes[24];
} bytes = {
	0x1ff & ~(1 << 2),
	{ (uint64_t)-3, 0xffffffffull, 1, 'x', 5ull << 16 | 80, 3ull << 16 | 88, 6ull << 16 | 92,
	  0x1234, 60ull << 16 | 80 },
	"he\nlo\0\0\0" "\1\2\3\0" "\1\0\377\377\2\0",
};

static struct params *make_params(void)
{
	struct params *p = params_new();

	params_add(p, "a", "int", PARAM_DECIMAL, KTAP_FT_S32);
	params_add(p, "b", "u32", PARAM_HEX, KTAP_FT_U32);
	params_add(p, "c", "int", PARAM_DECIMAL, KTAP_FT_S32);
	params_add(p, "d", "char", PARAM_CHAR, KTAP_FT_U8);
	params_add(p, "e", "char *", PARAM_TEXT, KTAP_FT_CHARS);
	params_add(p, "f", "u8[3]", PARAM_DECIMAL, KTAP_FT_U8)->count = 3;
	params_add(p, "g", "s16[3]", PARAM_DECIMAL, KTAP_FT_S16)->count = 3;
	params_add(p, "h", "u8", PARAM_DECIMAL, KTAP_FT_U8);
	params_add(p, "i", "char *", PARAM_TEXT, KTAP_FT_CHARS);
	return p;
}

static void text_of(const struct params *p, size_t len, unsigned int first, const char *want,
		    const char *name)
{
	struct fetched f = { (const unsigned char *)&bytes, len, NARGS };
	struct ksyms k = { 0 };
	struct buf out = { 0 };

	params_text(p, first, &f, &k, &out);
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

static void json_of(const struct params *p, size_t len, const char *want, const char *name)
{
	struct fetched f = { (const unsigned char *)&bytes, len, NARGS };
	struct ksyms k = { 0 };
	struct buf out = { 0 };

	buf_putc(&out, '{');
	params_members(p, &f, &k, &out);
	buf_putc(&out, '}');
	is_text(text_cstr(&out), want, name);
	buf_free(&out);
}

static void test_json(void)
{
	struct params *p = make_params();

	params_add(p, "__hidden", "long", PARAM_SYMBOL, KTAP_FT_U64);
	json_of(p, sizeof(bytes), "{\"a\":-3,\"b\":\"0xffffffff\",\"c\":null,\"d\":\"x\",\"e\":\"he\\nlo\","
		"\"f\":[1,2,3],\"g\":[1,-1,2],\"h\":52,\"i\":null}", "the same as JSON");
	json_of(p, 24, "{\"a\":-3,\"b\":\"0xffffffff\",\"c\":null,\"d\":null,\"e\":null,"
		"\"f\":null,\"g\":null,\"h\":null,\"i\":null}", "bytes that end early");
	params_put(p);
}

static void test_text(void)
{
	struct params *p = make_params();

	text_of(p, sizeof(bytes), 0,
		"a=-3 b=0xffffffff c=(fault) d='x' e=\"he lo\" f={1,2,3} g={1,-1,2} h=52 i=(fault)",
		"each style, size and sign; a fault; what lies outside is one");
	text_of(p, sizeof(bytes), 7, "h=52 i=(fault)", "from a parameter on");
	text_of(p, 24, 0, "a=-3 b=0xffffffff c=(fault) d=(fault) e=(fault) f=(fault) g=(fault) "
		"h=(fault) i=(fault)", "bytes that end early");
	is(params_find(p, "e"), 4, "a parameter by its name");
	is(params_find(p, "zz"), -1, "or none");
	params_put(params_get(p));
	is(p->users, 1, "a reference given back");
	params_put(p);
}

/* Whatever the bytes are, nothing is read beyond them (the sanitizers watch). */
static void test_damaged(void)
{
	struct params *p = make_params();
	struct ksyms k = { 0 };
	size_t total = 0;

	srand(3);
	for (unsigned int round = 0; round < 3000; round++) {
		size_t len = rand() % 120;
		unsigned char *b = malloc(len + 1);
		struct fetched f = { b, len, NARGS };
		struct buf out = { 0 };

		for (size_t i = 0; i < len; i++)
			b[i] = rand() % 3 ? rand() % 9 : rand();
		params_text(p, 0, &f, &k, &out);
		params_members(p, &f, &k, &out);
		total += out.len;
		buf_free(&out);
		free(b);
	}
	ok(total > 3000, "damaged bytes do no harm");
	params_put(p);
}

int main(void)
{
	test_offsets();
	test_too_long();
	test_text();
	test_json();
	test_damaged();
	return tap_done();
}
