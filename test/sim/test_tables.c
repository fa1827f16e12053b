// SPDX-License-Identifier: GPL-2.0
/*
 * test_tables.c - tables of scripts whose handlers the test fires: what is dropped,
 * where and of what, lists and orders inside a handler, nested tables, memory over many turns.
 */
#include <stdio.h>
#include <string.h>

#include "script.h"
#include "../../vm/core/error.h"
#include "../../vm/sim/fault.h"

static struct kp_probe probe = { .kind = KTAP_EV_SYS_ENTER };

static void fire(struct script *s, u32 n, unsigned int times)
{
	struct kp_event ev = { .probe = &probe };

	while (times--)
		script_fire(s, n, &ev);
}

static s64 drops_at_places(const struct script *s)
{
	s64 n = 0;
	u32 i;

	for (i = 0; i < KP_ERROR_PLACES; i++)
		if (((s->sim.vm.place[i].key >> 40) & 0x7fffff) == KTAP_E_R_DROPPED)
			n += atomic64_read(&s->sim.vm.place[i].count);
	return n;
}

/* Updates of what the script calls so. */
static s64 drops_of(const struct script *s, const char *name)
{
	s64 n = 0;
	u32 i;

	for (i = 0; i < KP_ERROR_PLACES; i++) {
		u64 key = s->sim.vm.place[i].key;
		const char *target = image_target(&s->names, key >> 16 & 0xffffff, key & 0xffff);

		if ((key >> 40 & 0x7fffff) == KTAP_E_R_DROPPED && target && !strcmp(target, name))
			n += atomic64_read(&s->sim.vm.place[i].count);
	}
	return n;
}

/* Every way to update, each once without memory. */
static void test_names(void)
{
	static const struct { const char *name; s64 updates; } of[] = {
		{ "t", 6 }, { "u.deep", 3 }, { "u[...]", 2 }, { "list", 1 }, { "last", 2 }, { "a", 1 },
	};
	struct script s;
	u32 i;

	script_open(&s, "var t = {} var u = { deep = {} } var list = {} var last = 'x' var a\n"
			"u[7] = {}\n"
			"trace x:y { local k = 7\n"
			"  t[k] = 1 t[k] += 1 t[k] += 1000 t[k] <<< 1 t[k] -= k count(t, k)\n"
			"  u.deep[k] = 1 u.deep.x = 1 count(u.deep, k) u[k][k] += 1 u[k].y <<< k\n"
			"  table.insert(list, k) last = 'text ' .. k last ..= k a <<< 1 }", NULL);
	kp_faults_set(1u << KP_FAULT_HEAP, 1, true);
	fire(&s, 0, 1);
	kp_faults_set(0, 0, false);
	for (i = 0; i < ARRAY_SIZE(of); i++)
		is(drops_of(&s, of[i].name), of[i].updates, "dropped updates of %s by its name",
		   of[i].name);
	is(atomic64_read(&s.sim.vm.table_drops), 15, "which are all");
	is(drops_at_places(&s), 15, "each at its place");
	script_close(&s);
}

static void test_drops(void)
{
	struct kp_opts opts = kp_sim_opts();
	struct script s;

	opts.mem_limit = 512 << 10;
	script_open(&s, "var t = {} var l = {} var i = 0\n"
			"trace x:y { for (j = 1, 1000) { i += 1  t[i] += 1  t[i, 2] = 'text' .. i } }\n"
			"trace x:y { table.insert(l, 'one more text') count(t, 'key' .. len(l)) }", &opts);
	fire(&s, 0, 50);
	ok(atomic64_read(&s.sim.vm.table_drops) > 1000, "a full table drops updates");
	is(drops_at_places(&s), atomic64_read(&s.sim.vm.table_drops),
	   "each is counted at its place");
	fire(&s, 1, 20000);
	is(drops_at_places(&s), atomic64_read(&s.sim.vm.table_drops), "those of builtins too");
	is(atomic64_read(&s.sim.vm.errors), 0, "and none is an error");
	script_close(&s);
}

