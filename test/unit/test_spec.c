// SPDX-License-Identifier: GPL-2.0
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/period.h"
#include "event/resolve.h"
#include "event/spec.h"
#include "event/syscall.h"
#include "records.h"
#include "tap.h"
#include "util/text.h"

static void accepts(const char *text, const char *system, const char *name)
{
	struct event_spec spec;
	struct buf why = { 0 };

	if (!ok(!spec_parse(text, &spec, &why), "'%s' is an event", text))
		return;
	is_text(spec.system, system, "  its system");
	is_text(spec.name, name, "  its name");
	spec_free(&spec);
	buf_free(&why);
}

static void refuses(const char *text, const char *why_not)
{
	struct event_spec spec;
	struct buf why = { 0 };

	ok(spec_parse(text, &spec, &why) == -1, "'%s' is refused", text);
	is_text(text_cstr(&why), why_not, "  and it says why");
	buf_free(&why);
}

static struct event_catalog catalog;

static struct event_list resolved(const char *text, const struct event_ref *refs, size_t n,
				  bool positions)
{
	const struct event_query query = { .text = text, .refs = refs, .nrefs = n, .positions = positions };
	struct event_list list;
	struct buf why = { 0 };

	ok(!event_resolve(&catalog, &query, &list, &why), "%s resolves", text);
	buf_free(&why);
	return list;
}

static void test_enumerate(void)
{
	struct names names = { 0 };
	struct buf all = { 0 };

	event_enumerate(&catalog, "sched:sched_[ps]*", &names);
	names_sort(&names);
	names_enumerate(&names, "", &all);
	is_text(text_cstr(&all), "sched:sched_process_exec, sched:sched_process_fork, sched:sched_switch",
		"what the catalogue has");
	names_free(&names);
	buf_free(&all);
}

static void unresolved(const char *text, const char *want)
{
	const struct event_query query = { .text = text };
	struct event_list list;
	struct buf why = { 0 };

	ok(event_resolve(&catalog, &query, &list, &why) < 0, "%s does not resolve", text);
	is_text(text_cstr(&why), want, "  and it says why");
	buf_free(&why);
}

static int result_of(const char *text, const struct names *known, unsigned int *n)
{
	const struct event_query query = { .text = text, .known = known };
	struct event_list list;
	struct buf why = { 0 };
	int err = event_resolve(&catalog, &query, &list, &why);

	*n = err ? 0 : list.n;
	if (!err)
		event_list_free(&list);
	buf_free(&why);
	return err;
}

/* What a module may bring, and what is known already. */
static void test_later(void)
{
	char *at[] = { "sched:sched_switch", "sched:sched_wakeup" };
	const struct names known = { .at = at, .n = 2 };
	unsigned int n;

	ok(result_of("nothing:*", NULL, &n) == EVENT_ABSENT, "a system may come");
	ok(result_of("sched:nothing", NULL, &n) == EVENT_ABSENT, "an event may come");
	ok(result_of("raw:nothing", NULL, &n) == EVENT_ABSENT, "a raw one too");
	ok(result_of("sched", NULL, &n) == EVENT_REFUSED, "what is no event's name does not");
	ok(!result_of("sched:*", &known, &n) && n == 2, "what is known is left out");
	ok(!result_of("sched:sched_[sw][wa]*", &known, &n) && n == 0, "all may be known");
	ok(event_comes_later(" a:b") && event_comes_later("raw:a"), "tracepoints come with modules");
	ok(!event_comes_later("probe:a") && !event_comes_later("tick-1s"), "others do not");
}

static void is_field(const struct ktap_field *f, unsigned int src, unsigned int type,
		     unsigned int offset, unsigned int size, const char *name)
{
	ok(f->source == src && f->type == type && f->offset == offset && f->size == size,
	   "%s: source %u type %u offset %u size %u", name, f->source, f->type, f->offset, f->size);
}

static const struct ktap_field *arg(const struct event_list *list, unsigned int n)
{
	return (const struct ktap_field *)(uintptr_t)list->at[0].args + n;
}

