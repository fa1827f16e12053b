// SPDX-License-Identifier: GPL-2.0
/*
 * test_agg.c - aggregates: every bucket's bounds, carries, memory given back, and
 * several CPUs at once, on one aggregate and on one table that is taken meanwhile.
 */
#include <pthread.h>

#include "fixture.h"
#include "../../vm/core/agg.h"
#include "../../vm/core/host.h"

static struct kp_agg *new_agg(struct fixture *f, u32 kind)
{
	struct ktap_agg_shape shape = { .kind = kind };

	if (kind == KTAP_AGG_LINEAR)
		shape = (struct ktap_agg_shape){ kind, 10, -50, 10 };
	return kp_agg_new(&f->sim.vm, &shape);
}

static void add(struct fixture *f, struct kp_agg *a, s64 n)
{
	struct kp_value v = kp_int(n);

	kp_agg_add(&f->sim.cpu[0].handler, a, &v);
}

/* Neighbouring buckets hold neighbouring values, and each value finds its own. */
static void test_bounds(struct fixture *f, u32 kind)
{
	struct kp_agg *a = new_agg(f, kind);
	u32 i, n = ktap_agg_buckets(&a->shape), gaps = 0, lost = 0;
	__s64 first, last, before = 0;

	for (i = 0; i < n; i++, before = last) {
		ktap_agg_range(&a->shape, i, &first, &last);
		gaps += first > last || (i && first != before + 1);
		add(f, a, first);
		add(f, a, last);
		lost += kp_agg_bucket(a, i) != 2;
	}
	is(gaps, 0, "kind %u: %u buckets, no gap between them", kind, n);
	is(lost, 0, "each holds its first and its last value");
	ktap_agg_range(&a->shape, 0, &first, &last);
	ok(first == (__s64)(1ull << 63) && before == (__s64)(~0ull >> 1), "they hold all integers");
	kp_obj_put(&f->sim.vm, &a->o);
}

static void test_wide(void)
{
	struct kp_wide a = kp_wide_mul(~0ull, ~0ull), q = kp_wide_div(a, ~0ull);

	ok(a.low == 1 && a.high == ~0ull - 1, "the largest product");
	ok(q.low == ~0ull && !q.high, "divided again");
	is(kp_wide_sqrt(a) == ~0ull, 1, "and its root");
	q = kp_wide_div((struct kp_wide){ 7, 1 }, 10);
	ok(q.low == 1844674407370955162ull && !q.high, "(2^64 + 7) / 10");
	is(kp_wide_sqrt((struct kp_wide){ 99, 0 }), 9, "a root is rounded down");
}

/* Squares of 2^32: the low half wraps at each second one's fourth. */
static void test_squares(struct fixture *f)
{
	struct kp_agg *a = new_agg(f, KTAP_AGG_PLAIN);
	struct kp_agg_total t;
	int i;

	for (i = 0; i < 1000; i++)
		add(f, a, (s64)3 << 31);
	kp_agg_total(a, &t);
	ok(t.square.high == 2250 && !t.square.low, "a thousand squares with carries");
	is(kp_agg_stddev(&t), 0, "of equal numbers, which do not deviate");
	add(f, a, 0);
	kp_agg_total(a, &t);
	ok(kp_agg_stddev(&t) == 203524662, "one that does (%lld)", (long long)kp_agg_stddev(&t));
	kp_obj_put(&f->sim.vm, &a->o);
}

static void test_percentiles(struct fixture *f)
{
	struct kp_agg *a = new_agg(f, KTAP_AGG_LOGLIN);
	s64 i, p, got, want, bad = 0;

	for (i = 1; i <= 100000; i++)
		add(f, a, i * 12345);
	for (p = 1; p < 100; p++) {
		kp_agg_percentile(&f->sim.cpu[0].handler, a, p, &got);
		want = p * 1000 * 12345;
		bad += got * 100 < want * 99 || got * 100 > want * 101;
	}
	is(bad, 0, "every percentile of a log-linear distribution is within 1 %%");
	kp_obj_put(&f->sim.vm, &a->o);
}

