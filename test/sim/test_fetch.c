// SPDX-License-Identifier: GPL-2.0
/*
 * test_fetch.c - values fetched from registers, arguments and memory; what is no
 * fetch; the record that an event's text is made of.
 */
#include <string.h>

#include <ktap/record.h>

#include "script.h"
#include "fetch.h"

#define F(name, ...)	{ .op = KTAP_FETCH_##name, ##__VA_ARGS__ }
#define FIELD(t, at, n)	{ KTAP_SRC_FETCH, KTAP_FT_##t, n, at }

static u64 name_mem[32];

static struct { u64 next; s32 pid; u16 bits; char comm[6]; } object = {
	0x2000, -7, 0x8015, "comm!"	/* the next letter is not its own */
};
static const char text[64] = "a kernel string", user_text[64] = "the task's";	/* read in pieces of 64 */
static const struct kp_sim_mem memory[] = {
	{ .addr = 0x1000, .bytes = &object, .len = sizeof(object) },
	{ .addr = 0x2000, .bytes = text, .len = sizeof(text) },
	{ .addr = 0x3000, .bytes = user_text, .len = sizeof(user_text), .user = true },
	{ 0 },
};

static const struct kp_sim_regs regs = {
	.reg = { 1, 0x3000, 0x1000 }, .arg = { 0x1000, 0xfffffffffffffffeull, 0x180 }, .stack = { 5, 0x2000 },
	.sp = 99, .retval = (u64)-22, .ip = 0xffff, .retaddr = 0xeeee,
};

/* Offsets into `object`. */
static const struct ktap_fetch fetch[] = {
	/* 0: the object's pid */
	F(ARG, .imm = 0), F(ADD, .imm = 8), F(LOAD, .type = KTAP_FT_S32),
	/* 3: the text that its pointer points to */
	F(ARG, .imm = 0), F(LOAD, .type = KTAP_FT_U64), F(STR),
	/* 6: four bits from bit 2, with and without their sign */
	F(ARG, .imm = 0), F(ADD, .imm = 12), F(LOAD, .type = KTAP_FT_U16), F(BITS, .type = KTAP_FT_U8, .imm = 4 << 8 | 12),
	F(ARG, .imm = 0), F(ADD, .imm = 20), F(LOAD, .type = KTAP_FT_U16, .imm = -8), F(BITS, .type = KTAP_FT_S8, .imm = 4 << 8 | 12),
	/* 14: an array of characters */
	F(ARG, .imm = 0), F(ADD, .imm = 14), F(BYTES, .imm = 6),
	/* 17: the task's string by a register, cut to four */
	F(REG, .imm = 1), F(USTR, .imm = 4),
	/* 19: where nothing is */
	F(IMM, .imm = 0x9000), F(LOAD, .type = KTAP_FT_U64),
	/* 21 */
	F(ARG, .imm = 1), F(ARG, .imm = 2), F(RETVAL), F(IP), F(RETADDR), F(SP), F(STACK, .imm = 1), F(COMM),
	/* 29: a string where nothing is */
	F(IMM, .imm = 0x9000), F(STR),
	/* 31: the task's memory is not the kernel's */
	F(REG, .imm = 1), F(STR),
	/* 33: an element of an array that a register counts: 1 << 3 behind the object */
	F(REG, .imm = 0), F(SHL, .imm = 3), F(ADDREG, .imm = 2), F(LOAD, .type = KTAP_FT_S32),
	/* 37: a register that there is none of */
	F(IMM, .imm = 1), F(ADDREG, .imm = 77),
	/* 39: memory of either */
	F(REG, .imm = 1), F(ANYSTR), F(STACK, .imm = 1), F(ANYSTR, .imm = 8),
};

static const struct ktap_field fields[] = {
	FIELD(S32, 0, 3), FIELD(CHARS, 3, 3), FIELD(U64, 6, 4), FIELD(S64, 10, 4), FIELD(CHARS, 14, 3),
	FIELD(BYTES, 14, 3), FIELD(CHARS, 17, 2), FIELD(U64, 19, 2), FIELD(S64, 21, 1), FIELD(U8, 22, 1),
	FIELD(S32, 23, 1), FIELD(U16, 24, 1), FIELD(U64, 25, 1), FIELD(U64, 26, 1), FIELD(U64, 27, 1),
	FIELD(CHARS, 28, 1), FIELD(CHARS, 29, 2), FIELD(CHARS, 31, 2), FIELD(S64, 33, 4), FIELD(U64, 37, 2),
	FIELD(CHARS, 39, 2), FIELD(CHARS, 41, 2),
};

static struct kp_probe probe;

