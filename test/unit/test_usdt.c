// SPDX-License-Identifier: GPL-2.0
/* Markers of the programs of test/user, operands, and the texts that name places. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/insn.h"
#include "event/operand.h"
#include "event/registers.h"
#include "event/resolve.h"
#include "event/usdt.h"
#include "event/userspec.h"
#include "records.h"
#include "tap.h"
#include "util/text.h"

#define DIR	"test/user/build/"

/* "REG 40, SHL 3, ADD -8, ULOAD s32" */
static void put_fetch(const struct fetch *f, struct buf *out)
{
	static const char *const ops[] = {
#define _(name, class, text) #name,
		KTAP_FETCH_OPS(_)
#undef _
	};
	static const char *const types[] = { "u8", "u16", "u32", "u64", "s8", "s16", "s32", "s64" };

	for (unsigned int i = 0; i < f->n; i++) {
		buf_printf(out, "%s%s", i ? ", " : "", ops[f->op[i].op]);
		if (f->op[i].op == KTAP_FETCH_ULOAD || f->op[i].op == KTAP_FETCH_BITS)
			buf_printf(out, " %s", types[f->op[i].type]);
		if (f->op[i].op != KTAP_FETCH_IP && f->op[i].op != KTAP_FETCH_ULOAD)
			buf_printf(out, " %lld", (long long)f->op[i].imm);
	}
	buf_printf(out, " : %s", types[f->type]);
}

static struct elf *opened(const char *path)
{
	struct buf why = { 0 };
	struct elf *e = elf_open(path, &why);

	if (!e)
		ok(false, "%s: %s", path, text_cstr(&why));
	buf_free(&why);
	return e;
}

static const struct usdt_marker *find(const struct usdt *u, const char *name, unsigned int nth)
{
	for (unsigned int i = 0; i < u->markers.n; i++)
		if (!strcmp(u->markers.at[i].name, name) && !nth--)
			return &u->markers.at[i];
	return NULL;
}

static void test_markers(const char *path)
{
	struct elf *e = opened(path);
	const struct usdt_marker *m;
	uint64_t offset = 0, semaphore;
	struct usdt u;

	if (!e)
		return;
	usdt_read(e, &u);
	is(u.markers.n, 9, "markers");
	m = find(&u, "sizes", 0);
	ok(m && !strcmp(m->provider, "target") && !m->semaphore, "%s: a marker without a semaphore", path);
	ok(m && elf_is_code(e, m->address) && elf_offset(e, m->address, &offset), "%s: its place", path);
	m = find(&u, "guarded", 0);
	ok(m && m->semaphore && elf_offset(e, m->semaphore, &semaphore) && !elf_is_code(e, m->semaphore),
	   "%s: a semaphore is data", path);
	ok(find(&u, "twoplaces", 0) && find(&u, "twoplaces", 1) &&
	   find(&u, "twoplaces", 0)->address != find(&u, "twoplaces", 1)->address,
	   "%s: a marker at two places", path);
	usdt_free(&u);
	elf_close(e);
}

static const struct { const char *operand, *fetch; } x86[] = {
#ifdef __x86_64__
	{ "-4@%eax", "REG 80 : s32" },		{ "8@%r8", "REG 72 : u64" },
	{ "1@%ah", "REG 80, BITS u8 2056 : u8" }, { "-1@%bl", "REG 40 : s8" },
	{ "2@%di", "REG 112 : u16" },		{ "%rax", "REG 80 : u64" },
	{ "8@-16(%rbp)", "REG 32, ADD -16, ULOAD u64 : u64" },
	{ "-2@(%rsp)", "REG 152, ULOAD s16 : s16" },
	{ "8@(%rax,%rbx,8)", "REG 40, SHL 3, ADDREG 80, ULOAD u64 : u64" },
	{ "4@0x10(%rax,%rcx)", "REG 88, ADDREG 80, ADD 16, ULOAD u32 : u32" },
	{ "-8@(,%rdx,4)", "REG 96, SHL 2, ULOAD s64 : s64" },
	{ "4@$5", "IMM 5 : u32" },		{ "-4@$-6", "IMM -6 : s32" },
	{ "8@$0xffffffffffffffff", "IMM -1 : u64" },
	{ "-4@$-2147483648", "IMM -2147483648 : s32" },
	{ "8f@%xmm0", NULL },	{ "16@%rax", NULL },	{ "3@%rax", NULL },	{ "4@%eaxx", NULL },
	{ "4@", NULL },		{ "", NULL },		{ "@", NULL },		{ "-4@%eax)", NULL },
	{ "4@(%rax", NULL },	{ "4@()", NULL },	{ "4@(%rax,%rbx,3)", NULL },
	{ "4@(%rax,%rip)", NULL }, { "4@16", NULL },	{ "4@8(%rip)", NULL },
	{ "4@%fs:0(%rax)", NULL }, { "4@nosuch(%rip)", NULL }, { "4@5-", NULL },
	{ "4@a+b(%rip)", NULL }, { "99999999999@%eax", NULL }, { "4@$99999999999999999999", NULL },
#endif
};

