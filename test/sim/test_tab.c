// SPDX-License-Identifier: GPL-2.0
/*
 * test_tab.c - tables: every kind of key, growth to a million, iteration, removal
 * and reuse, running out of memory, and several threads at once.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "fixture.h"
#include "../../vm/core/bound.h"
#include "../../vm/core/front.h"
#include "../../vm/core/tab_find.h"

static struct kp_tab *new_tab(struct fixture *f)
{
	return kp_tab_new(&f->sim.vm);
}

static s64 get_int(struct kp_tab *t, struct kp_value key)
{
	struct kp_value v = kp_tab_get(t, &key);

	return v.tag == KTAP_T_INT ? v.i : -1;
}

static void set_int(struct kp_tab *t, struct kp_value key, s64 n)
{
	struct kp_value v = kp_int(n);

	kp_tab_set(t, NULL, &key, &v);
}

static void test_keys(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	struct kp_value s1 = fixture_str(f, "alpha"), s2 = fixture_str(f, "alphb");
	struct kp_value empty = fixture_str(f, "");
	struct kp_value pair[2] = { s1, kp_int(7) }, rev[2] = { kp_int(7), s1 };

	set_int(t, kp_int(0), 1);
	set_int(t, kp_int(-1), 2);
	set_int(t, kp_bool(true), 3);
	set_int(t, kp_bool(false), 4);
	set_int(t, s1, 5);
	set_int(t, s2, 6);
	set_int(t, empty, 7);
	set_int(t, fixture_tuple(f, pair, 2), 8);
	set_int(t, fixture_tuple(f, rev, 2), 9);
	is(kp_tab_len(t), 9, "nine keys of different kinds are nine entries");
	is(get_int(t, kp_int(0)), 1, "integer 0");
	is(get_int(t, kp_int(-1)), 2, "integer -1");
	is(get_int(t, kp_bool(true)), 3, "true");
	is(get_int(t, kp_bool(false)), 4, "false");
	is(get_int(t, fixture_str(f, "alpha")), 5, "another string of equal bytes");
	is(get_int(t, s2), 6, "a string that differs in the last byte");
	is(get_int(t, empty), 7, "the empty string");
	is(get_int(t, fixture_tuple(f, pair, 2)), 8, "a composite key");
	is(get_int(t, fixture_tuple(f, rev, 2)), 9, "its parts in another order");
	is(get_int(t, kp_int(5)), -1, "an absent key is nil");
}

static void test_values(struct fixture *f)
{
	struct kp_tab *t = new_tab(f), *inner = new_tab(f);
	struct kp_value k = kp_int(1), v, nil = kp_nil(), was;

	v = fixture_str(f, "text");
	kp_tab_set(t, NULL, &k, &v);
	v = kp_tab_get(t, &k);
	ok(v.tag == KTAP_T_STR && v.str->len == 4, "a string value");
	is(kp_tab_add(t, &k, 1), KP_BADTYPE, "adding to a string is refused");
	is(kp_tab_arith(t, &k, KTAP_ARITH_MUL, 2, &was), KP_BADTYPE, "so is multiplying");
	is(was.tag, KTAP_T_STR, "and the old value's type is told");
	v = kp_objval(inner);
	kp_tab_set(t, NULL, &k, &v);
	ok(kp_tab_get(t, &k).tab == inner, "a table value");
	kp_tab_set(t, NULL, &k, &nil);
	is(kp_tab_len(t), 0, "nil removes the entry");
	is(kp_tab_add(t, &k, 5), KP_DONE, "absent counts as 0");
	is(kp_tab_add(t, &k, -7), KP_DONE, "a second addition");
	is(get_int(t, k), -2, "sums up");
	is(kp_tab_arith(t, &k, KTAP_ARITH_SHL, 4, &was), KP_DONE, "op= of another kind");
	is(get_int(t, k), -32, "works on the value");
	is(kp_tab_arith(t, &k, KTAP_ARITH_DIV, 0, &was), KP_BADDIV, "division by 0 is told");
	k = kp_int(2);
	is(kp_tab_arith(t, &k, KTAP_ARITH_MUL, 2, &was), KP_BADTYPE, "nil times 2 is refused");
	is(kp_tab_arith(t, &k, KTAP_ARITH_SUB, 2, &was), KP_DONE, "nil minus 2 is not");
	is(get_int(t, k), -2, "and is -2");
}

static u32 count_entries(struct kp_tab *t, s64 *sum)
{
	struct kp_value it, k, v;
	u32 n = 0;

	*sum = 0;
	for (kp_tab_iter(t, &it); kp_tab_next(&it, &k, &v); n++)
		*sum += v.i;
	return n;
}

#ifdef __SANITIZE_THREAD__
#define MANY	100000		/* slow there, and no new interleaving */
#else
#define MANY	1000000
#endif

