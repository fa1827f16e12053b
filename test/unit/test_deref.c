// SPDX-License-Identifier: GPL-2.0
/*
 * Chains of dereferences through the descriptions that the compiler wrote of
 * fixture/types.h, run over objects that this program made of the same types: what
 * is fetched is what C finds there.
 */
#include <bpf/btf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ktap/event.h>
#include "../fixture/types.h"
#include "event/deref.h"
#include "tap.h"
#include "util/text.h"

static struct types types;

static void need_types(void)
{
	struct buf why = { 0 };

	if (types_need(&types, &why)) {
		printf("Bail out! %s\n", text_cstr(&why));
		exit(1);
	}
	buf_free(&why);
}

/* --- a machine for fetches, in this process's memory --- */

struct outcome {
	bool text, user;
	int64_t number;
	char bytes[KTAP_MAX_STRING + 1];
	size_t len;
};

static const unsigned char int_size[] = {
#define _(name, size) size,
	KTAP_FIELD_TYPES(_)
#undef _
};

static int64_t cut(uint64_t v, unsigned int type)
{
	unsigned int unused = 64 - 8 * int_size[type];

	return type >= KTAP_FT_S8 ? (int64_t)(v << unused) >> unused : (int64_t)(v << unused >> unused);
}

static void run_text(struct outcome *f, const struct ktap_fetch *op, uint64_t v)
{
	const char *at = (const char *)(uintptr_t)v;
	bool bytes = op->op == KTAP_FETCH_BYTES || op->op == KTAP_FETCH_UBYTES;

	f->text = true;
	f->user = op->op == KTAP_FETCH_USTR || op->op == KTAP_FETCH_UBYTES;
	f->len = bytes ? (size_t)op->imm : strlen(at);
	memcpy(f->bytes, at, f->len);
	f->bytes[f->len] = 0;
}

static struct outcome run(const struct deref *d, const uint64_t *words, uint64_t result)
{
	struct outcome f = { 0 };
	uint64_t v = 0, raw;

	for (unsigned int i = 0; i < d->fetch.n; i++) {
		const struct ktap_fetch *op = &d->fetch.op[i];
		unsigned int low = op->imm & 255, n = op->imm >> 8;

		switch (op->op) {
		case KTAP_FETCH_ARG: v = words[op->imm]; break;
		case KTAP_FETCH_RETVAL: v = result; break;
		case KTAP_FETCH_ADD: v += op->imm; break;
		case KTAP_FETCH_LOAD: case KTAP_FETCH_ULOAD:
			raw = 0;
			memcpy(&raw, (void *)(uintptr_t)(v + op->imm), int_size[op->type]);
			v = cut(raw, op->type);
			f.user |= op->op == KTAP_FETCH_ULOAD;
			break;
		case KTAP_FETCH_BITS:
			v <<= 64 - low - n;
			v = op->type >= KTAP_FT_S8 ? (uint64_t)((int64_t)v >> (64 - n)) : v >> (64 - n);
			break;
		default:
			run_text(&f, op, v);
		}
	}
	if (!f.text)
		f.number = cut(v, d->fetch.type);
	return f;
}

/* --- objects --- */

static struct all *make_all(void)
{
	struct all *a = calloc(1, sizeof(*a) + 8), *b = calloc(1, sizeof(*b));
	static struct inner elsewhere = { .before = -9, .name = (const unsigned char *)"else" };