static struct kp_event event(const struct ktap_field *f, u32 n)
{
	probe = (struct kp_probe){
		.id = 3, .kind = KTAP_EV_TRACEPOINT, .args = f, .nargs = n, .fetch = fetch,
		.name = kp_static_str(name_mem, "fetching", 8, SCRIPT_SEED),
	};
	return (struct kp_event){ .probe = &probe, .regs = &regs };
}

static void test_values(void)
{
	struct kp_event ev = event(fields, ARRAY_SIZE(fields));
	struct script s;

	script_open(&s, "trace a:b { print(arg0, arg1, arg2, arg3) print(arg4, len(args[5]), arg6, arg7)"
		    "print(arg8, arg9, args[10], args[11], args[12], args[13], args[14]) "
		    "print(args[15], args[16], args[17], args[18], args[19], args[20], args[21]) }", NULL);
	s.sim.mem = memory;
	ok(script_fire(&s, 0, &ev), "a handler reads what is fetched");
	script_printed(&s, "-7\ta kernel string\t8\t-8\ncomm!\t6\tthe \tnil\n"
		       "-2\t128\t-22\t65535\t61166\t99\t8192\nsim\tnil\tnil\t-7\tnil\tthe task's\ta kernel\n",
		       "numbers of each size and sign, bits, strings, bytes");
	is(atomic64_read(&s.sim.vm.faults), 4, "what is not there is nil, and counted");
	script_close(&s);
}

static void test_limits(void)
{
	struct kp_opts opts = kp_sim_opts();
	struct kp_event ev = event(fields, ARRAY_SIZE(fields));
	struct script s;

	opts.max_string = 8;
	script_open(&s, "trace a:b { print(arg1) }", &opts);
	s.sim.mem = memory;
	script_fire(&s, 0, &ev);
	script_printed(&s, "a kernel\n", "a string is cut to the session's limit");
	is(atomic64_read(&s.sim.vm.truncated), 1, "and that is counted");
	script_close(&s);
}

/* The bytes of a text, as they are stored and as they are written. */
static void test_record(void)
{
	static const struct ktap_field some[] = {
		FIELD(S32, 0, 3), FIELD(CHARS, 3, 3), FIELD(U64, 19, 2), FIELD(CHARS, 28, 1),
	};
	struct kp_event ev = event(some, ARRAY_SIZE(some));
	u64 r[KTAP_FETCH_RECORD / 8];
	struct script s;
	u32 len;

	script_open(&s, "trace a:b { }", NULL);
	s.sim.mem = memory;
	script_fire(&s, 0, &ev);
	s.sim.cpu[0].handler.vm = &s.sim.vm;
	s.sim.cpu[0].handler.ev = &ev;
	ev.ctx = &s.sim.cpu[0].handler;
	len = kp_fetch_record(&s.sim.cpu[0].handler, &ev, (u8 *)r);
	is(len, 8 + 4 * 8 + 15 + 3, "the record has words, then the bytes of strings");
	is(r[0], 0xb, "and says which argument could not be fetched");
	is((s64)r[1], -7, "a number");
	is(r[2], 15u << 16 | 40, "where a string is");
	ok(!memcmp((u8 *)r + 40, "a kernel stringsim", 18), "the strings");
	is(atomic64_read(&s.sim.vm.faults), 1, "the fault is counted");
	script_close(&s);
}

static void test_text(void)
{
	static const struct ktap_field some[] = { FIELD(S32, 0, 3), FIELD(CHARS, 3, 3) };
	struct kp_event ev = event(some, ARRAY_SIZE(some));
	struct script s;

	script_open(&s, "n = 0 seen = {} trace a:b { seen[argstr] += 1 if (argstr == argstr) { n += 1 } }\n"
		    "trace_end { print(n, len(seen)) }", NULL);
	s.sim.mem = memory;
	script_fire(&s, 0, &ev);
	ev = event(some, ARRAY_SIZE(some));
	script_fire(&s, 0, &ev);
	object.pid = 8;
	ev = event(some, ARRAY_SIZE(some));
	script_fire(&s, 0, &ev);
	object.pid = -7;
	script_end(&s);
	script_printed(&s, "3\t2\n", "texts are equal when what was fetched is");
	script_close(&s);
}

/* The last argument is for the text: its number is none, its value makes texts differ. */
static void test_hidden(void)
{
	static const struct ktap_field some[] = { FIELD(U64, 26, 1), FIELD(S32, 0, 3) };
	struct kp_event ev;
	struct script s;

	script_open(&s, "seen = {} trace \"a:b\" function (e) { seen[argstr] += 1 print(args[0], args[1], e.fieldnum, e.field(2)) }\n"
		    "trace_end { print(len(seen)) }", NULL);
	s.sim.mem = memory;
	for (int i = 0; i < 2; i++) {
		object.pid = -7 - i;
		ev = event(some, ARRAY_SIZE(some));
		probe.nhidden = 1;
		script_fire(&s, 0, &ev);
	}
	object.pid = -7;
	script_end(&s);
	script_printed(&s, "99\tnil\t1\tnil\n99\tnil\t1\tnil\n2\n", "a hidden argument is in the text only");
	script_close(&s);
}

