// SPDX-License-Identifier: GPL-2.0
/*
 * test_race.c - threads play CPUs: handlers insert, add, remove, replace, clear and
 * iterate what they share, while process context reads all of it again and again and
 * housekeeping frees what was removed. Run under the race detector and under the
 * address checks. RACE_SECONDS: how long; 10 by default.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "script.h"

#define FIRING	3	/* threads that fire events: CPUs 1 to 3 */

static const char text[] =
"var adds = 0  var t = {}  var born = {}  var churn = {}  var s = 'text 0'  var latest = {}\n"
"var flip = 5  var fns = {}  var nest = {}  var bad = 0  var reads = 0\n"
"local cell = 0\n"
"function bump(n) { cell += n }\n"
"var agg = llhist()  var aggs = {}  var lin = table.of(lhist(0, 100, 7))  var counts = {}\n"
"var heavy = top(64)  var recent = table.lru(50)  var values = distinct()\n"
"var gone = { aggs = 0, lin = 0, counts = 0, heavy = 0 }\n"
"for (i = 0; i < 97; i++) { t[i] = 0 }\n"
/* exact totals: a counter, elements, a captured variable */
"trace a:b { adds += 1  t[arg1 % 97] += 1  bump(1) }\n"
/* elements made by whoever comes first */
"trace a:b { born[arg1 % 4001] += 1  born[execname, arg1 % 601] += 1 }\n"
/* made, replaced, removed, all removed */
"trace a:b {\n"
"	local k = arg1 % 61\n"
"	churn[k] = 'value ' .. k\n"
"	churn['key ' .. k] = 'value key ' .. k\n"
"	if (arg1 % 3 == 0) { churn[k] = nil  delete(churn, 'key ' .. k) }\n"
"	if (arg1 % 1009 == 0) { clear(churn) }\n"
"}\n"
/* a string that is replaced while others look at it is never nil, nor half */
"trace a:b {\n"
"	s = 'text ' .. arg1\n"
"	latest[arg1 % 7] = s\n"
"	local x = latest[arg1 % 7]\n"
"	if (x == nil || len(x) < 6) { bad += 1 }\n"
"	if (arg1 % 2 == 0) { flip = 5 } else { flip = true }\n"
"	x = flip\n"
"	if (x != 5 && x != true) { bad += 1 }\n"
"}\n"
/* functions with variables of their own, called by others, replaced meanwhile */
"trace a:b {\n"
"	local c = arg1\n"
"	fns[arg1 % 11] = function () { c += 1  return c }\n"
"	local f = fns[(arg1 + 3) % 11]\n"
"	if (f && f() <= 0) { bad += 1 }\n"
"}\n"
/* tables that are written and removed from while they lose their last reference */
"trace a:b {\n"
"	nest[arg1 % 5] = { a = arg1, b = 'x' .. arg1 }\n"
"	local o = nest[(arg1 + 1) % 5]\n"
"	if (o) { o.a = nil  o.c = 'y' .. arg1  o[arg1] = 1  clear(o) }\n"
"}\n"
"trace a:b {\n"
"	if (arg1 % 16 == 0) { for (k, v in pairs(churn)) { if (v != 'value ' .. k) { bad += 1 } } }\n"
"}\n"
/* samples, of which process context takes those in tables away meanwhile */
"trace a:b { agg <<< arg1  aggs[arg1 % 13] <<< arg1  lin['l' .. arg1 % 5] <<< arg1 % 110  values <<< arg1 }\n"
"trace a:b { counts[arg1 % 17, 'x'] += 1  counts[arg1 % 1709] += 1  heavy[arg1 % 64] += 1 }\n"
/* used, replaced, given up for others */
"trace a:b {\n"
"	recent[arg1 % 500] = 'recent ' .. arg1\n"
"	local x = recent[(arg1 + 7) % 500]\n"
"	if (x && sub(x, 1, 7) != 'recent ') { bad += 1 }\n"
"	if (arg1 % 64 == 0) { delete(recent, arg1 % 500)  recent[arg1 % 500] = { arg1 } recent[arg1 % 500] = nil }\n"
"}\n"
/* process context: reads all of it, takes some */
"function add(from) { local s = 0  for (k, v in pairs(from)) { s += v }  return s }\n"
"function samples(from) { local s = 0  for (k, v in pairs(from)) { s += count(v) }  return s }\n"
"function take() {\n"
"	gone.aggs += samples(snapshot(aggs))  gone.lin += samples(snapshot(lin))\n"
"	gone.counts += add(snapshot(counts))  gone.heavy += add(snapshot(heavy))\n"
"	snapshot(recent)\n"
"}\n"
"trace_end {\n"
"	take()\n"
"	if (percentile(agg, 50) == nil && count(agg) > 0) { bad += 1 }\n"
"	local n = 0\n"
"	for (k, v in pairs(churn)) { if (v != 'value ' .. k) { bad += 1 } }\n"
"	for (k, v in pairs(latest)) { if (v != nil && len(v) < 6) { bad += 1 } }\n"
"	for (k, v in pairs(nest)) { for (k2, v2 in pairs(v)) { n += 1 } v.d = 1 }\n"
"	for (k, f in pairs(fns)) { f() }\n"
"	for (k, v in pairs(born)) { n += v }\n"
"	local x = s\n"
"	if (x == nil || len(x) < 6) { bad += 1 }\n"
"	reads += 1\n"
"}\n"
"trace_end {\n"
"	local sum = 0  local all = 0\n"
"	for (k, v in pairs(t)) { sum += v }\n"
"	for (k, v in pairs(born)) { all += v }\n"
"	take()\n"
"	printf('samples %d in tables %d %d counts %d heavy %d\\n', count(agg), gone.aggs, gone.lin, gone.counts, gone.heavy)\n"
"	printf('adds %d elements %d captured %d born %d bad %d\\n', adds, sum, cell, all, bad)\n"
"}\n";