static void test_tracepoint(void)
{
	const struct event_ref refs[] = {
		{ KTAP_FREF_NAME, 0, "prev_pid" }, { KTAP_FREF_ARG, 4, NULL },
		{ KTAP_FREF_NAME, 0, "nonsense" }, { KTAP_FREF_RETVAL, 0, NULL },
		{ KTAP_FREF_NAME, 0, "common_pid" }, { KTAP_FREF_ARG, 63, NULL },
	};
	struct event_list l = resolved("sched:sched_switch", refs, 6, false);

	is(l.n, 1, "one event");
	is(l.at[0].kind, KTAP_EV_TRACEPOINT, "a tracepoint");
	is(l.at[0].nr, -1, "no system call");
	is(l.at[0].id, 319, "its id");
	is(l.at[0].rec_size, 64, "its record's size");
	is(l.at[0].nargs, 7, "its fields by position");
	is(l.at[0].nrefs, 6, "the program's fields");
	is_field(arg(&l, 0), KTAP_SRC_RECORD, KTAP_FT_CHARS, 8, 16, "prev_comm");
	is_field(arg(&l, 3), KTAP_SRC_RECORD, KTAP_FT_S64, 32, 0, "prev_state");
	is_field(event_list_ref(&l, 0, 0), KTAP_SRC_RECORD, KTAP_FT_S32, 24, 0, "args.prev_pid");
	is_field(event_list_ref(&l, 0, 1), KTAP_SRC_RECORD, KTAP_FT_CHARS, 40, 16, "arg4");
	is(event_list_ref(&l, 0, 2)->source, KTAP_SRC_NONE, "a field it lacks");
	is(event_list_ref(&l, 0, 3)->source, KTAP_SRC_NONE, "retval");
	is_field(event_list_ref(&l, 0, 4), KTAP_SRC_RECORD, KTAP_FT_S32, 4, 0, "args.common_pid");
	is(event_list_ref(&l, 0, 5)->source, KTAP_SRC_NONE, "past the end");
	event_list_free(&l);
}

static void test_located(void)
{
	struct event_list l = resolved("irq:irq_handler_entry", NULL, 0, false);

	is_field(arg(&l, 1), KTAP_SRC_RECORD, KTAP_FT_DATA_LOC, 12, 0, "__data_loc char[]");
	event_list_free(&l);
	/* #: arrays as their bytes | */
	l = resolved("spi:spi_transfer_start", NULL, 0, false);
	is_field(arg(&l, 4), KTAP_SRC_RECORD, KTAP_FT_DATA_LOC_BYTES, 28, 0, "__data_loc u8[]");
	event_list_free(&l);
}

static void test_syscall(void)
{
	const struct event_ref refs[] = {
		{ KTAP_FREF_NAME, 0, "fd" }, { KTAP_FREF_ARG, 0, NULL },
		{ KTAP_FREF_SCARG, 1, NULL }, { KTAP_FREF_SCNR, 0, NULL },
		{ KTAP_FREF_SCARG, 7, NULL }, { KTAP_FREF_RETVAL, 0, NULL },
	};
	struct event_list l = resolved("syscalls:sys_enter_write", refs, 6, false);

	is(l.at[0].kind, KTAP_EV_SYS_ENTER, "the entry of a call");
	is(l.at[0].nr, syscall_number("write"), "its number");
	is(l.at[0].nargs, 4, "number and three arguments");
	is_field(arg(&l, 0), KTAP_SRC_WORD, KTAP_FT_S64, 0, 0, "the number");
	is_field(arg(&l, 1), KTAP_SRC_WORD, KTAP_FT_U32, 1, 0, "unsigned int fd");
	is_field(arg(&l, 2), KTAP_SRC_WORD, KTAP_FT_U64, 2, 0, "const char *buf");
	is_field(event_list_ref(&l, 0, 0), KTAP_SRC_WORD, KTAP_FT_U32, 1, 0, "args.fd");
	is_field(event_list_ref(&l, 0, 1), KTAP_SRC_WORD, KTAP_FT_S64, 0, 0, "arg0");
	is_field(event_list_ref(&l, 0, 2), KTAP_SRC_WORD, KTAP_FT_U32, 1, 0, "sc_arg1");
	is_field(event_list_ref(&l, 0, 3), KTAP_SRC_WORD, KTAP_FT_S64, 0, 0, "sc_nr");
	is(event_list_ref(&l, 0, 4)->source, KTAP_SRC_NONE, "sc_arg7");
	is(event_list_ref(&l, 0, 5)->source, KTAP_SRC_NONE, "retval on entry");
	event_list_free(&l);

	l = resolved("syscalls:sys_exit_write", refs, 6, true);
	is(l.at[0].kind, KTAP_EV_SYS_EXIT, "the exit of a call");
	is(l.at[0].nargs, 2, "number and result");
	is_field(event_list_ref(&l, 0, 5), KTAP_SRC_WORD, KTAP_FT_S64, 1, 0, "retval");
	event_list_free(&l);

	l = resolved("syscalls:sys_enter_openat", NULL, 0, true);
	is_field(arg(&l, 1), KTAP_SRC_WORD, KTAP_FT_S32, 1, 0, "int dfd");
	is_field(arg(&l, 4), KTAP_SRC_WORD, KTAP_FT_U16, 4, 0, "umode_t mode");
	event_list_free(&l);
}