/* A record is full long before its last string. */
static void test_full_record(void)
{
	static char big[3000];
	static const struct kp_sim_mem big_memory[] = {
		{ .addr = 0x2000, .bytes = big, .len = sizeof(big) },
		{ .addr = 0x1000, .bytes = &object, .len = sizeof(object) }, { 0 },
	};
	static const struct ktap_field some[] = { FIELD(CHARS, 3, 3), FIELD(CHARS, 3, 3), FIELD(CHARS, 28, 1) };
	struct kp_event ev = event(some, ARRAY_SIZE(some));
	u64 r[KTAP_FETCH_RECORD / 8];
	struct script s;

	memset(big, 'x', sizeof(big));
	script_open(&s, "trace a:b { }", NULL);
	s.sim.mem = big_memory;
	script_fire(&s, 0, &ev);
	s.sim.cpu[0].handler.vm = &s.sim.vm;
	s.sim.cpu[0].handler.ev = &ev;
	ev.ctx = &s.sim.cpu[0].handler;
	is(kp_fetch_record(&s.sim.cpu[0].handler, &ev, (u8 *)r), KTAP_FETCH_RECORD, "a record ends where it is full");
	is(r[1] >> 16, KTAP_FETCH_RECORD - 32, "the first string has what there is");
	is(r[2] >> 16, 0, "the others nothing");
	is(r[0], 7, "which is no fault");
	ok(atomic64_read(&s.sim.vm.truncated) >= 2, "but counted as cut");
	script_close(&s);
}

static void refused(const struct ktap_fetch *op, u32 n, u32 type, const char *name)
{
	ok(!kp_fetch_check(op, n, type), "refused: %s", name);
}

#define OPS(...)	(const struct ktap_fetch[]){ __VA_ARGS__ }, sizeof((struct ktap_fetch[]){ __VA_ARGS__ }) / sizeof(struct ktap_fetch)

static void test_check(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		ok(kp_fetch_check(fetch + fields[i].offset, fields[i].size, fields[i].type), "fetch %u is one", i);
	refused(NULL, 0, KTAP_FT_U64, "nothing");
	refused(OPS(F(ADD, .imm = 1)), KTAP_FT_U64, "no source");
	refused(OPS(F(SP), F(SP)), KTAP_FT_U64, "two sources");
	refused(OPS(F(SP), F(STR), F(ADD)), KTAP_FT_U64, "more behind a string");
	refused(OPS(F(SP), F(STR)), KTAP_FT_U64, "a string as a number");
	refused(OPS(F(SP)), KTAP_FT_CHARS, "a number as a string");
	refused(OPS(F(SP)), KTAP_FT_DATA_LOC, "a type of records");
	refused(OPS(F(COMM), F(ADD)), KTAP_FT_U64, "arithmetic on a name");
	refused(OPS(F(SP), F(LOAD, .type = KTAP_FT_CHARS)), KTAP_FT_U64, "a load of no integer");
	refused(OPS(F(SP), F(BITS, .type = KTAP_FT_U8, .imm = 60 | 5 << 8)), KTAP_FT_U64, "bits beyond the word");
	refused(OPS(F(SP), F(BITS, .type = KTAP_FT_U8, .imm = 3)), KTAP_FT_U64, "no bits");
	refused(OPS(F(SP), F(BITS, .type = KTAP_FT_U8, .imm = -1)), KTAP_FT_U64, "bits of a negative number");
	refused(OPS(F(SP), F(BYTES, .imm = KTAP_MAX_STRING + 1)), KTAP_FT_BYTES, "too many bytes");
	refused(OPS(F(SP), F(BYTES, .imm = -1)), KTAP_FT_BYTES, "fewer than no bytes");
	refused(OPS(F(SP), F(SHL, .imm = 64)), KTAP_FT_U64, "a shift by more than there is");
	refused(OPS(F(SP), F(SHL, .imm = -1)), KTAP_FT_U64, "a shift to the right");
	refused(OPS(F(ADDREG)), KTAP_FT_U64, "a register added to nothing");
	refused(OPS(F(SP, .reserved = 1)), KTAP_FT_U64, "a reserved field in use");
	refused(OPS(F(SP, .type = 1)), KTAP_FT_U64, "a type where none belongs");
	refused(OPS({ .op = KTAP_FETCH__MAX }), KTAP_FT_U64, "an unknown operation");
}

int main(void)
{
	test_values();
	test_limits();
	test_record();
	test_text();
	test_hidden();
	test_full_record();
	test_check();
	return tap_done();
}