static void test_distinct(struct fixture *f)
{
	struct kp_agg *a = new_agg(f, KTAP_AGG_DISTINCT);
	s64 i, bad = 0, next = 1;

	for (i = 1; i <= 1000000; i++) {
		add(f, a, i);
		if (i < next)
			continue;
		next = next * 3 / 2 + 1;
		bad += (s64)kp_agg_distinct(a) * 100 < i * 95 || (s64)kp_agg_distinct(a) * 100 > i * 105;
	}
	is(bad, 0, "different values are counted within 5 %% up to a million");
	kp_obj_put(&f->sim.vm, &a->o);
}

static void fill(struct fixture *f, struct kp_tab *t, s64 keys)
{
	struct kp_value k, v;
	s64 i;

	for (i = 0; i < keys; i++) {
		k = kp_int(i);
		if (kp_tab_agg(t, &k, &v) == KP_DONE)
			add(f, v.agg, i);
	}
}

/* Deleting, clearing, moving and letting go: all give the memory back. */
static void test_memory(struct fixture *f)
{
	struct kp_vm *vm = &f->sim.vm;
	struct kp_tab *t, *moved;
	u64 before, empty;
	int i;

	kp_vm_service(vm);
	before = (u64)atomic64_read(&vm->heap.used);
	t = kp_tab_new(vm);
	fill(f, t, 1);
	kp_tab_clear(t, &(struct kp_clearing){ 0 }, 10);
	kp_vm_service(vm);
	empty = (u64)atomic64_read(&vm->heap.used);
	fill(f, t, 1);
	kp_tab_clear(t, &(struct kp_clearing){ 0 }, 10);
	kp_vm_service(vm);
	is((u64)atomic64_read(&vm->heap.used), empty, "a cleared table's aggregates are given back");
	for (i = 0; i < 3; i++) {
		moved = kp_tab_new(vm);
		fill(f, t, 500);
		kp_tab_clear(t, &(struct kp_clearing){ 0 }, 100);
		kp_tab_move(t, moved);
		is(kp_tab_len(moved), 400, "a table's content moves to another");
		is(kp_tab_len(t), 0, "and leaves none");
		kp_obj_put(vm, &moved->o);
		kp_vm_service(vm);
	}
	kp_obj_put(vm, &t->o);
	kp_vm_service(vm);
	is((u64)atomic64_read(&vm->heap.used), before, "all is given back in the end");
}

/* A removed entry on its way to be freed when its chunk moves stays out of use. */
static void test_move_removed(struct fixture *f)
{
	struct kp_tab *t = kp_tab_new(&f->sim.vm), *to = kp_tab_new(&f->sim.vm);
	struct kp_entry *removed;
	u32 moved;

	fill(f, t, 8);
	kp_tab_clear(t, &(struct kp_clearing){ 0 }, 4);
	removed = kp_tab_take_removed(t, &moved);
	kp_tab_move(t, to);
	kp_tab_free_removed(t, removed, moved);
	ok(!t->free && !t->first, "entries being freed do not come back to the table they left");
	fill(f, t, 8);
	is(kp_tab_len(t) + kp_tab_len(to), 12, "which goes on with new ones");
	kp_obj_put(&f->sim.vm, &to->o);
	kp_vm_service(&f->sim.vm);
	is(kp_tab_len(t), 8, "that stay when the others go");
	kp_obj_put(&f->sim.vm, &t->o);
}

static void test_limit(void)
{
	struct fixture f;
	struct kp_agg *a;
	struct kp_tab *t;
	s64 i, n = 0;

	fixture_init(&f, 512 << 10);
	f.sim.cpu[0].handler.vm = &f.sim.vm;
	a = new_agg(&f, KTAP_AGG_LOGLIN);
	for (i = 0; i < 1000; i++)
		add(&f, a, 1ll << i % 60);
	t = kp_tab_new(&f.sim.vm);
	fill(&f, t, 20000);
	kp_vm_service(&f.sim.vm);
	for (i = 0; i < 20000; i++) {
		struct kp_agg_total total;
		struct kp_value k = kp_int(i), v = kp_tab_get(t, &k);

		if (v.tag != KTAP_T_AGG)
			continue;
		kp_agg_total(v.agg, &total);
		n += (s64)total.count;
	}
	ok(n > 100 && n < 20000, "without memory samples are dropped (%lld kept)", (long long)n);
	is(n + atomic64_read(&f.sim.vm.table_drops), 20000, "and counted");
	fixture_exit(&f);
}