	memcpy(a, &(struct all){
		.s8 = -8, .u8 = 200, .s16 = -300, .u16 = 60000, .s32 = -70000, .u32 = 4000000000u,
		.s64 = -5000000000l, .u64 = 1ul << 63 | 5, .flag = true, .letter = 'z', .color = GREEN,
		.bit0 = 1, .bits3 = 5, .bits20 = 0xabcde, .sbits5 = -7, .wide33 = 0x1fffffffeull,
		.wide31 = 0x7ffffffd, .small3 = 6, .small5 = 19, .str = "a string", .buffer = (char *)"buf",
		.data = (unsigned char *)"data", .bytes_at = (const byte *)"bytes",
		.signed_str = (const signed char *)"signed", .typedef_str = "typed", .cv = -12,
		.call = (callback)(void *)make_all, .nothing = a, .comm = "command", .fixed = "full",
		.mac = { 1, 2, 0, 4, 5, 6 }, .numbers = { 10, -20, 30, -40 },
		.strs = { "first", "second" },
		.inners = { [1] = { .before = 21, .low = 0x1234, .high = 0xfedc } },
		.inner = { .before = -1, .whole = -559038737, .name = (const unsigned char *)"inner name" },
		.to_inner = &elsewhere, .next = b, .huge = 1, .anonymous = 4711, .deep = b,
	}, sizeof(*a));
	memcpy(a->tail, "tail", 5);
	a->list = calloc(2, sizeof(*a->list));
	a->list[1] = b;
	memcpy(b, &(struct all){ .s32 = 99, .next = a, .str = "next string" }, sizeof(*b));
	return a;
}

static struct prototype function(const char *name)
{
	struct prototype p;

	if (!types_function(&types, NULL, name, &p)) {
		printf("Bail out! no function %s\n", name);
		exit(1);
	}
	return p;
}

static const uint64_t *words;
static uint64_t result;

static bool get(const char *of, const char *chain, unsigned int roots, struct deref *d, struct outcome *f)
{
	struct prototype p = function(of);
	struct buf why = { 0 };
	bool good = !deref_chain(&p, roots, chain, d, &why);

	if (good)
		*f = run(d, words, result);
	else
		printf("# %s: %s: %s\n", of, chain, text_cstr(&why));
	buf_free(&why);
	return good;
}

static void number_of(const char *of, const char *chain, unsigned int roots, int64_t want)
{
	static struct outcome f;
	struct deref d;

	if (ok(get(of, chain, roots, &d, &f) && !f.text, "%s: %s is a number", of, chain))
		is(f.number, want, "%s: %s", of, chain);
}

static void text_of(const char *of, const char *chain, const void *want, size_t len)
{
	static struct outcome f;
	struct deref d;

	ok(get(of, chain, DEREF_ARGS | DEREF_RESULT, &d, &f) && f.text && f.len == len &&
	   !memcmp(f.bytes, want, len), "%s: %s", of, chain);
}

#define N(chain, expr)	number_of("one", "p->" chain, DEREF_ARGS, (int64_t)(a->expr))
#define SAME(expr)	N(#expr, expr)
#define TEXT(chain, s)	text_of("one", chain, s, strlen(s))
#define BYTES(expr)	text_of("one", "p->" #expr, &a->expr, sizeof(a->expr))
#define ADDR(expr)	number_of("one", "&p->" #expr, DEREF_ARGS, (int64_t)(uintptr_t)&a->expr)

static void test_numbers(const struct all *a)
{
	SAME(s8); SAME(u8); SAME(s16); SAME(u16); SAME(s32); SAME(u32); SAME(s64); SAME(u64);
	SAME(flag); SAME(letter); SAME(color); SAME(cv);
	SAME(bit0); SAME(bits3); SAME(bits20); SAME(sbits5); SAME(wide33); SAME(wide31);
	SAME(small3); SAME(small5);
	SAME(anonymous); SAME(word); SAME(deep->s32);
	SAME(inner.before); SAME(inner.whole); SAME(inner.low); SAME(inner.high); SAME(inner.named.c);
	SAME(to_inner->before); SAME(next->next->next->s32);
	SAME(numbers[0]); SAME(numbers[3]); SAME(comm[2]); SAME(mac[1]);
	SAME(inners[1].low); SAME(inners[1].high); SAME(list[1]->s32); SAME(next[0].s32);
	N("to_inner[0].before", to_inner[0].before);
	number_of("one", "p", DEREF_ARGS, (int64_t)(uintptr_t)a);
	number_of("one", "[0]", DEREF_ARGS, (int64_t)(uintptr_t)a);
	number_of("one", "[0]->next->s32", DEREF_ARGS, 99);
	number_of("one", "p[0].s16", DEREF_ARGS, a->s16);
}