static void test_growth(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	s64 i, sum, bad = 0;
	struct kp_clearing at = { 0 };

	for (i = 0; i < MANY; i++) {
		struct kp_value k = kp_int(i * 7);

		kp_tab_add(t, &k, i);
		if (i % 1000 == 0)
			kp_vm_service(&f->sim.vm);
	}
	is(kp_tab_len(t), MANY, "%d entries", MANY);
	for (i = 0; i < MANY; i++)
		bad += get_int(t, kp_int(i * 7)) != i;
	is(bad, 0, "each is found with its value");
	is(count_entries(t, &sum), MANY, "iteration sees each once");
	is(sum, (s64)MANY * (MANY - 1) / 2, "and all values");
	is(atomic64_read(&f->sim.vm.table_drops), 0, "nothing was dropped");
	for (i = 0; i < MANY; i += 2) {
		struct kp_value k = kp_int(i * 7);

		kp_tab_delete(t, &k);
	}
	is(kp_tab_len(t), MANY / 2, "every other one removed");
	is(count_entries(t, &sum), MANY / 2, "iteration sees the rest");
	do
		kp_tab_clear(t, &at, 1000);
	while (at.chunk);
	is(kp_tab_len(t), 0, "cleared");
}

/* Removed entries come back after a grace period: memory does not grow. */
static void test_reuse(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	s64 before = 0, i;

	for (i = 0; i < 200000; i++) {
		struct kp_value k = kp_int(i);
		char name[32];

		snprintf(name, sizeof(name), "key number %lld", (long long)i);
		fixture_set_str(f, t, k, name);
		kp_tab_delete(t, &k);
		if (i % 64 == 0)
			kp_vm_service(&f->sim.vm);
		if (i == 1000)
			before = atomic64_read(&f->sim.vm.heap.used);
	}
	kp_vm_service(&f->sim.vm);
	ok(atomic64_read(&f->sim.vm.heap.used) <= before + 65536,
	   "200,000 strings stored and removed take no more memory than 1,000");
}

static void test_order(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	struct kp_value it, k, v;
	s64 i, in_order = 0;

	for (i = 0; i < 5000; i++)
		set_int(t, kp_int(i * i), i);
	for (kp_tab_iter(t, &it), i = 0; kp_tab_next(&it, &k, &v); i++)
		in_order += v.i == i;
	is(in_order, 5000, "iteration goes in the order of insertion");
}

static void test_memory_limit(void)
{
	struct fixture f;
	struct kp_tab *t;
	s64 i, done = 0;

	fixture_init(&f, 512 << 10);
	t = new_tab(&f);
	for (i = 0; i < 100000; i++) {
		struct kp_value k = kp_int(i);

		done += kp_tab_add(t, &k, 1) == KP_DONE;
		kp_vm_service(&f.sim.vm);
	}
	ok(done > 1000 && done < 100000, "a table grows up to the session's limit (%lld entries)",
	   (long long)done);
	is(kp_tab_len(t), done, "what was accepted is there");
	is(atomic64_read(&f.sim.vm.table_drops), 100000 - done, "what was not is counted");
	set_int(t, kp_int(5), 77);
	is(get_int(t, kp_int(5)), 77, "existing entries can still be set");
	fixture_exit(&f);
}

/* --- threads --- */

#define THREADS	4
#define ROUNDS	100000
#define KEYS	5000

static void *hammer(void *arg)
{
	struct kp_tab *t = arg;
	s64 i;

	for (i = 0; i < ROUNDS; i++) {
		struct kp_value k = kp_int(i % KEYS);

		kp_tab_add(t, &k, 1);
	}
	return NULL;
}

static void test_threads(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	pthread_t th[THREADS];
	s64 sum;
	int i;

	kp_heap_refill(&f->sim.vm.heap);
	for (i = 0; i < THREADS; i++)
		pthread_create(&th[i], NULL, hammer, t);
	for (i = 0; i < THREADS; i++)
		pthread_join(th[i], NULL);
	is(kp_tab_len(t), KEYS, "threads inserting the same keys make each once");
	count_entries(t, &sum);
	is(sum + atomic64_read(&f->sim.vm.table_drops), (s64)THREADS * ROUNDS,
	       "no addition is lost while the table grows");
	is(atomic64_read(&f->sim.vm.table_drops), 0, "nor dropped");
}

/* --- vacant entries --- */