static struct script s;
static struct kp_probe probe;
static struct ktap_field words[KP_EVENT_WORDS];
static u64 name_mem[32];
static u64 fired[FIRING + 1], failed[FIRING + 1];
static u32 stop, stop_service;

static void make_probe(void)
{
	u32 i;

	for (i = 0; i < KP_EVENT_WORDS; i++)
		words[i] = (struct ktap_field){ KTAP_SRC_WORD, KTAP_FT_S64, 0, i };
	probe = (struct kp_probe){
		.id = 1, .kind = KTAP_EV_SYS_ENTER, .args = words, .nargs = KP_EVENT_WORDS,
		.name = kp_static_str(name_mem, "sys_enter_write", 15, SCRIPT_SEED),
	};
	script_resolve(&s, &probe);
}

static void *fire(void *arg)
{
	u32 cpu = (uintptr_t)arg, i;
	u64 x = cpu * 0x9e3779b97f4a7c15ull;

	kp_sim_be_cpu(&s.sim, cpu);
	while (!READ_ONCE(stop)) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		for (i = 0; i < s.nhandlers; i++) {
			struct kp_event ev = { .probe = &probe, .word = { 1, (x >> 16) % 100000 } };

			failed[cpu] += !kp_sim_fire(&s.sim, s.handler[i], &ev);
		}
		fired[cpu]++;
	}
	kp_sim_drain(&s.sim);
	return NULL;
}

static void *housekeep(void *arg)
{
	(void)arg;
	while (!READ_ONCE(stop_service)) {
		kp_sim_service(&s.sim);
		usleep(200);
	}
	return NULL;
}

/* The trace_end function `nth` in process context. */
static enum kp_run in_process(u32 nth)
{
	enum kp_run r;

