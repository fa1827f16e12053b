// SPDX-License-Identifier: GPL-2.0
/*
 * test_handlers.c - handlers on made events: fields of every type, context, shared
 * state, budgets, errors, temporaries, losses.
 */
#include <string.h>

#include "script.h"
#include "../../vm/core/tab.h"

/* --- events --- */

static struct kp_probe probe;
static u64 name_mem[32];

/* A record with a field of each kind. */
struct record {
	u64 common;
	u8 a;
	s8 b;
	u16 c;
	s16 d;
	u32 e;
	s32 f;
	u64 g;
	char comm[16];
	u32 loc, rel;
	char tail[32];
};

static struct record rec;
static const struct ktap_field fields[] = {
	{ KTAP_SRC_RECORD, KTAP_FT_U8, 0, offsetof(struct record, a) },
	{ KTAP_SRC_RECORD, KTAP_FT_S8, 0, offsetof(struct record, b) },
	{ KTAP_SRC_RECORD, KTAP_FT_U16, 0, offsetof(struct record, c) },
	{ KTAP_SRC_RECORD, KTAP_FT_S16, 0, offsetof(struct record, d) },
	{ KTAP_SRC_RECORD, KTAP_FT_U32, 0, offsetof(struct record, e) },
	{ KTAP_SRC_RECORD, KTAP_FT_S32, 0, offsetof(struct record, f) },
	{ KTAP_SRC_RECORD, KTAP_FT_S64, 0, offsetof(struct record, g) },
	{ KTAP_SRC_RECORD, KTAP_FT_CHARS, 16, offsetof(struct record, comm) },
	{ KTAP_SRC_RECORD, KTAP_FT_DATA_LOC, 0, offsetof(struct record, loc) },
	{ KTAP_SRC_RECORD, KTAP_FT_REL_LOC, 0, offsetof(struct record, rel) },
};

static void make_record(void)
{
	rec = (struct record){ 0, 200, -100, 50000, -20000, 4000000000u, -2000000000,
			       (u64)-5, "sixteen chars..", 0, 0, "" };
	memcpy(rec.comm, "sixteen chars...", 16);	/* no NUL */
	strcpy(rec.tail, "located");
	strcpy(rec.tail + 16, "relative");
	rec.loc = 8u << 16 | offsetof(struct record, tail);
	rec.rel = 9u << 16 | (offsetof(struct record, tail) + 16 - offsetof(struct record, rel) - 4);
}

static struct kp_event record_event(void)
{
	probe = (struct kp_probe){
		.id = 4, .kind = KTAP_EV_TRACEPOINT, .args = fields, .nargs = 10,
		.name = kp_static_str(name_mem, "made_event", 10, SCRIPT_SEED),
	};
	make_record();
	return (struct kp_event){ .probe = &probe, .rec = &rec, .rec_len = sizeof(rec) };
}

static struct ktap_field words[7];

static struct kp_event syscall_event(void)
{
	u32 i;

	for (i = 0; i < 7; i++)
		words[i] = (struct ktap_field){ KTAP_SRC_WORD, KTAP_FT_S64, 0, i };
	probe = (struct kp_probe){
		.id = 5, .kind = KTAP_EV_SYS_ENTER, .args = words, .nargs = 7,
		.name = kp_static_str(name_mem, "sys_enter_write", 15, SCRIPT_SEED),
	};
	return (struct kp_event){ .probe = &probe, .word = { 1, 10, 20, 30, 40, 50, 60 } };
}

/* --- tests --- */

static void test_fields(void)
{
	struct kp_event ev = record_event();
	struct script s;

	script_open(&s, "trace a:b { print(arg0, arg1, arg2, arg3, arg4, arg5, arg6) "
		    "print(arg7, arg8, arg9) print(args[0], args[9], args[10], args[-1]) "
		    "print(probename, execname, pid, tid) }", NULL);
	ok(script_fire(&s, 0, &ev), "a handler reads all fields");
	script_printed(&s, "200\t-100\t50000\t-20000\t4000000000\t-2000000000\t-5\n"
		       "sixteen chars...\tlocated\trelative\n200\trelative\tnil\tnil\n"
		       "made_event\tsim\t100\t101\n", "each with its size and sign");
	script_close(&s);
}

static void test_broken_fields(void)
{
	struct kp_event ev = record_event();
	struct script s;

	script_open(&s, "trace a:b { print(arg8, arg9, arg7) }", NULL);
	rec.loc = 0xffffffff;
	rec.rel = 0xffff0000;
	ev.rec_len = offsetof(struct record, comm) + 4;
	script_fire(&s, 0, &ev);
	script_printed(&s, "nil\tnil\tnil\n", "what lies outside the record is nil");
	is(atomic64_read(&s.sim.vm.faults), 3, "and counted");
	script_close(&s);
}