static void test_raw_syscall(void)
{
	const struct event_ref refs[] = {
		{ KTAP_FREF_SCNR, 0, NULL }, { KTAP_FREF_SCARG, 2, NULL },
		{ KTAP_FREF_RETVAL, 0, NULL },
	};
	struct event_list l = resolved("raw_syscalls:sys_enter", refs, 3, false);

	is(l.at[0].kind, KTAP_EV_TRACEPOINT, "an ordinary tracepoint");
	is_field(event_list_ref(&l, 0, 0), KTAP_SRC_RECORD, KTAP_FT_S64, 8, 0, "its sc_nr");
	is_field(event_list_ref(&l, 0, 1), KTAP_SRC_RECORD, KTAP_FT_S64, 24, 0, "its sc_arg2");
	event_list_free(&l);
	l = resolved("raw_syscalls:sys_exit", refs, 3, false);
	is_field(event_list_ref(&l, 0, 2), KTAP_SRC_RECORD, KTAP_FT_S64, 16, 0, "its retval");
	event_list_free(&l);
}

static void is_period(const char *text, uint64_t want)
{
	struct buf why = { 0 };
	uint64_t ns = 0;

	ok(!period_parse(text, &ns, &why) && ns == want, "%s is %llu ns", text, (unsigned long long)ns);
	buf_free(&why);
}

static void is_counter(const char *text, unsigned int type, uint64_t config, uint64_t period)
{
	struct event_list l = resolved(text, NULL, 0, false);
	const struct ktap_event *ev = &l.at[0];

	ok(ev->kind == KTAP_EV_COUNTER && ev->counter_type == type && ev->counter_config == config &&
	   ev->sample_period == period, "%s", text);
	event_list_free(&l);
}

static void test_counters(void)
{
	is_counter("software:page-faults:1", 1, 2, 1);
	is_counter("software:cs:7", 1, 3, 7);
	is_counter("software:cpu-clock:100000", 1, 0, 100000);
	is_counter("hardware:cache-misses:100000", 0, 3, 100000);
	is_counter("hardware:L1-dcache-load-misses:5", 3, 0x10000, 5);
	is_counter("hardware:LLC-stores:5", 3, 0x102, 5);
	is_counter("hardware:r01c2:9223372036854775807", 4, 0x1c2, INT64_MAX);
	unresolved("software:page-faults", "'software:page-faults' lacks how many make an event: "
		   "write software:page-faults:1");
	unresolved("hardware:cycles:", "'hardware:cycles:' lacks how many make an event: "
		   "write hardware:cycles:1000000");
	unresolved("software:cs:1:2", "'1:2' is no count of events");
	unresolved("software:cs:0", "'0' is no count of events");
	unresolved("software:cs:9223372036854775808", "'9223372036854775808' is no count of events");
	unresolved("software:page-fault:1", "there is no software counter 'page-fault'; did you mean 'page-faults'?");
	unresolved("hardware:rxyz:1", "there is no hardware counter 'rxyz'");
	unresolved("software:task-clock:99999", "the period of 'software:task-clock:99999' is too short: "
		   "it is in nanoseconds, 100000 at least");
}

