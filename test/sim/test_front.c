// SPDX-License-Identifier: GPL-2.0
/*
 * test_front.c - what is decided of an event before a handler is set up: the condition
 * that it begins with, and its front, which does all of it or nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "../../vm/core/cond.h"
#include "../../vm/core/front.h"
#include "../../vm/sim/fault.h"

static struct kp_probe probe;
static u64 name_mem[32];

static struct kp_event call_event(void)
{
	static struct ktap_field words[7];
	u32 i;

	for (i = 0; i < 7; i++)
		words[i] = (struct ktap_field){ KTAP_SRC_WORD, KTAP_FT_S64, 0, i };
	probe = (struct kp_probe){
		.id = 5, .kind = KTAP_EV_SYS_ENTER, .args = words, .nargs = 7,
		.name = kp_static_str(name_mem, "sys_enter_write", 15, SCRIPT_SEED),
	};
	return (struct kp_event){ .probe = &probe, .word = { 1, 10, 20, 30, 40, 50, 60 } };
}

/* The front's answer alone. */
static u32 by_front(struct script *s, u32 n, struct kp_event *ev)
{
	script_resolve(s, &probe);
	return KP_FRONT(s->handler[n]->fn->front, &probe, NULL, 0, ev->word, 0);
}

static s64 global(struct script *s, u32 n)
{
	return atomic64_read(&s->sim.vm.global[n].num);
}

static void test_condition(const char *op, s64 k)
{
	static const s64 numbers[] = { -5, 0, 1, 4, 5, 6, 1 << 22 };
	char text[128], name[64];
	struct kp_event ev = call_event();
	struct kp_cond c;
	struct script s;
	u32 i, same = 0;

	snprintf(text, sizeof(text), "n = 0 trace a:b /pid %s %lld/ { n += 1 }", op, (long long)k);
	script_open(&s, text, NULL);
	snprintf(name, sizeof(name), "pid %s %lld is found", op, (long long)k);
	ok(kp_cond_of(s.handler[0]->fn, &c), name);
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		s64 was = global(&s, 0);

		s.sim.task.pid = numbers[i];
		script_fire(&s, 0, &ev);
		same += (global(&s, 0) != was) == kp_cond_holds(&c, numbers[i]);
	}
	is(same, ARRAY_SIZE(numbers), "and holds where the handler goes on");
	script_close(&s);
}

static void test_no_condition(const char *text, const char *name)
{
	struct kp_cond c;
	struct script s;

	script_open(&s, text, NULL);
	ok(!kp_cond_of(s.handler[0]->fn, &c), name);
	script_close(&s);
}

static void test_conditions(void)
{
	static const char *const ops[] = { "==", "!=", "<", "<=", ">", ">=" };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		test_condition(ops[i], 5);
		test_condition(ops[i], 0);
	}
	test_no_condition("n = 0 trace a:b { n += 1 }", "none");
	test_no_condition("n = 0 trace a:b /uid == 1/ { n += 1 }", "of something else");
	test_no_condition("n = 0 trace a:b { if (pid == 1) { n += 1 } else { n += 2 } }", "with two ways on");
	test_no_condition("n = 0 trace a:b /pid == n/ { n += 1 }", "with what may change");
}

/* First it gives up, since there is nothing yet; then it does what the handler did. */
static void test_count(const char *handler, const char *printed)
{
	struct kp_event ev = call_event();
	char text[256], name[128];
	struct script s;
	u32 i;

	snprintf(text, sizeof(text), "s = {} trace a:b { %s } trace_end { for (k, v in pairs(s)) { print(k, v) } }",
		 handler);
	script_open(&s, text, NULL);
	strcpy(s.sim.task.comm, "a name of 15 b.");
	s.sim.task.pid = 7;
	snprintf(name, sizeof(name), "%s has a front", handler);
	ok(s.handler[0]->fn->front, name);
	is(by_front(&s, 0, &ev), KP_FRONT_GIVEN_UP, "which gives up without a key");
	script_fire(&s, 0, &ev);
	for (i = 0; i < 3; i++)
		is(by_front(&s, 0, &ev), KP_FRONT_DONE, "and counts by itself then");
	script_end(&s);
	script_printed(&s, printed, "as the handler does");
	script_close(&s);
}

static void test_counts(void)
{
	test_count("s[pid] += 1", "7\t4\n");
	test_count("s[execname] += 2", "a name of 15 b.\t8\n");
	test_count("s[execname, pid, probename] += 1", "a name of 15 b., 7, sys_enter_write\t4\n");
	test_count("if (arg2 == 20) { s[arg1 + 1] += 1 }", "11\t4\n");
}

static void test_none(const char *handler, const char *name)
{
	char text[256];
	struct script s;

	snprintf(text, sizeof(text), "n = 0 m = 0 s = {} trace a:b { %s }", handler);
	script_open(&s, text, NULL);
	ok(!s.handler[0]->fn->front, name);
	script_close(&s);
}