static const struct { const char *operand, *fetch; } arm64[] = {
	{ "x0", "REG 0 : s32" },		{ "w19", "REG 152 : s32" },	{ "sp", "REG 248 : s32" },
	{ "5", "IMM 5 : s32" },			{ "-6", "IMM -6 : s32" },
	{ "[x0]", "REG 0, ULOAD s32 : s32" },	{ "[sp, 16]", "REG 248, ADD 16, ULOAD s32 : s32" },
	{ "[sp,#-8]", "REG 248, ADD -8, ULOAD s32 : s32" },
	{ "[x0, x1]", "REG 8, ADDREG 0, ULOAD s32 : s32" },
	{ "[x0, x1, lsl 3]", "REG 8, SHL 3, ADDREG 0, ULOAD s32 : s32" },
	{ "[x0, x1, lsl #3]", "REG 8, SHL 3, ADDREG 0, ULOAD s32 : s32" },
	{ "x31", NULL }, { "[x0", NULL }, { "[x0, w1]", NULL }, { "[x0, x1, ror 3]", NULL }, { "q0", NULL },
	{ "[x0, x1, lsl 64]", NULL }, { "", NULL },
};

static const struct { const char *operand, *fetch; } riscv64[] = {
	{ "a0", "REG 80 : s32" },		{ "s11", "REG 216 : s32" },
	{ "5", "IMM 5 : s32" },			{ "-6", "IMM -6 : s32" },
	{ "0(a5)", "REG 120, ULOAD s32 : s32" },	{ "16(sp)", "REG 16, ADD 16, ULOAD s32 : s32" },
	{ "-20(s0)", "REG 64, ADD -20, ULOAD s32 : s32" },
	{ "a8", NULL }, { "8(sp", NULL }, { "8(q0)", NULL }, { "8()", NULL }, { "%lo(x)(a5)", NULL }, { "fa0", NULL },
	{ "(sp)", NULL }, { "", NULL },
};

static void check(bool got, const struct fetch *f, const char *want, const char *operand)
{
	struct buf text = { 0 };

	if (got)
		put_fetch(f, &text);
	if (want)
		is_text(text_cstr(&text), want, operand);
	else
		ok(!got, "refused: '%s' %s", operand, text_cstr(&text));
	buf_free(&text);
}

static void test_operands(void)
{
	struct elf *e = opened(DIR "target");
	struct usdt_marker m = { .address = 0x1000 };
	struct fetch f;

	for (size_t i = 0; e && i < sizeof(x86) / sizeof(*x86); i++)
		check(operand_fetch(e, &m, x86[i].operand, strlen(x86[i].operand), &f), &f, x86[i].fetch,
		      x86[i].operand);
	for (size_t i = 0; e && i < sizeof(arm64) / sizeof(*arm64); i++) {
		struct operand o = { e, &m, arm64[i].operand, arm64[i].operand + strlen(arm64[i].operand) };

		f = (struct fetch){ .type = KTAP_FT_S32 };
		check(operand_arm64(&o, &f) && o.at == o.end, &f, arm64[i].fetch, arm64[i].operand);
	}
	for (size_t i = 0; e && i < sizeof(riscv64) / sizeof(*riscv64); i++) {
		struct operand o = { e, &m, riscv64[i].operand, riscv64[i].operand + strlen(riscv64[i].operand) };

		f = (struct fetch){ .type = KTAP_FT_S32 };
		check(operand_riscv64(&o, &f) && o.at == o.end, &f, riscv64[i].fetch, riscv64[i].operand);
	}
	elf_close(e);
}

#ifdef __x86_64__
/* A symbol is as far from the marker as in the file. */
static void test_symbols(void)
{
	static const char *const texts[] = { "4@global_int(%rip)", "4@global_int+4(%rip)", "4@4+global_int(%rip)",
					     "8@$global_int", "4@global_int" };
	struct elf *e = opened(DIR "target");
	struct usdt_marker m = { .address = 0x1000 };
	uint64_t address = 0;
	struct fetch f;

	if (!e)
		return;
	elf_read_symbols(e);
	for (unsigned int i = 0; i < e->symbols.n; i++)
		if (!strcmp(e->symbols.at[i].name, "global_int"))
			address = e->symbols.at[i].address;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		bool four = strchr(texts[i], '+');

		ok(operand_fetch(e, &m, texts[i], strlen(texts[i]), &f) && f.op[0].op == KTAP_FETCH_IP &&
		   f.op[1].imm == (int64_t)(address - 0x1000) + 4 * four &&
		   f.n == (texts[i][2] == '$' ? 2 : 3), "%s", texts[i]);
	}
	elf_close(e);
}
#endif