static void test_life(void)
{
	const struct event_ref refs[] = {
		{ KTAP_FREF_NAME, 0, "x" }, { KTAP_FREF_RETVAL, 0, NULL }, { KTAP_FREF_SCNR, 0, NULL },
	};
	struct event_list l = resolved(" tick-10ms ", refs, 3, true);

	is(l.at[0].kind, KTAP_EV_TICK, "a tick");
	is(l.at[0].period_ns, 10000000, "its period");
	is_text(l.at[0].name, "tick-10ms", "its name");
	is(l.at[0].nargs, 0, "no fields by position");
	for (unsigned int i = 0; i < 3; i++)
		is(event_list_ref(&l, 0, i)->source, KTAP_SRC_NONE, "nor by name");
	event_list_free(&l);
	l = resolved("profile-99hz", refs, 3, true);
	is(l.at[0].kind, KTAP_EV_PROFILE, "a timer on every processor");
	is(l.at[0].period_ns, 10101010, "its period");
	is_text(l.at[0].name, "profile-99hz", "its name");
	event_list_free(&l);
	l = resolved("begin", NULL, 0, false);
	is(l.at[0].kind, KTAP_EV_BEGIN, "begin");
	event_list_free(&l);
	l = resolved("signal:SIGUSR2", NULL, 0, false);
	is(l.at[0].kind, KTAP_EV_SIGNAL, "a signal");
	is(l.at[0].nr, SIGUSR2, "its number");
	is_text(l.at[0].name, "signal:SIGUSR2", "its name");
	event_list_free(&l);
	l = resolved(" exit ", NULL, 0, false);
	is(l.at[0].kind, KTAP_EV_EXIT, "the end of the command");
	event_list_free(&l);
	unresolved("signal:SIGINT", "SIGINT ends tracing: trace_end runs then; a script may trace SIGUSR1 SIGUSR2 "
		   "SIGHUP SIGQUIT SIGCONT SIGWINCH");
	unresolved("signal:SIGKILL", "a script cannot trace 'SIGKILL'; there are SIGUSR1 SIGUSR2 SIGHUP SIGQUIT "
		   "SIGCONT SIGWINCH");
	is_period("1s", 1000000000);
	is_period("250usec", 250000);
	is_period("7us", 7000);
	is_period("3msec", 3000000);
	is_period("2sec", 2000000000);
	is_period("99hz", 10101010);
	is_period("12ns", 12);
	is_period("1000000", 1000000);
	unresolved("tick-", "'' is no period: write a number and one of ns us ms s hz");
	unresolved("tick-0s", "'0s' is no period: write a number and one of ns us ms s hz");
	unresolved("tick--1s", "'-1s' is no period: write a number and one of ns us ms s hz");
	unresolved("tick-1m", "'m' is no unit of time: the units are ns us ms s hz");
	unresolved("tick-99us", "the period of 'tick-99us' is too short: 100 us at least");
	unresolved("tick-99999999s", "the period of 'tick-99999999s' is too long: a year at most");
	unresolved("tick-99999999999999s", "a period of 99999999999999s is too long");
}

static void test_many(void)
{
	struct event_list l = resolved("syscalls:*", NULL, 0, false);

	is(l.n, 10, "every system call there is");
	is(l.skipped.n, 0, "none is left out");
	event_list_free(&l);
	l = resolved("s*:*_s[vw]*", NULL, 0, false);
	is(l.n, 1, "globs on both halves");
	event_list_free(&l);
	l = resolved("*:*", NULL, 0, false);
	ok(l.n > 20, "everything: %u events", l.n);
	event_list_free(&l);
}

static void test_missing_field(void)
{
	const struct event_ref refs[] = { { KTAP_FREF_NAME, 0, "prev_pdi" } };
	const struct event_query query = { .text = "sched:sched_switch", .refs = refs, .nrefs = 1 };
	struct event_list l = resolved(query.text, refs, 1, false);
	struct buf why = { 0 };
	unsigned int part;

	is(event_missing_ref(&catalog, &query, &l, &part, &why), 0, "a field that no event has");
	is_text(text_cstr(&why), "'sched:sched_switch' has no field 'prev_pdi'; did you mean 'prev_pid'?",
		"  is named with what is near");
	event_list_free(&l);
	buf_free(&why);
}