/* Twice by its front, then as a whole: the same line each time. */
static void test_print(const char *handler, const char *line)
{
	struct kp_event ev = call_event();
	char text[256], name[256], lines[256];
	struct script s;

	snprintf(text, sizeof(text), "var t = {} trace a:b { %s }", handler);
	snprintf(lines, sizeof(lines), "%s%s%s", line, line, line);
	snprintf(name, sizeof(name), "%s by a front", handler);
	script_open(&s, text, NULL);
	strcpy(s.sim.task.comm, "sh");
	s.sim.task.pid = 7;
	is(by_front(&s, 0, &ev), KP_FRONT_DONE, name);
	is(by_front(&s, 0, &ev), KP_FRONT_DONE, "again");
	script_fire(&s, 0, &ev);
	script_end(&s);
	script_printed(&s, lines, "the same as by the handler");
	script_close(&s);
}

/* The front has said nothing where it gives up. */
static void test_print_others(void)
{
	struct kp_event ev = call_event();
	struct script s;

	script_open(&s, "trace a:b { if (pid == 3) { print(true) } else { printf(pid) } }", NULL);
	s.sim.task.pid = 3;
	is(by_front(&s, 0, &ev), KP_FRONT_GIVEN_UP, "neither number nor string");
	s.sim.task.pid = 4;
	is(by_front(&s, 0, &ev), KP_FRONT_GIVEN_UP, "a format that is none");
	script_end(&s);
	script_printed(&s, "", "nothing was said");
	script_close(&s);
}

/* Names of every length, between other values: what is behind one is where it ends. */
static void test_names(void)
{
	static const char name[] = "fifteen letters";
	struct kp_event ev = call_event();
	char want[4096] = "";
	struct script s;
	u32 len;

	script_open(&s, "var t = {} trace a:b { printf(\"%s|%d|%s %s\\n\", execname, pid, probename, execname) "
		    "print(execname, \"a text of more than sixty-four bytes, that is not in the machine code..\", tid, execname) }",
		    NULL);
	s.sim.task.pid = 1234567;
	s.sim.task.tid = -1;
	kp_faults_set(1u << KP_FAULT_FRONT, 0, false);
	for (len = 0; len < sizeof(name); len++) {
		memset(s.sim.task.comm, 'x', sizeof(s.sim.task.comm));
		memcpy(s.sim.task.comm, name, len);
		s.sim.task.comm[len] = 0;
		script_fire(&s, 0, &ev);
		snprintf(want + strlen(want), sizeof(want) - strlen(want), "%.*s|1234567|sys_enter_write %.*s\n"
			 "%.*s\ta text of more than sixty-four bytes, that is not in the machine code..\t-1\t%.*s\n",
			 len, name, len, name, len, name, len, name);
	}
	is(kp_faults.asked, 2 * sizeof(name), "two lines by a front in steps");
	kp_faults_set(0, 0, false);
	script_end(&s);
	script_printed(&s, want, "and names of every length in them");
	script_close(&s);
}

static void test_prints(void)
{
	test_names();
	test_print("printf(\"%d %s\\n\", pid, execname)", "7 sh\n");
	test_print("print(pid, \"a longer string of words\", arg2 * 2, probename)",
		   "7\ta longer string of words\t40\tsys_enter_write\n");
	test_print("if (arg1 == 10) { print(\"\") }", "\n");
	test_none("print(1, argstr)", "none of an event's text");
	test_none("print(uid, pid)", "none of what is not told at once");
	test_print_others();
}

/* It would have done something where it gives up. */
static void test_all_or_nothing(void)
{
	struct kp_event ev = call_event();
	struct script s;

	test_none("n += 1 print(uid)", "no front that adds and always gives up then");
	test_none("for (i = 1, 3) { n += 1 }", "none that loops");
	script_open(&s, "n = 0 trace a:b { if (pid == 3) { n += 1 } else { print(uid) } }", NULL);
	s.sim.task.pid = 3;
	is(by_front(&s, 0, &ev), KP_FRONT_DONE, "one way may be simple");
	is(global(&s, 0), 1, "and is gone");
	s.sim.task.pid = 4;
	is(by_front(&s, 0, &ev), KP_FRONT_GIVEN_UP, "the other not");
	is(global(&s, 0), 1, "where nothing is done");
	script_close(&s);
}

/* --- in steps --- */

#define ROUNDS	24

/* What the script prints after the same events, and how often its fronts asked for something. */
static char *outcome(const char *text, bool fronts, u64 nth, bool on, u64 *asked)
{
	struct kp_event ev = call_event();
	struct script s;
	char *out;
	u32 i;

	script_open(&s, text, NULL);
	s.sim.now = 5000;
	s.sim.tick = 7;
	for (i = 0; i < s.nhandlers && !fronts; i++)
		((struct kp_fn *)s.handler[i]->fn)->front = NULL;
	kp_faults_set(1u << KP_FAULT_FRONT, nth, on);
	for (i = 0; i < ROUNDS; i++) {
		s.sim.task.tid = i / 2 % 3;
		ev.word[1] = i * 37 % 11;
		ev.word[2] = i;
		script_fire(&s, i % s.nhandlers, &ev);
	}
	if (asked)
		*asked = kp_faults.asked;
	kp_faults_set(0, 0, false);
	script_end(&s);
	out = strdup(s.out);
	script_close(&s);
	return out;
}