static void test_first_generation(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "local function show(e) { return e.name .. '/' .. e.sc_arg2 }\n"
		    "trace 'syscalls:*' function (e) {\n"
		    "print(e.name, e.sc_nr, e.sc_arg1, e.sc_arg6, e.field(3), e.fieldnum, show(e)) }",
		    NULL);
	script_fire(&s, 0, &ev);
	script_printed(&s, "sys_enter_write\t1\t10\t60\t20\t7\tsys_enter_write/20\n",
		       "the event object of the first generation");
	script_close(&s);
}

static void test_shared(void)
{
	struct kp_event ev = syscall_event();
	struct script s;
	int i;

	script_open(&s, "var s, n = {}, 0 total = 0\n"
		    "trace a:b { s[execname, probename] += 1 n += 2 total -= 1 last = probename }\n"
		    "trace_end { print(s['sim', 'sys_enter_write'], n, total, last, len(s)) }", NULL);
	for (i = 0; i < 100000; i++)
		script_fire(&s, 0, &ev);
	script_end(&s);
	script_printed(&s, "100000\t200000\t-100000\tsys_enter_write\t1\n",
		       "table, captured and global variables of 100,000 events");
	is(s.sim.cpu[0].handler.nyoung, 0, "no handler left anything behind");
	ok(atomic64_read(&s.sim.vm.heap.used) < 65536, "nor in memory (%lld bytes)",
	   (long long)atomic64_read(&s.sim.vm.heap.used));
	script_close(&s);
}

static void test_text(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "texts = {}\ntrace a:b { texts[argstr] += 1 if (argstr == argstr) { same += 1 } "
		    "kept = argstr }\ntrace_end { print(len(texts), same, type(kept)) "
		    "for (k, v in texts) { print(v) } }", NULL);
	script_fire(&s, 0, &ev);
	script_fire(&s, 0, &ev);
	ev.word[2] = 99;
	ev.nwords = 0;
	script_fire(&s, 0, &ev);
	script_end(&s);
	script_printed(&s, "2\t3\teventtext\n2\n1\n", "an event's text is compared, stored, a key");
	script_close(&s);
}

static void test_budget(void)
{
	struct kp_event ev = syscall_event();
	struct kp_opts opts = kp_sim_opts();
	struct script s;

	opts.max_steps = 10000;
	script_open(&s, "trace a:b {\n  while (true) { n += 1 }\n}\ntrace_end { print(n) }", &opts);
	s.sim.now = 1;
	ok(!script_fire(&s, 0, &ev), "an endless loop is ended");
	ok(!script_fire(&s, 0, &ev), "each time");
	is(atomic64_read(&s.sim.vm.errors), 2, "and counted");
	script_end(&s);
	ok(strstr(s.out, "test:2:") && strstr(s.out, "step budget exhausted: more than 10000"),
	   "it is reported with its place");
	is(s.printer.errors, 1, "once");
	ok(strstr(s.out, "\n20002\n") != NULL, "after as many turns back, twice");
	script_close(&s);
}

/* #: Matching spends the handler's budget. */
/* A pattern that looks back endlessly spends as a loop does. */
static void test_pattern_budget(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "trace a:b {\n  pcall(match, rep(\"a\", 1000), rep(\"a-\", 50) .. \"b\")\n}\n"
		    "trace c:d { n = find(rep(\"a\", 4000) .. \"b\", rep(\"a\", 90) .. \"b\", 1, true) }\n"
		    "trace_end { print(n) }", NULL);
	s.sim.now = 1;		/* time stands still: steps alone count */
	ok(!script_fire(&s, 0, &ev), "a pattern that looks back endlessly is ended");
	ok(script_fire(&s, 1, &ev), "plain text is found within the budget");
	script_end(&s);
	ok(strstr(s.out, "test:2:") && strstr(s.out, "step budget exhausted"), "as a loop is");
	ok(strstr(s.out, "\n3911\n") != NULL, "and rightly");
	script_close(&s);
}

/* Comparing long strings, and making tables, spend as loops do that take as long. */
static void test_work_budget(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "var a, b, n = rep(\"x\", 4000) .. \"a\", rep(\"x\", 4000) .. \"b\", 0\n"
		    "trace a:b { for (i = 1, 20000) { n += 1 if (a == b) { } } }\n"
		    "trace c:d { for (i = 1, 20000) { n += 1 if (a < b) { } } }\n"
		    "trace e:f { for (i = 1, 200000) { n += 1 local t = { } } }\n"
		    "trace g:h { for (i = 1, 900000) { if (a == a || a == \"b\") { } } }", NULL);
	s.sim.now = 1;
	ok(!script_fire(&s, 0, &ev), "20000 comparisons of 4000 bytes that are equal but for the last");
	ok(!script_fire(&s, 1, &ev), "their order");
	ok(!script_fire(&s, 2, &ev), "200000 tables");
	ok(script_fire(&s, 3, &ev), "a string and itself, or one of another length, spend nothing");
	script_end(&s);
	is(atomic64_read(&s.sim.vm.errors), 3, "each ended by its steps");
	script_close(&s);
}