/* What is said of a chain of members, and of which part of it. */
static void missing_member(const char *text, const char *chain, unsigned int want_part, const char *want)
{
	const struct event_ref refs[] = { { KTAP_FREF_NAME, 0, chain } };
	const struct event_query query = { .text = text, .refs = refs, .nrefs = 1 };
	struct event_list l = resolved(text, refs, 1, false);
	struct buf why = { 0 };
	unsigned int part;

	is(event_missing_ref(&catalog, &query, &l, &part, &why), 0, "%s has no %s", text, chain);
	is_text(text_cstr(&why), want, "  which is said");
	is(part, want_part, "  of its part");
	event_list_free(&l);
	buf_free(&why);
}

static void test_raw(void)
{
	const struct event_ref refs[] = { { KTAP_FREF_NAME, 0, "p->next->comm" }, { KTAP_FREF_ARG, 3, NULL },
					  { KTAP_FREF_NAME, 0, "p" }, { KTAP_FREF_ARG, 4, NULL } };
	struct event_list l = resolved("raw:sample", refs, 4, false);
	const struct ktap_event *ev = &l.at[0];
	const struct ktap_field *f = event_list_ref(&l, 0, 0);
	const struct ktap_fetch *op = (const struct ktap_fetch *)(uintptr_t)ev->fetch;

	ok(l.n == 1 && ev->kind == KTAP_EV_RAW && ev->nargs == 4, "a tracepoint by its own arguments");
	ok(f->source == KTAP_SRC_FETCH && f->type == KTAP_FT_CHARS && f->size > 3 &&
	   op[f->offset].op == KTAP_FETCH_ARG && op[f->offset].imm == 1, "a member of one is fetched");
	is(event_list_ref(&l, 0, 1)->type, KTAP_FT_S16, "an argument by its number");
	is(event_list_ref(&l, 0, 2)->type, KTAP_FT_U64, "one by its name");
	is(event_list_ref(&l, 0, 3)->source, KTAP_SRC_NONE, "none past the last");
	ok(!strcmp(l.params.at[0]->list.at[1].name, "p") && !strcmp(l.params.at[0]->list.at[1].ctype, "struct all *"),
	   "its name and type");
	event_list_free(&l);
	l = resolved("raw:[n-s]am*", NULL, 0, false);
	is(l.n, 2, "a glob");
	event_list_free(&l);
	l = resolved("raw:sched_switch", NULL, 0, false);
	is(l.at[0].nargs, 12, "words, where nothing describes the arguments");
	event_list_free(&l);
	unresolved("raw:sampel", "no tracepoint matches 'sampel'; did you mean raw:sample?");
	missing_member("raw:sample", "p->next->comn", 2, "struct all has no member 'comn'; did you mean 'comm'?");
	missing_member("raw:sched_switch", "prev->comm", 0,
		       "the arguments of raw:sched_switch are not described here: there are only words, arg0 to arg11");
	missing_member("raw:sched_switch", "prev", 0,
		       "the arguments of raw:sched_switch are not described here: there are only words, arg0 to arg11");
	missing_member("sched:sched_switch", "prev_pid->x", 0,
		       "the fields of 'sched:sched_switch' have no members; those of raw:sched_switch may have");
}

/* Nothing is described: of each refusal the reason is told. */
static void test_untyped(void)
{
	char *types = strdup(getenv("KTAP_BTF"));

	catalog_close(&catalog);
	setenv("KTAP_BTF", "/nonexistent", 1);
	missing_member("raw:sched_switch", "prev->comm", 0,
		       "the arguments of raw:sched_switch are not described here: there are only words, arg0 to arg11; "
		       "KTAP_BTF names no file of types (BTF): /nonexistent: No such file or directory");
	catalog_close(&catalog);
	setenv("KTAP_BTF", types, 1);
	free(types);
}

/* Every call that Debian's 6.1 has an event for has a number here. */
static void test_numbers(const char *path)
{
	char line[128];
	FILE *file = fopen(path, "r");
	int unknown = 0, known = 0;

	if (!ok(file != NULL, "%s", path))
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *in, *out;

		line[strcspn(line, "\n")] = 0;
		in = syscall_entered(line);
		out = syscall_left(line);
		if (syscall_number(in ? in : out) >= 0)
			known++;
		else
			printf("# no number for %s, %d\n", line, ++unknown);
	}
	fclose(file);