static void test_pointers(const struct all *a)
{
	SAME(buffer); SAME(data); SAME(bytes_at); SAME(call); SAME(nothing); SAME(opaque); SAME(next);
	ADDR(s8); ADDR(comm); ADDR(comm[3]); ADDR(inner.high); ADDR(next->str); ADDR(str[2]); ADDR(tail);
}

static void test_text(const struct all *a)
{
	TEXT("p->str", "a string");
	TEXT("p->signed_str", "signed");
	TEXT("p->typedef_str", "typed");
	TEXT("p->inner.name", "inner name");
	TEXT("p->to_inner->name", "else");
	TEXT("p->next->str", "next string");
	TEXT("p->strs[1]", "second");
	TEXT("p->tail", "tail");
	BYTES(comm); BYTES(fixed); BYTES(mac); BYTES(numbers); BYTES(inner); BYTES(huge);
	BYTES(inners[1]);
}

/* The words as the calling convention has them: small structures in registers, others behind. */
static void test_parameters(void)
{
	const uint64_t narrow[] = { 0xffffff80, 0xfffffff0, 0xffff8000, 0xffff8001, 1ull << 40 | 0xfffffffe,
				    1ull << 40 | 0xfffffffe, -3ull, -4ull, 0xff01, 0xff00000007, 'k' | 0xff00 };
	static const char *const name[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k" };
	const int64_t want[] = { -128, 0xf0, -32768, 0x8001, -2, 0xfffffffe, -3, -4, 1, 7, 'k' };

	words = narrow;
	for (unsigned int i = 0; i < sizeof(name) / sizeof(*name); i++)
		number_of("narrow", name[i], DEREF_ARGS, want[i]);
	result = 0xffff0000fffeull;
	number_of("narrow", "$retval", DEREF_RESULT, -2);
	number_of("gives_byte", "$retval", DEREF_RESULT, 0xfe);
}

static void test_text_parameters(void)
{
	const uint64_t texts[] = { (uintptr_t)"one", (uintptr_t)"two", (uintptr_t)"three",
				   (uintptr_t)"four", (uintptr_t)"five" };

	words = texts;
	text_of("texts", "a", "one", 3);
	number_of("texts", "b", DEREF_ARGS, (int64_t)texts[1]);
	text_of("texts", "c", "three", 5);
	text_of("texts", "[3]", "four", 4);
	number_of("texts", "e", DEREF_ARGS, (int64_t)texts[4]);
	number_of("texts", "&a[0]", DEREF_ARGS, (int64_t)texts[0]);
	number_of("texts", "a[1]", DEREF_ARGS, 'n');
	text_of("variadic", "format", "one", 3);
	result = texts[2];
	text_of("texts", "$retval", "three", 5);
}

/* a: one register; b: two; c: one; d: stack; e: two; f: stack, behind d. */
static void test_structures(void)
{
	struct two a = { -1, 17, -5 };
	struct four b = { -2, 3, 4, 5 }, e = { 6, -7, 8, 9 };
	struct prototype p = function("by_value");
	uint64_t w[10] = { 0 };
	struct deref d;

	memcpy(&w[0], &a, sizeof(a));
	memcpy(&w[1], &b, sizeof(b));
	w[3] = -30ull;
	memcpy(&w[4], &e, sizeof(e));
	w[6] = 61; w[7] = 62; w[8] = 63; w[9] = 0xffffffff00000041;
	words = w;
	number_of("by_value", "a.a", DEREF_ARGS, -1);
	number_of("by_value", "a.b", DEREF_ARGS, 17);
	number_of("by_value", "a.c", DEREF_ARGS, -5);
	number_of("by_value", "a", DEREF_ARGS, (int64_t)w[0]);
	number_of("by_value", "b.a", DEREF_ARGS, -2);
	number_of("by_value", "b.b", DEREF_ARGS, 3);
	number_of("by_value", "b.d", DEREF_ARGS, 5);
	number_of("by_value", "c", DEREF_ARGS, -30);
	number_of("by_value", "d.c", DEREF_ARGS, 63);
	number_of("by_value", "e.b", DEREF_ARGS, -7);
	number_of("by_value", "e.c", DEREF_ARGS, 8);
	number_of("by_value", "f", DEREF_ARGS, 0x41);
	deref_param(&p, 3, &d);
	is(run(&d, w, 0).number, 61, "by_value: the first word of what no number can hold");
	result = w[0];
	number_of("by_value", "$retval.b", DEREF_RESULT, 17);
}

static void test_packed(void)
{
	struct packed p = { .first = 1, .second = 0xcafe1234, .crossing = 0x2abcdef1, .more = 0x54321 };
	const uint64_t w[] = { (uintptr_t)&p };

	words = w;
	number_of("gives_large", "p->second", DEREF_ARGS, 0xcafe1234);
	number_of("gives_large", "p->crossing", DEREF_ARGS, 0x2abcdef1);
	number_of("gives_large", "p->more", DEREF_ARGS, 0x54321);
}

static void test_tracepoints(void)
{
	const uint64_t w[] = { 0x101, 0, (uintptr_t)"name", 0xffff };
	struct names all = { 0 };
	struct prototype p;
	struct deref d;

	ok(types_tracepoint(&types, "sample", &p) && prototype_count(&p) == 4 &&
	   !strcmp(prototype_name(&p, 1), "p"), "a tracepoint's own arguments");
	deref_param(&p, 0, &d);
	is(run(&d, w, 0).number, 1, "its first");
	deref_param(&p, 2, &d);
	ok(!strcmp(run(&d, w, 0).bytes, "name"), "a text");
	deref_param(&p, 3, &d);
	is(run(&d, w, 0).number, -1, "its last");
	ok(types_tracepoint(&types, "nameless", &p) && prototype_count(&p) == 1 && !*prototype_name(&p, 0),
	   "arguments without names");
	ok(types_tracepoint(&types, "empty", &p) && !prototype_count(&p), "a tracepoint without arguments");
	ok(!types_tracepoint(&types, "absent", &p), "no such tracepoint");
	types_tracepoints(&types, &all);
	ok(all.n == 4 && !strcmp(all.at[0], "empty") && !strcmp(all.at[2], "sample"), "all tracepoints");
	names_free(&all);
}

static void text_is(struct buf *got, const char *want)
{
	ok(!strcmp(text_cstr(got), want), "'%s'", want);
	if (strcmp(text_cstr(got), want))
		printf("# got '%s'\n", text_cstr(got));
	buf_free(got);
}

static void test_texts(void)
{
	static const struct { const char *function; int param; const char *text; } cases[] = {
		{ "one", 0, "struct all *p" }, { "one", -1, "struct all *" },
		{ "narrow", 0, "signed char a" }, { "narrow", 8, "_Bool i" }, { "narrow", 9, "enum color j" },
		{ "texts", 0, "const char *a" }, { "texts", 2, "text c" }, { "by_value", 3, "struct large d" },
		{ "no_result", 0, "struct all **list" }, { "no_result", -1, "void" },
		{ "variadic", 0, "const char *format" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct prototype p = function(cases[i].function);
		struct buf got = { 0 };

		if (cases[i].param < 0)
			prototype_result_text(&p, &got);
		else
			prototype_text(&p, cases[i].param, &got);
		text_is(&got, cases[i].text);
	}
	is(prototype_count(&(struct prototype){ function("variadic").btf, function("variadic").id, 0 }), 1,
	   "'...' is no argument");
}

static const struct { const char *function, *chain; unsigned int part; const char *why; } bad[] = {
	{ "one", "p->com", 1, "struct all has no member 'com'; did you mean 'comm'?" },
	{ "one", "p->next->inner.nme", 3, "struct inner has no member 'nme'; did you mean 'name'?" },
	{ "one", "p->anonymos", 1, "struct all has no member 'anonymos'; did you mean 'anonymous'?" },
	{ "one", "p->qqqqqq", 1, "struct all has no member 'qqqqqq'" },
	{ "one", "q->comm", 0, "there is no argument 'q'; there are p" },
	{ "by_value", "g", 0, "there is no argument 'g'; there are a, b, c, d, e, f" },
	{ "texts", "aa", 0, "there is no argument 'aa'; there are a, b, c, d, e" },
	{ "one", "p.comm", 1, "'p' is a pointer; write '->' for '.'" },
	{ "one", "p->inner->name", 2, "'p->inner' is a structure, not a pointer to one; write '.' for '->'" },
	{ "one", "p->s32->x", 2, "'p->s32' is 'int': it has no members" },
	{ "one", "p->bits3.x", 2, "'p->bits3' is 'unsigned int': it has no members" },
	{ "one", "p->opaque->x", 2, "'p->opaque' is 'struct unknown *', whose members are not known here" },
	{ "one", "p->nothing[1]", 2, "'p->nothing' is 'void *': it has no elements" },
	{ "one", "p->s32[1]", 2, "'p->s32' is 'int': it has no elements" },
	{ "one", "p->comm[16]", 2, "'p->comm' has 16 elements: there is no [16]" },
	{ "one", "p->comm[-1]", 2, "'p->comm' has 16 elements: there is no [-1]" },
	{ "one", "&p", 0, "'p' is in a register: it has no address" },
	{ "one", "&p->bits3", 1, "'p->bits3' is a bit-field: it has no address" },
	{ "one", "p->real", 1, "'p->real' is 'double', which cannot be shown" },
	{ "one", "p->big", 1, "'p->big' has 9000 bytes, more than a string can have; name a part of it" },
	{ "one", "[1]", 0, "there is no argument number 1" },
	{ "one", "$retval", 0, "there is no return value where a function begins" },
	{ "one", "p->", 1, "'->' is no chain of members: write args.NAME->MEMBER" },
	{ "one", "p+1", 1, "'+1' is no chain of members: write args.NAME->MEMBER" },
	{ "one", "", 0, "'' is no chain of members: write args.NAME->MEMBER" },
	{ "by_value", "d", 0, "'d' does not fit a number; name one of its members" },
};

static void refused(const char *of, const char *chain, unsigned int roots, unsigned int part, const char *want)
{
	struct prototype p = function(of);
	struct buf why = { 0 };
	struct deref d;
	bool good = deref_chain(&p, roots, chain, &d, &why) && d.part == part &&
		    !strcmp(text_cstr(&why), want);

	if (!ok(good, "%s: '%s' is refused", of, chain))
		printf("# got part %u: %s\n", d.part, text_cstr(&why));
	buf_free(&why);
}

static void test_refused(void)
{
	struct buf chain = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i].function, bad[i].chain, DEREF_ARGS, bad[i].part, bad[i].why);
	refused("one", "p", DEREF_RESULT, 0,
		"a function's arguments are gone when it returns: only retval is there");
	refused("one", "p", 0, 0, "a function's arguments are known where it begins, not at an offset in it");
	refused("narrow", "$retval.x", DEREF_RESULT, 1, "'retval' is 'short int': it has no members");
	refused("no_result", "$retval", DEREF_RESULT, 0, "the function returns nothing");
	refused("gives_large", "$retval", DEREF_RESULT, 0, "what the function returns does not fit a register");
	buf_printf(&chain, "p");
	for (int i = 0; i < 70; i++)
		buf_printf(&chain, "->next");
	refused("one", text_cstr(&chain), DEREF_ARGS, 65, "the chain is too long: 64 steps of fetching at most");
	buf_free(&chain);
}