static void test_in_handlers(void)
{
	struct script s;

	script_open(&s, "var t = {}\n"
			"trace x:y { t[1] = 'b' t[2] = 'a' t[3] = 'c' t[1], t[2] = t[2], t[1]\n"
			"  table.sort(t, function (x, y) { return x > y }) print(table.concat(t, ' '))\n"
			"  print(table.remove(t, 1), table.remove(t), len(t)) }\n"
			"trace x:y { var c = {} for (i = 1, 300) { c['k' .. i] = i * 7 % 300 }\n"
			"  for (k, v in sort_pairs(c, 'value', 2)) { print(k, v) } }\n"
			"trace x:y { var c = {} for (i = 1, 3000) { c[i] = i } sort_pairs(c) }\n"
			"trace x:y { table.sort({3, 1, 2}, function (x, y) { while (true) { } }) }", NULL);
	fire(&s, 0, 1);
	script_printed(&s, "c b a\nc\ta\t1\n", "lists in a handler");
	fire(&s, 1, 1);
	script_printed(&s, "c b a\nc\ta\t1\nk257\t299\nk214\t298\n", "sort_pairs in a handler");
	fire(&s, 2, 1);
	is(s.sim.vm.errors.counter, 1, "more than the arena holds is an error there");
	fire(&s, 3, 1);
	is(s.sim.vm.errors.counter, 2, "the budget ends a comparison that does not end");
	fire(&s, 1, 100);
	is(s.sim.vm.errors.counter, 2, "the context is as good as new");
	script_close(&s);
}

static void test_nested(void)
{
	struct script s;
	s64 used;

	script_open(&s, "var t = {} var n = 0\n"
			"trace x:y { n += 1 local p = n % 10\n"
			"  if (!t[p]) { t[p] = {} } t[p][n] += 1 t[p]['x', n] = {n}\n"
			"  if (n % 100 == 0) { delete(t, 3) t[4] = nil t[5] = {} clear(t[6] || {}) delete(t) } }", NULL);
	fire(&s, 0, 1000);
	kp_vm_service(&s.sim.vm);
	used = atomic64_read(&s.sim.vm.heap.used);
	fire(&s, 0, 20000);
	kp_vm_service(&s.sim.vm);
	ok(atomic64_read(&s.sim.vm.heap.used) <= used + 4096,
	   "nested tables made and deleted in handlers take no more memory in the end");
	is(atomic64_read(&s.sim.vm.errors), 0, "without an error");
	script_close(&s);
}

/* A main chunk that outlives many grace periods. */
static void test_memory(void)
{
	struct kp_opts opts = kp_sim_opts();
	struct script s;

	opts.mem_limit = 4 << 20;
	script_open(&s, "local t, u = {}, {}\n"
			"for (i = 1, 1000000) { local k = 'key ' .. i\n"
			"  t[k] = 'value ' .. i  u[i, k] = t[k]  delete(t, k)  u[i, k] = nil }\n"
			"print(len(t), len(u))", &opts);
	script_printed(&s, "0\t0\n", "a million strings and keys stored and deleted in 4 MiB");
	is(atomic64_read(&s.sim.vm.table_drops), 0, "with nothing dropped");
	ok(s.sim.vm.heap.peak < 3 << 20, "peak %llu bytes", (unsigned long long)s.sim.vm.heap.peak);
	script_close(&s);
}

/* What a thousand aggregates take. */
static unsigned long long aggregates_take(const char *more)
{
	unsigned long long used;
	char text[256];
	struct script s;

	snprintf(text, sizeof(text), "t = {}\nfor (i = 1, 1000) { t[i] <<< i }\nfunction f() { %s }\n", more);
	script_open(&s, text, NULL);
	used = atomic64_read(&s.sim.vm.heap.used);
	script_close(&s);
	return used;
}

/* #: A plain one keeps its distribution only where the script has a print_hist, histogram or percentile. */
static void test_distributions(void)
{
	unsigned long long plain = aggregates_take("print(avg(t[1]))");

	ok(plain < 1000 * 400, "a thousand plain aggregates take %llu bytes", plain);
	ok(aggregates_take("print_hist(t)") > plain + 1000 * 200, "with print_hist in the script they take more");
	ok(aggregates_take("var f = histogram") > plain + 1000 * 200, "and where it is a value");
	ok(aggregates_take("return percentile(t[1], 50)") > plain + 1000 * 200, "and for percentiles");
}

int main(void)
{
	test_distributions();
	test_names();
	test_drops();
	test_in_handlers();
	test_nested();
	test_memory();
	return tap_done();
}