static bool is_outcome(const char *text, const char *want, u64 nth, bool on)
{
	char *got = outcome(text, true, nth, on, NULL);
	bool same = !strcmp(got, want);

	if (!same)
		printf("# refused %llu%s:\n%s# instead of:\n%s", (unsigned long long)nth,
		       on ? " and on" : "", got, want);
	free(got);
	return same;
}

/* It hands over at each of its words in turn, once and from there on: nothing is done twice, or left out. `want` NULL: what the handlers say without. */
static void test_steps(const char *text, const char *want, const char *name)
{
	char *whole = outcome(text, false, 0, false, NULL), said[128];
	u64 asked, n;
	bool once = true, on = true;

	want = want ? want : whole;
	if (!ok(!strcmp(whole, want), name))
		printf("# %s", whole);
	free(outcome(text, true, 0, false, &asked));
	snprintf(said, sizeof(said), "%s: its fronts ask for things", name);
	ok(asked >= ROUNDS, said);
	for (n = 0; n <= asked; n++) {
		once = once && is_outcome(text, want, n, false);
		on = on && is_outcome(text, want, n, true);
	}
	ok(once, "and may be refused each of them");
	ok(on, "and all from one on");
	free(whole);
}

#define END	" trace_end { print(n, count(h), sum(h)) } "

static void test_in_steps(void)
{
	test_steps("n = 0 h = nil b = {} "
		   "trace a:b { b[tid] = nsecs n += 1 } "
		   "trace a:c { var since = b[tid] if (since) { h <<< nsecs - since b[tid] = nil n += 1 } }" END,
		   "24\t12\t84\n", "a latency");
	test_steps("n = 0 h = nil m = 0 s = {} "
		   "trace a:b { n += 1 m = m + arg1 s[arg1] += 1 s[arg1, tid] += 2 h <<< arg2 } " END
		   "trace_end { var t = 0 for (k, v in pairs(s)) { t += v } print(m, t, s[4], s[4, 0]) }",
		   "24\t24\t276\n114\t72\t3\t4\n", "several updates");
	test_steps("n = 0 trace a:b { n += arg2 printf(\"%d %s\\n\", tid, execname) print(probename, arg1, arg2 * 2) } "
		   "trace a:b { n += 1 print(execname, n) } trace_end { print(n) }", NULL, "lines in steps");
	test_steps("n = 0 h = nil s = {} "
		   "trace a:b { s[tid, arg1] = arg2 if (s[tid, arg1] == arg2) { n += 1 s[tid, arg1] = nil } "
		   "if (s[tid, arg1] == nil) { n += 10 } h <<< arg1 s.last = arg2 }" END
		   "trace_end { print(s.last) }",
		   "264\t24\t114\n23\n", "composite keys");
	test_steps("n = 0 h = nil s = {} o = {} "
		   "trace a:b { s[tid] = arg2 o[tid] = arg1 if (s[tid] == arg2) { n += 1 s[tid] = nil } "
		   "if (s[tid] == nil) { n += 10 s[tid] = arg1 } "
		   "var x = s[tid] o[tid] = x + 1 s[tid + 100] = x h <<< s[tid] "
		   "var y = s[tid] if (arg1 == 5) { delete(s, tid) s[tid] = y + 5 } }" END
		   "trace_end { print(s[0], s[1], s[2], s[100], s[101], o[0], o[1]) }",
		   "264\t24\t114\n10\t7\t4\t10\t7\t11\t8\n", "elements that were seen");
	test_steps("n = 0 h = {} "
		   "function watch(k) { var sum = 0 "
		   "trace a:b { sum += k * arg2 n = sum h[tid] <<< sum h[tid, 1] <<< k } } watch(3) "
		   "trace_end { print(n, count(h[1]), sum(h[0, 1])) }",
		   "828\t8\t24\n", "captured variables");
	test_steps("n = 0 h = nil s = {} "
		   "trace a:b { s[tid] = arg2 h <<< arg1 if (arg1 == 5) { s[probename] += 1 s.text = \"x\" .. arg2 } n += s[tid] }" END
		   "trace_end { print(s.text, s.sys_enter_write) }",
		   "276\t24\t114\nx15\t2\n", "a way that is not simple");
}

int main(void)
{
	setenv("KTAP_SIM_JIT", "1", 1);
	test_in_steps();
	test_conditions();
	test_counts();
	test_prints();
	test_all_or_nothing();
	return tap_done();
}