static const struct { const char *bytes; size_t size, length; } insns[] = {
#define I(bytes, length) { bytes, sizeof(bytes) - 1, length },
	I("\xc3", 1) I("\x48\x8d\x04\x37", 4) I("\xf3\x0f\x1e\xfa", 4) I("\xe8\0\0\0\0", 5) I("\x74\x05", 2)
	I("\x48\xb8\1\2\3\4\5\6\7\x08", 10) I("\x66\xb8\1\2", 4) I("\xb8\1\2\3\4", 5)
	I("\xf6\x07\x01", 3) I("\xf6\xd8", 2) I("\xf7\x05\0\0\0\0\1\2\3\4", 10) I("\x66\xf7\x07\1\2", 5)
	I("\x8b\x44\x24\x08", 4) I("\x8b\x04\x25\1\2\3\4", 7) I("\x0f\x84\1\2\3\4", 6) I("\x0f\x05", 2)
	I("\x66\x0f\x3a\x0f\xc1\x08", 6) I("\x66\x0f\x38\x00\xc1", 5) I("\xc5\xf8\x77", 3) I("\xc5\xf9\x6f\x07", 4)
	I("\xc4\xe3\x7d\x39\xc1\x01", 6) I("\x62\xf1\xfe\x48\x6f\x06", 6) I("\xc8\1\0\0", 4)
	I("\x06", 0) I("\x0f\x04", 0) I("\xe8\0\0", 0) I("\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\xc3", 0)
	I("", 0) I("\x48", 0) I("\xc4\xe3", 0) I("\x8b\x04", 0)
#undef I
};

static void test_instructions(void)
{
	for (size_t i = 0; i < sizeof(insns) / sizeof(*insns); i++) {
		size_t got = insn_length_x86((const unsigned char *)insns[i].bytes, insns[i].size);

		ok(got == insns[i].length, "instruction %zu: %zu bytes, got %zu", i, insns[i].length, got);
	}
}

static void test_splitting(void)
{
	const char *args = "  8@[sp, 16] -4@%eax\t4@(%rax, %rbx)", *operand;
	size_t len = operand_next(&args, &operand);

	ok(len == 10 && !memcmp(operand, "8@[sp, 16]", 10), "blanks inside of brackets part nothing");
	len = operand_next(&args, &operand);
	ok(len == 7 && !memcmp(operand, "-4@%eax", 7), "the next operand");
	is(operand_next(&args, &operand), 14, "and the next");
	is(operand_next(&args, &operand), 0, "no more");
}

static void test_specs(void)
{
	struct buf why = { 0 };
	struct userspec s;

	ok(!userspec_function("probe:/a/b:c%return x=%di", &s, &why) && !strcmp(s.file, "/a/b") &&
	   !strcmp(s.name, "c") && s.is_return && userspec_has_args("probe:/a/b:c%return x=%di", &s),
	   "a return with an argument");
	userspec_free(&s);
	ok(!userspec_function("uretprobe:libc:memcpy@GLIBC_2.14", &s, &why) && !strcmp(s.file, "libc") &&
	   !strcmp(s.name, "memcpy") && !strcmp(s.version, "GLIBC_2.14") && s.is_return, "a version");
	userspec_free(&s);
	ok(!userspec_function("uprobe:/a:b/c:d+0x10", &s, &why) && !strcmp(s.file, "/a:b/c") &&
	   !strcmp(s.name, "d") && s.offset == 16 && !s.is_return, "a colon in a folder's name, an offset");
	userspec_free(&s);
	ok(!userspec_marker("sdt:/a/b:p:n", &s, &why) && !strcmp(s.provider, "p") && !strcmp(s.name, "n"),
	   "a marker");
	userspec_free(&s);
	ok(!userspec_marker("usdt:libc:*", &s, &why) && !s.provider && !strcmp(s.name, "*"), "any marker");
	userspec_free(&s);
	ok(!userspec_is_function("probe:vfs_read") && userspec_is_function("probe:libc:x") &&
	   userspec_is_function("probe:/a:b") && userspec_is_marker("sdt:a") && !userspec_is_marker("sched:a"),
	   "whose texts they are");
	buf_free(&why);
}