/* #: The text of an event is made when it is printed, so these functions refuse it */
/* Only the reader can make text of an event. */
static void test_text_in_strings(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "trace a:b { print(type(stringof(argstr)), type(tostring(argevent)))\n"
		    "print(pcall(find, argstr, \"x\"))\nprint(pcall(format, \"%d%s\", 1, argstr)) }\n", NULL);
	ok(script_fire(&s, 0, &ev), "an event's text given to string functions");
	script_end(&s);
	script_printed(&s, "eventtext\teventtext\n"
		       "false\ttest:2: argument 1 of 'find' is eventtext, expected string\n"
		       "false\ttest:3: argument 3 of 'format' is eventtext, expected string\n",
		       "stays what it is, or is refused");
	script_close(&s);
}

/* #: | steps of one run of a handler | 1 000 000 turns of loops and calls, also of the library, whose long work counts as many | */
static void test_default_steps(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "n = 0\ntrace a:b { for (i = 1; i <= 999990; i++) { } print('all of them') }\n"
		    "trace c:d { while (true) { n += 1 } }\ntrace_end { print(n) }", NULL);
	s.sim.now = 1;
	ok(script_fire(&s, 0, &ev), "nearly a million turns in one handler");
	ok(!script_fire(&s, 1, &ev), "but not more");
	script_end(&s);
	ok(strstr(s.out, "step budget exhausted: more than 1000000 loop turns and calls"), "which is said");
	ok(strstr(s.out, "all of them\n") && strstr(s.out, "\n1000001\n"), "after as many turns");
	script_close(&s);
}

static void test_time_budget(void)
{
	struct kp_event ev = syscall_event();
	struct kp_opts opts = kp_sim_opts();
	struct script s;

	opts.max_time_ns = 5000000;
	script_open(&s, "local function f() { return f() }\ntrace a:b { pcall(f) }", &opts);
	s.sim.now = 1;
	s.sim.tick = 1000000;
	ok(!script_fire(&s, 0, &ev), "time ends a handler, through pcall and tail calls");
	script_end(&s);
	ok(strstr(s.out, "time budget exhausted") != NULL, "and says so");
	script_close(&s);
}

/* How many firings of an endless handler, `pause` apart, until the session ends; 100: it does not. */
static int firings_until_end(struct script *s, struct kp_opts *opts, u64 pause)
{
	struct kp_event ev = syscall_event();
	int n = 0;

	script_open(s, "var n = 0\ntrace a:b { n += 1  pcall(function () { while (true) {} }) }\n"
		    "trace_end { print(n) }", opts);
	s->sim.now = 1;
	s->sim.tick = 1000000;
	while (n < 100 && !s->sim.exited) {
		script_fire(s, 0, &ev);
		s->sim.now += pause;
		n++;
	}
	script_end(s);
	return n;
}

/* Each takes its 20 ms and one look at the clock more. */
static void test_waste(void)
{
	struct kp_opts opts = kp_sim_opts();
	struct script s;

	opts.max_steps = 1u << 30;
	opts.max_time_ns = 20000000;
	is(firings_until_end(&s, &opts, 0), 24, "endless handlers one after the other end the session in half a second");
	is(s.sim.exit_code, 1, "with a status");
	ok(strstr(s.out, "tracing ends") != NULL, "and an error");
	script_close(&s);
	is(firings_until_end(&s, &opts, 30000000), 100, "with more time between them than in them they do not");
	script_close(&s);
	opts.max_steps = 1000;
	is(firings_until_end(&s, &opts, 0), 100, "nor such as run out of steps soon");
	script_close(&s);
}

/* The main chunk, which stands at a trace statement the second time, is over then. */
static void test_end_at_trace(void)
{
	struct script s;

	script_open(&s, "local a = 'main'\ntrace_end { local b = 7  print('end', b) }\ntrace a:b { }\nprint(a)", NULL);
	kp_sim_enter(&s.sim);
	is(kp_vm_main(&s.sim.main, &s.sim.vm), KP_RUN_TRACE, "the main chunk stands at its trace statement");
	kp_sim_leave(&s.sim);
	script_end(&s);
	script_printed(&s, "main\nend\t7\nend\t7\n", "the end runs there, and the main chunk does not go on");
	script_close(&s);
}