/* t[key] = n, or nil, by what a front has for it. */
static bool quick_set(struct kp_tab *t, s64 key, const s64 *n)
{
	struct kp_value tab = kp_objval(t), k = kp_int(key), v = n ? kp_int(*n) : kp_nil();

	return kp_front_set(&tab, &k, &v);
}

static s64 quick_get(struct kp_tab *t, s64 key)
{
	struct kp_value tab = kp_objval(t), k = kp_int(key), v;

	return !kp_front_get(&v, &tab, &k) ? -2 : v.tag == KTAP_T_INT ? v.i : -1;
}

static void test_vacant(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	struct kp_value k = kp_int(2000), v;
	s64 i, sum, five = 5;
	u32 room, done = 0, again = 0;

	for (i = 0; i < 1000; i++)
		set_int(t, kp_int(i), 1);
	room = t->room;
	for (i = 0; i < 1000; i++)
		done += quick_set(t, i, NULL);
	is(done, KP_MAX_VACANT, "so many entries may be vacant");
	is(kp_tab_len(t), 1000 - KP_MAX_VACANT, "and do not count");
	is(count_entries(t, &sum), 1000 - KP_MAX_VACANT, "nor are they iterated over");
	is(get_int(t, kp_int(7)), -1, "nor found");
	is(quick_get(t, 7), -1, "by one look either");
	is(quick_get(t, 2000), -1, "as what was never there");
	ok(quick_set(t, 2000, NULL), "which may be removed");
	ok(!quick_set(t, 2000, &five), "but not stored by one look");
	for (i = 0; i < 100; i++)
		again += quick_set(t, i, &five);
	is(again, 100, "a vacant entry is filled again");
	is(get_int(t, kp_int(7)), 5, "by a value");
	is(kp_tab_len(t), 1100 - KP_MAX_VACANT, "and counts again");
	is(t->room, room, "without memory");
	for (i = 100; i < 110; i++) {
		k = kp_int(i);
		kp_tab_add(t, &k, i);
		if (i & 1)
			kp_tab_arith(t, &k, KTAP_ARITH_SUB, 2 * i, &v);
	}
	is(get_int(t, kp_int(104)), 104, "adding to one begins at 0");
	is(get_int(t, kp_int(105)), -105, "and goes on from there");
	set_int(t, kp_int(111), 3);
	is(get_int(t, kp_int(111)), 3, "storing by the long way fills it too");
	is(kp_tab_len(t), 1111 - KP_MAX_VACANT, "each counts once");
	for (i = 0; i < 1000; i++)
		quick_set(t, i, NULL);
	k = kp_int(999);
	kp_tab_delete(t, &k);
	is(t->first->vacant.counter, KP_MAX_VACANT, "again as many are vacant");
	kp_vm_service(&f->sim.vm);
	is(t->first->vacant.counter, 0, "the next removal has the service remove them");
	is(count_entries(t, &sum), kp_tab_len(t), "and only them");
	for (i = 3000; i < 3000 + KP_MAX_VACANT; i++)
		set_int(t, kp_int(i), 1);
	is(t->room, room, "their memory is used for others");
}

static bool sweeping;

static void *come_and_go(void *arg)
{
	static s64 threads;
	struct kp_tab *t = arg;
	s64 i, me = __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED), bad = 0;

	for (i = 0; i < ROUNDS / 4; i++) {
		struct kp_value k = kp_int(me * 100 + i % 50), common = kp_int(-1 - i % 3), v = kp_int(i);

		if (!quick_set(t, k.i, &i))
			kp_tab_set(t, NULL, &k, &v);
		bad += get_int(t, k) != i;
		kp_tab_add(t, &common, 1);
		if (!quick_set(t, -10, &i))
			kp_tab_add(t, &common, 0);
		if (i % 2)
			quick_set(t, -10, NULL);
		v = kp_nil();
		if (!quick_set(t, k.i, NULL))
			kp_tab_set(t, NULL, &k, &v);
		bad += get_int(t, k) != -1;
	}
	return (void *)bad;
}

/* What the service does, but for what takes a grace period: that is done at the end. */
static void *sweep_on(void *arg)
{
	static struct kp_entry *removed;
	struct kp_tab *t = arg;
	u32 moved;

	while (__atomic_load_n(&sweeping, __ATOMIC_RELAXED)) {
		struct kp_entry *e, *next;

		__atomic_store_n(&t->crowded, 1, __ATOMIC_RELAXED);
		for (e = kp_tab_take_removed(t, &moved); e; e = next) {
			next = e->idle;
			e->idle = removed;
			removed = e;
		}
		sched_yield();
	}
	return removed;
}