static void refuses(const char *text, const char *part)
{
	struct event_catalog c = { 0 };
	struct event_query query = { .text = text };
	struct event_list list;
	struct buf why = { 0 };
	int err = event_resolve(&c, &query, &list, &why);

	ok(err && strstr(text_cstr(&why), part), "%s: %s", text, text_cstr(&why));
	if (!err)
		event_list_free(&list);
	catalog_close(&c);
	buf_free(&why);
}

static void resolves(const char *text, unsigned int events, unsigned int skipped)
{
	struct event_catalog c = { 0 };
	struct event_query query = { .text = text };
	struct event_list list;
	struct buf why = { 0 };
	int err = event_resolve(&c, &query, &list, &why);

	ok(!err, "%s: %s", text, text_cstr(&why));
	if (!err) {
		is(list.n, events, "  events");
		is(list.skipped.n, skipped, "  left out");
		event_list_free(&list);
	}
	catalog_close(&c);
	buf_free(&why);
}

static void test_resolving(void)
{
	resolves("probe:" DIR "target:add", 1, 0);
	resolves("probe:" DIR "target:add+4", 1, 0);
	resolves("probe:" DIR "target:ad?", 1, 0);
#ifdef __x86_64__
	refuses("probe:" DIR "target:add+2", "no instruction begins at add+0x2: one does at +0x0 and at +0x4");
#endif
	resolves("probe:" DIR "target:t[ewy]*%return", 3, 0);
	resolves("probe:" DIR "libplug.so:both", 2, 0);
	resolves("probe:" DIR "libplug.so:both@PLUG_1", 1, 0);
	resolves("probe:" DIR "libplug-stripped.so:*", 3, 1);
	resolves("sdt:" DIR "target:target:twoplaces", 2, 0);
	resolves("sdt:" DIR "target:*", 9, 0);
	refuses("probe:" DIR "target:", "is written probe:FILE:FUNCTION");
	refuses("probe:" DIR "target", "is written probe:FILE:FUNCTION");
	refuses("probe:/:add", "is written probe:FILE:FUNCTION");
	refuses("probe:/etc:add", "a folder");
	refuses("probe:" DIR "nothing:add", "No such file");
	refuses("probe:nosuchlibrary:add",
		"'nosuchlibrary' is no library or program where the loader and PATH look, and no loaded module of the kernel; "
		"a path says which file is meant");
	refuses("probe:" DIR "target:adds", "has no function 'adds'; did you mean 'add'?");
	refuses("probe:" DIR "libplug-stripped.so:chosen_plain", "it is stripped");
	refuses("probe:" DIR "libplug.so:both@PLUG_9", "has no function 'both@PLUG_9'");
	refuses("probe:" DIR "libplug.so:chosen", "chosen among several functions when the program starts");
	refuses("probe:" DIR "target:add+0x1000", "there is no offset 4096");
	refuses("probe:" DIR "target:add+4%return", "a return has no offset");
	refuses("probe:" DIR "target:add+x", "an offset is written FUNCTION+NUMBER");
	refuses("probe:" DIR "target:a*+4", "an offset is into one function");
	refuses("probe:" DIR "target:add%ret", "only %return can stand");
	refuses("probe:" DIR "target:0x12345678", "has no code at 0x12345678");
	refuses("probe:" DIR "target:_start%return", "it never returns");
	resolves("probe:" DIR "target:add a=%di b=+0(%si):string", 1, 0);
	resolves("sdt:" DIR "target:sizes a=%di", 1, 0);
	refuses("probe:" DIR "target:add a=@jiffies", "in a program '@' takes an address");
	refuses("probe:" DIR "target:add a=$retval", "$retval");
	refuses("probe:" DIR "target:add a=%xx", "this machine has no register 'xx'");
	refuses("sdt:" DIR "target:nosuch", "has no marker 'nosuch'; it has fraction, guarded, indexed, places");
	refuses("sdt:" DIR "target:target:size", "did you mean 'sizes'?");
	refuses("sdt:" DIR "target:other:sizes", "has no marker 'other:sizes'");
	refuses("sdt:" DIR "libplug.so:*", "it has none at all");
	refuses("sdt:" DIR "target:a:b:c", "a marker is written");
	refuses("sdt:" DIR "target:sizes%return", "a marker has no return");
}

int main(void)
{
	test_markers(DIR "target");
	test_markers(DIR "target-nopie");
	test_markers(DIR "target-static");
	test_markers(DIR "target-stripped");
	test_operands();
#ifdef __x86_64__
	test_symbols();
#endif
	test_instructions();
	test_splitting();
	test_specs();
	test_resolving();
	return tap_done();
}