/* What gcc cannot describe: memory that is said to be the task's, old bit-fields. */
static void test_user(void)
{
	struct btf *btf = btf__new_empty();
	int chr = btf__add_int(btf, "char", 1, BTF_INT_SIGNED), cst = btf__add_const(btf, chr);
	int user = btf__add_type_tag(btf, "user", cst), str = btf__add_ptr(btf, user);
	int plain = btf__add_ptr(btf, cst), s = btf__add_struct(btf, "s", 16), proto;
	struct prototype p = { .btf = btf };
	const uint64_t value[] = { (uintptr_t)"struct text", 0 }, w[] = { (uintptr_t)value, (uintptr_t)"text" };
	struct buf why = { 0 };
	struct outcome f;
	struct deref d;

	btf__add_field(btf, "str", plain, 0, 0);
	user = btf__add_ptr(btf, btf__add_type_tag(btf, "user", s));
	proto = btf__add_func_proto(btf, 0);
	btf__add_func_param(btf, "s", user);
	btf__add_func_param(btf, "str", str);
	p.id = (uint32_t)proto;
	ok(!deref_chain(&p, DEREF_ARGS, "str", &d, &why), "a text of the task's");
	f = run(&d, w, 0);
	ok(f.user && !strcmp(f.bytes, "text"), "is read there");
	ok(!deref_chain(&p, DEREF_ARGS, "s->str", &d, &why), "a text in the task's structure");
	f = run(&d, w, 0);
	ok(f.user && d.fetch.op[1].op == KTAP_FETCH_ULOAD && !strcmp(f.bytes, "struct text"), "is read there");
	ok(!deref_chain(&p, DEREF_ARGS, "s[2].str[3]", &d, &why) && d.fetch.op[d.fetch.n - 1].op == KTAP_FETCH_ULOAD,
	   "and a letter of it");
	buf_free(&why);
	btf__free(btf);
}