#ifdef __x86_64__
	ok(!unknown && known == 690, "all %d events of system calls have numbers", known);
#else
	ok(known > 500, "%d events of system calls have numbers", known);
#endif
}

static void test_habits(void)
{
#define SAME(theirs, ours) unresolved(theirs, "'" theirs "' is written " ours " in ktap");
	SAME("tracepoint:sched:sched_switch", "sched:sched_switch")
	SAME("t:sched:sched_*", "sched:sched_*")
	SAME("rt:sys_enter", "raw:sys_enter")
	SAME("k:vfs_read", "probe:vfs_read")
	SAME("kr:vfs_read+8", "probe:vfs_read+8%return")
	SAME("u:/bin/bash:readline", "probe:/bin/bash:readline")
	SAME("fentry:vmlinux:vfs_read", "probe:vfs_read")
	SAME("fexit:nf_tables:nft_do_chain", "probe:nf_tables:nft_do_chain%return")
	SAME("interval:s:1", "tick-1s")
	SAME("interval:ms:250", "tick-250ms")
	SAME("profile:hz:99", "profile-99hz")
	SAME("s:page-faults:1", "software:page-faults:1")
	SAME("BEGIN", "begin")
	SAME("timer.ms(100)", "tick-100ms")
	SAME("syscall.open", "syscalls:sys_enter_open")
	SAME("syscall.open.return", "syscalls:sys_exit_open")
	SAME("profile-997", "profile-997hz")
	SAME("syscall::read:entry", "syscalls:sys_enter_read")
	SAME("fbt::vfs_read:return", "probe:vfs_read%return")
	SAME("fbt:ext4:ext4_sync_file:entry", "probe:ext4:ext4_sync_file")
#undef SAME
	unresolved("interval:1s", "no event matches 'interval:1s'");
	unresolved("fbt::vfs_read", "an event is written SYSTEM:NAME, with one colon: 'fbt::vfs_read'");
}

int main(int argc, char **argv)
{
	struct buf why = { 0 };

	accepts("sched:sched_switch", "sched", "sched_switch");
	accepts("  syscalls:sys_enter_*\n", "syscalls", "sys_enter_*");
	accepts("*:*", "*", "*");
	refuses("", "the event has no name: write SYSTEM:NAME, such as sched:sched_switch");
	refuses("sched_switch", "an event is written SYSTEM:NAME, such as sched:sched_switch: 'sched_switch'");

	refuses("a/b:c", "'/' cannot be part of an event's name: 'a/b:c'");
	refuses("sched:", "the event lacks its name: 'sched:'");
	refuses(":x", "the event lacks its system: ':x'");
	refuses("ftrace:print", "of the function tracer's events there is ftrace:function only: 'ftrace:print'");
	refuses("a:b:c", "an event is written SYSTEM:NAME, with one colon: 'a:b:c'");

	if (!ok(!catalog_need_tracefs(&catalog, &why), "the saved catalogue opens"))
		return tap_done();
	test_enumerate();
	test_tracepoint();
	test_located();
	test_syscall();
	test_raw_syscall();
	test_many();
	test_counters();
	test_life();
	test_missing_field();
	test_raw();
	test_untyped();
	test_later();
	unresolved("sched:sched_swich", "no event matches 'sched:sched_swich'; did you mean sched:sched_switch?");
	unresolved("shed:sched_switch", "no event matches 'shed:sched_switch'; did you mean sched:sched_switch?");
	unresolved("shced:foo", "no event matches 'shced:foo'; did you mean the system sched?");
	unresolved("nothing:*", "no event matches 'nothing:*'");
	unresolved("..:..", "no event matches '..:..'");
	unresolved("sched:switch", "no event matches 'sched:switch'; did you mean sched:sched_switch?");
	unresolved("syscalls:openat", "no event matches 'syscalls:openat'; did you mean syscalls:sys_enter_openat?");
	unresolved("sched_switch", "an event is written SYSTEM:NAME, such as sched:sched_switch: 'sched_switch'; did you mean sched:sched_switch?");
	test_habits();
	catalog_close(&catalog);
	if (argc > 1)
		test_numbers(argv[1]);
	buf_free(&why);
	return tap_done();
}