static void test_temporaries(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "trace a:b {\n"
		    "  local s, keep = '', 'kept ' .. execname\n"
		    "  for (i = 1, 20000) { s = 'number ' .. i .. ' of ' .. execname }\n"
		    "  print(s, keep)\n"
		    "  local t\n"
		    "  for (i = 1, 5000) { t = {i, i + 1} }\n"
		    "  print(t[1], t[2]) }", NULL);
	ok(script_fire(&s, 0, &ev), "20,000 strings and 5,000 tables in one handler");
	script_printed(&s, "number 20000 of sim\tkept sim\n5000\t5001\n",
		       "those still held survive");
	script_end(&s);
	ok(atomic64_read(&s.sim.vm.heap.used) < 131072, "the others are gone (%lld bytes)",
	   (long long)atomic64_read(&s.sim.vm.heap.used));
	script_close(&s);
}

/* A handler that holds more than its arena has room for. */
static void test_arena_full(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "local function grow(n, s) { local t = s .. s return n == 0 ? len(t) : "
		    "grow(n - 1, t) + len(s) }\ntrace a:b { grow(20, execname) }", NULL);
	ok(!script_fire(&s, 0, &ev), "holding on to too much ends the handler");
	script_end(&s);
	ok(strstr(s.out, "out of temporary memory") || strstr(s.out, "over the limit"),
	   "with a reason");
	script_close(&s);
}

static void test_deep(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "local function f(n) { return 1 + f(n + 1) }\ntrace a:b { f(1) }", NULL);
	ok(!script_fire(&s, 0, &ev), "endless recursion is ended");
	script_end(&s);
	ok(strstr(s.out, "stack overflow") != NULL, "with a reason");
	script_close(&s);
}

static void test_trace_in_handler(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "local function f() { trace c:d { } }\ntrace a:b { f() }", NULL);
	ok(!script_fire(&s, 0, &ev), "a trace statement in a handler is an error");
	script_end(&s);
	ok(strstr(s.out, "main chunk only") != NULL, "with a reason");
	script_close(&s);
}

static void test_memory_limit(void)
{
	struct kp_event ev = syscall_event();
	struct kp_opts opts = kp_sim_opts();
	struct script s;
	int i;

	opts.mem_limit = 512 << 10;
	script_open(&s, "t = {} n = 0\ntrace a:b { n += 1 t[n] = 'a value of some length ' .. n }\n"
		    "trace_end { print(n) }", &opts);
	for (i = 0; i < 20000; i++)
		script_fire(&s, 0, &ev);
	script_end(&s);
	script_printed(&s, "20000\n", "a full session goes on");
	ok(atomic64_read(&s.sim.vm.table_drops) > 1000, "what it drops is counted (%lld)",
	   (long long)atomic64_read(&s.sim.vm.table_drops));
	script_close(&s);
}

static void test_exit(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "trace a:b { exit(7) }\ntrace_end { print('end') }", NULL);
	script_fire(&s, 0, &ev);
	ok(s.sim.exited && s.sim.exit_code == 7, "exit(7) from a handler");
	script_end(&s);
	script_printed(&s, "end\n", "trace_end still runs");
	script_close(&s);
}

/* A loop of nothing has none, and yet its registers may be walked. */
static void test_no_registers(void)
{
	struct kp_opts opts = kp_sim_opts();
	struct kp_event ev = record_event();
	struct script s;

	opts.max_steps = 100;
	script_open(&s, "trace a:b { while (true) { } }", &opts);
	ok(!script_fire(&s, 0, &ev), "a handler without registers is ended too");
	is(atomic64_read(&s.sim.vm.errors), 1, "by its budget");
	script_close(&s);
}

static void test_conditions(void)
{
	struct kp_event ev = syscall_event();
	struct script s;

	script_open(&s, "trace a:b /arg1 == 10/, c:d /arg1 == 11/ { print('hit', arg1) }", NULL);
	is(s.nhandlers, 2, "two events with conditions of their own");
	script_fire(&s, 0, &ev);
	script_fire(&s, 1, &ev);
	script_printed(&s, "hit\t10\n", "each by its own");
	script_close(&s);
}

int main(void)
{
	test_fields();
	test_broken_fields();
	test_first_generation();
	test_shared();
	test_text();
	test_budget();
	test_pattern_budget();
	test_work_budget();
	test_default_steps();
	test_text_in_strings();
	test_time_budget();
	test_waste();
	test_end_at_trace();
	test_temporaries();
	test_arena_full();
	test_deep();
	test_trace_in_handler();
	test_memory_limit();
	test_exit();
	test_no_registers();
	test_conditions();
	return tap_done();
}