static void test_vacant_threads(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	pthread_t th[THREADS], sweeper;
	s64 i, sum = 0, bad = 0, nil = 0;
	void *got;

	kp_vm_service(&f->sim.vm);
	kp_heap_refill(&f->sim.vm.heap);
	set_int(t, kp_int(-10), 0);
	sweeping = true;
	pthread_create(&sweeper, NULL, sweep_on, t);
	for (i = 0; i < THREADS; i++)
		pthread_create(&th[i], NULL, come_and_go, t);
	for (i = 0; i < THREADS; i++) {
		pthread_join(th[i], &got);
		bad += (s64)got;
	}
	__atomic_store_n(&sweeping, false, __ATOMIC_RELAXED);
	pthread_join(sweeper, &got);
	kp_tab_free_removed(t, got, t->moved);
	is(bad, 0, "what one thread stores and removes it finds so, whoever removes vacant entries");
	for (i = -3; i < 0; i++)
		sum += get_int(t, kp_int(i));
	is(sum + atomic64_read(&f->sim.vm.table_drops), (s64)THREADS * (ROUNDS / 4), "no addition is lost");
	nil = get_int(t, kp_int(-10)) == -1;
	is(kp_tab_len(t), 4 - nil, "and the length is that of what is left");
	is(count_entries(t, &sum), 4 - nil, "one by one");
}

/* Inserts, reads and deletes beyond the bound, all at once. */
static void *crowd(void *arg)
{
	struct kp_tab *t = arg;
	s64 i;

	for (i = 0; i < ROUNDS / 10; i++) {
		struct kp_value k = kp_int(i * 7 % KEYS), gone = kp_int(i % KEYS);

		kp_tab_add(t, &k, 1);
		kp_tab_get(t, &gone);
		if (i % 16 == 0)
			kp_tab_delete(t, &gone);
	}
	return NULL;
}

static void test_bounded_threads(struct fixture *f, enum kp_bound_kind kind, const char *name)
{
	struct kp_tab *t;
	pthread_t th[THREADS];
	struct kp_value k;
	s64 sum;
	int i;

	kp_vm_service(&f->sim.vm);
	t = new_tab(f);
	kp_bound_new(t, kind, 700);
	for (i = 0; i < THREADS; i++)
		pthread_create(&th[i], NULL, crowd, t);
	for (i = 0; i < THREADS; i++)
		pthread_join(th[i], NULL);
	ok(kp_tab_len(t) <= 700, "a table of the %s keeps within its bound", name);
	is(t->bound->n, kp_tab_len(t), "and ranks every entry");
	is(count_entries(t, &sum), kp_tab_len(t), "each of which is there once");
	for (i = 0; kp_tab_len(t); i++) {
		k = kp_int(i);
		kp_tab_delete(t, &k);
	}
	is(t->bound->n, 0, "deleted, they are not ranked");
}

/* Room made ready is used before more is taken. */
static void test_reserve(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	u32 room, i;

	while (kp_tab_reserve(t, 5000))
		;
	room = t->room;
	ok(room >= 5000, "room for 5000 entries");
	for (i = 0; i < 5000; i++)
		set_int(t, kp_int(i), i);
	is(t->room, room, "which 5000 entries fill");
	is(kp_tab_len(t), 5000, "all of them");
}

/* A loop that adds an entry for each that it sees. */
static void test_adding_while_iterating(struct fixture *f)
{
	struct kp_tab *t = new_tab(f);
	struct kp_value it, k, v;
	s64 old = 0, seen = 0;
	int i;

	for (i = 1; i <= 1000; i++)
		set_int(t, kp_int(i), 1);
	for (kp_tab_iter(t, &it); seen < 100000 && kp_tab_next(&it, &k, &v); seen++) {
		old += k.i > 0;
		set_int(t, kp_int(-seen - 1), 1);
	}
	is(old, 1000, "a loop that adds sees each entry that was there once");
	ok(seen < 1200, "and ends (%lld entries seen)", (long long)seen);
	is(kp_tab_len(t), 1000 + seen, "what it added is there");
}

int main(void)
{
	struct fixture f;

	fixture_init(&f, 512 << 20);
	test_keys(&f);
	test_values(&f);
	test_growth(&f);
	test_reuse(&f);
	test_order(&f);
	test_reserve(&f);
	test_adding_while_iterating(&f);
	test_vacant(&f);
	test_threads(&f);
	test_vacant_threads(&f);
	test_bounded_threads(&f, KP_BOUND_LRU, "last used");
	test_bounded_threads(&f, KP_BOUND_TOP, "heaviest");
	fixture_exit(&f);
	test_memory_limit();
	return tap_done();
}