/* --- threads: each is a CPU --- */

#define THREADS	4
#define ROUNDS	20000
#define KEYS	50

struct worker {
	struct fixture *f;
	struct kp_agg *a;
	struct kp_tab *t;
	struct kp_ctx ctx;
	u32 cpu;
};

static void *hammer(void *arg)
{
	struct worker *w = arg;
	s64 i;

	kp_sim_be_cpu(&w->f->sim, w->cpu);
	for (i = 0; i < ROUNDS; i++) {
		struct kp_value k = kp_int(i % KEYS), n = kp_int(i - ROUNDS / 2), v;

		kp_agg_add(&w->ctx, w->a, &n);
		if (kp_tab_agg(w->t, &k, &v) == KP_DONE)
			kp_agg_add(&w->ctx, v.agg, &n);
	}
	return NULL;
}

static s64 count_samples(struct kp_tab *t)
{
	struct kp_value it, k, v;
	struct kp_agg_total total;
	s64 n = 0;

	for (kp_tab_iter(t, &it); kp_tab_next(&it, &k, &v); n += (s64)total.count)
		kp_agg_total(v.agg, &total);
	return n;
}

static s64 count_buckets(const struct kp_agg *a)
{
	s64 n = 0;
	u32 i;

	for (i = 0; i < ktap_agg_buckets(&a->shape); i++)
		n += (s64)kp_agg_bucket(a, i);
	return n;
}

#define TAKEN	50

static void test_threads(struct fixture *f)
{
	struct worker w[THREADS];
	struct kp_agg *a = new_agg(f, KTAP_AGG_LOG2);
	struct kp_tab *t = kp_tab_new(&f->sim.vm), *taken[TAKEN];
	struct kp_agg_total total;
	pthread_t th[THREADS];
	s64 n = 0;
	u32 i;

	for (i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ f, a, t, { .vm = &f->sim.vm }, i + 1 };
		pthread_create(&th[i], NULL, hammer, &w[i]);
	}
	for (i = 0; i < TAKEN; i++) {
		taken[i] = kp_tab_new(&f->sim.vm);
		kp_tab_move(t, taken[i]);
		kp_agg_total(a, &total);
		kp_heap_refill(&f->sim.vm.heap);
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(th[i], NULL);
	kp_agg_total(a, &total);
	is(total.count, THREADS * ROUNDS, "no sample of several CPUs is lost");
	is((s64)total.sum, -(s64)THREADS * ROUNDS / 2, "their sum is exact");
	is(total.min, -ROUNDS / 2, "so is the least");
	is(total.max, ROUNDS / 2 - 1, "and the largest");
	is(count_buckets(a), THREADS * ROUNDS, "and what the buckets hold together");
	for (i = 0; i < TAKEN; i++)
		n += count_samples(taken[i]);
	n += count_samples(t);
	is(n + atomic64_read(&f->sim.vm.table_drops), THREADS * ROUNDS,
	   "nor is one of a table that is taken again and again");
	is(atomic64_read(&f->sim.vm.table_drops), 0, "none was dropped");
}

int main(void)
{
	struct fixture f;

	fixture_init(&f, 512 << 20);
	f.sim.cpu[0].handler.vm = &f.sim.vm;
	test_wide();
	test_bounds(&f, KTAP_AGG_LOG2);
	test_bounds(&f, KTAP_AGG_LINEAR);
	test_bounds(&f, KTAP_AGG_LOGLIN);
	test_squares(&f);
	test_percentiles(&f);
	test_distinct(&f);
	test_memory(&f);
	test_move_removed(&f);
	test_threads(&f);
	fixture_exit(&f);
	test_limit();
	return tap_done();
}