/* Whatever is asked, there is an answer: operations in their order, or a sentence. */
static void test_any(void)
{
	static const char *const piece[] = {
		"p", "->", ".", "[0]", "[1]", "[", "]", "&", "$retval", "next", "inner", "list", "comm", "tail",
		"bits3", "inners", "to_inner", "name", "str", "strs", "deep", "x", "9", "-", " ", "->next", "->list[1]",
	};
	static const char *const of[] = { "one", "texts", "by_value", "no_result", "variadic", "__traceiter_sample" };
	unsigned int seed = 1, good = 0, odd = 0;

	for (unsigned int i = 0; i < 50000; i++) {
		struct prototype p = function(of[rand_r(&seed) % (sizeof(of) / sizeof(*of))]);
		struct buf chain = { 0 }, why = { 0 };
		struct deref d;
		bool is;

		if (rand_r(&seed) % 2)
			buf_printf(&chain, "p");
		for (unsigned int n = rand_r(&seed) % 8; n; n--)
			buf_printf(&chain, "%s", piece[rand_r(&seed) % (sizeof(piece) / sizeof(*piece))]);
		is = !deref_chain(&p, rand_r(&seed) & 3, text_cstr(&chain), &d, &why);
		good += is;
		odd += is ? !d.fetch.n || d.fetch.too_long || d.fetch.op[0].op > KTAP_FETCH_RETVAL : !why.len;
		buf_free(&chain);
		buf_free(&why);
	}
	ok(good > 500 && !odd, "50000 chains of anything: %u of them good, %u odd", good, odd);
}