	kp_sim_enter(&s.sim);
	r = kp_vm_end(&s.sim.main, &s.sim.vm, nth);
	kp_sim_leave(&s.sim);
	return r;
}

static u64 race(int seconds)
{
	pthread_t th[FIRING + 1];
	time_t until = time(NULL) + seconds;
	u64 wrong = 0;
	uintptr_t i;

	pthread_create(&th[0], NULL, housekeep, NULL);
	for (i = 1; i <= FIRING; i++)
		pthread_create(&th[i], NULL, fire, (void *)i);
	while (time(NULL) < until)
		wrong += in_process(0) != KP_RUN_DONE;
	WRITE_ONCE(stop, 1);
	for (i = 1; i <= FIRING; i++)
		pthread_join(th[i], NULL);
	WRITE_ONCE(stop_service, 1);
	pthread_join(th[0], NULL);
	return wrong;
}

/* What is taken away from tables while they grow misses only what is counted as dropped. */
static void check_taken(u64 all, u64 drops)
{
	unsigned long long agg = 0, aggs = 0, lin = 0, counts = 0, heavy = 0;
	const char *out = s.out ? strstr(s.out, "samples ") : NULL;

	ok(out && sscanf(out, "samples %llu in tables %llu %llu counts %llu heavy %llu", &agg, &aggs,
			 &lin, &counts, &heavy) == 5, "so are those of what is taken meanwhile");
	printf("# %llu %llu %llu %llu %llu\n", agg, aggs, lin, counts, heavy);
	ok(agg <= all && aggs <= all && lin <= all && counts <= 2 * all && heavy <= all,
	   "nothing is seen twice");
	ok(agg + aggs + lin + counts + heavy + drops >= 6 * all, "nor lost but what is told");
}

static void check_totals(u64 all)
{
	unsigned long long adds = 0, sum = 0, captured = 0, born = 0, bad = 0;
	u64 drops = atomic64_read(&s.sim.vm.table_drops);
	const char *out;

	in_process(1);
	script_end(&s);
	out = s.out ? strstr(s.out, "adds ") : NULL;
	ok(out && sscanf(out, "adds %llu elements %llu captured %llu born %llu bad %llu",
			   &adds, &sum, &captured, &born, &bad) == 5, "the totals are printed");
	is(adds, all, "a shared counter is exact");
	is(sum, all, "so are the elements of a table");
	is(captured, all, "and a captured variable");
	ok(born <= 2 * all && born + drops >= 2 * all,
	   "an element made by several at once misses only what is counted as dropped");
	is(bad, 0, "no value was seen that nobody had written");
	check_taken(all, drops);
	printf("# %llu rounds of %u handlers, %llu updates dropped\n", (unsigned long long)all,
	       s.nhandlers, (unsigned long long)drops);
	if (s.out && (bad || adds != all))
		printf("# %s\n", s.out);
}

int main(void)
{
	const char *seconds = getenv("RACE_SECONDS");
	struct kp_opts opts = kp_sim_opts();
	u64 all = 0, failures = 0, wrong;
	int i;

	opts.mem_limit = 256 << 20;
	script_open(&s, text, &opts);
	make_probe();
	if (kp_sim_add_cpus(&s.sim, FIRING, 1 << 18))
		abort();
	wrong = race(seconds ? atoi(seconds) : 10);
	for (i = 1; i <= FIRING; i++) {
		all += fired[i];
		failures += failed[i];
	}
	ok(all > 100, "handlers ran on %d CPUs at once", FIRING);
	is(wrong, 0, "process context had no error");
	is(atomic64_read(&s.sim.vm.errors), failures, "nor had handlers one that was not reported");
	printf("# %llu handlers found no memory ready\n", (unsigned long long)failures);
	check_totals(all);
	kp_vm_service(&s.sim.vm);
	ok(!s.sim.vm.heap.retired && !s.sim.vm.heap.dirty, "nothing waits to be freed");
	script_close(&s);
	return tap_done();
}