static void test_absent(const char *good)
{
	struct buf why = { 0 };
	struct types none = { 0 };

	setenv("KTAP_BTF", "/nonexistent/types", 1);
	ok(types_need(&none, &why) && strstr(text_cstr(&why), "KTAP_BTF names no file of types"), "no types");
	types_close(&none);
	buf_free(&why);
	setenv("KTAP_BTF", "/etc/passwd", 1);
	ok(types_need(&none, &why), "a file of something else");
	types_close(&none);
	buf_free(&why);
	setenv("KTAP_BTF", good, 1);
}

int main(void)
{
	char *file = strdup(getenv("KTAP_BTF"));
	struct all *a = make_all();
	const uint64_t first[] = { (uintptr_t)a };
	const uint64_t list[] = { (uintptr_t)a->list };

	test_absent(file);
	need_types();
	words = first;
	test_numbers(a);
	test_pointers(a);
	test_text(a);
	words = list;
	number_of("no_result", "list[1]->s32", DEREF_ARGS, 99);
	test_parameters();
	test_text_parameters();
	test_structures();
	test_packed();
	test_tracepoints();
	test_texts();
	test_refused();
	test_user();
	test_any();
	types_close(&types);
	free(file);
	free(a->list);
	free(a->next);
	free(a);
	return tap_done();
}
