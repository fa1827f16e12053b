// SPDX-License-Identifier: GPL-2.0
/*
 * test_faults.c - scripts of which each thing that they ask for is refused in turn:
 * memory of the host and of the session, temporary memory, room for records, and in NMIs
 * the locks. The nth alone and then the nth with all that follow, for each n until
 * nothing was refused any more. Each run must end well, give back its memory, and tell
 * what it lost: its output is that of a run without faults, or something was counted.
 * A script that prints "sum A of B" made B updates, of which A took place and the rest
 * is counted as dropped.
 *
 *   test_faults [-a] [-p] SCRIPT...
 *
 * -a  each n; else of the calls that lead to a request by the same path only the first
 *     few are tried, and the last
 * -p  prints the places in the program that asked
 */
#include <execinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/compile.h"
#include "../../vm/sim/fault.h"
#include "../tool/simrun.h"
#include "../tool/tap.h"

#define DEPTH		12	/* calls that make a path */
#define SKIP		2	/* those of the counting itself */
#define MAX_PATHS	4096
#define MAX_ASKED	1000000
#define EACH_PATH	2	/* requests by the same path that are tried */
#define ROUNDS		20

static bool all_of_them, print_places;

/* --- who asks --- */

struct path {
	void *pc[DEPTH];
	int n;
	unsigned int seen;
};

static struct path paths[MAX_PATHS];
static unsigned int npaths;
static unsigned char try_it[MAX_ASKED];
static bool in_interrupt;

static struct path *find_path(void *const *pc, int n)
{
	for (unsigned int i = 0; i < npaths; i++)
		if (paths[i].n == n && !memcmp(paths[i].pc, pc, n * sizeof(*pc)))
			return &paths[i];
	if (npaths == MAX_PATHS)
		return NULL;
	memcpy(paths[npaths].pc, pc, n * sizeof(*pc));
	paths[npaths].n = n;
	paths[npaths].seen = 0;
	return &paths[npaths++];
}

static void watch(enum kp_fault_kind kind, uint64_t nth)
{
	void *pc[DEPTH + SKIP];
	int n = backtrace(pc, DEPTH + SKIP) - SKIP;
	struct path *p = find_path(pc + SKIP, n);

	(void)kind;
	if (nth < MAX_ASKED)
		try_it[nth] = all_of_them || !p || p->seen < EACH_PATH;
	if (p)
		p->seen++;
}

/* Begins anew after that. */
static void say_places(void)
{
	for (unsigned int i = 0; print_places && i < npaths; i++)
		for (int k = 0; k < paths[i].n; k++)
			printf("# place %p\n", (void *)((char *)paths[i].pc[k] - 1));
	npaths = 0;
}

/* --- one run --- */

struct outcome {
	struct simrun r;
	bool begun;
	char *text;
	size_t len;
	uint64_t asked, refused;
};

struct subject {
	const char *name;
	struct ktap_image_buf image;
	struct image names;
	struct kp_prog *prog;
};

static void run(const struct subject *s, uint64_t nth, bool on, bool nmi, struct outcome *o)
{
	FILE *out = open_memstream(&o->text, &o->len);

	o->r = (struct simrun){ .names = &s->names, .out = out, .err = out, .rounds = ROUNDS, .nmi = nmi, .count_memory = true };
	kp_faults_set(KP_FAULT_ALL, nth, on);
	o->begun = simrun(s->prog, &o->r);
	o->asked = kp_faults.asked;
	o->refused = kp_faults.refused;
	kp_faults_set(0, 0, false);
	fclose(out);
}

static bool counted(const struct outcome *o, const struct outcome *whole)
{
	return o->r.drops > whole->r.drops || o->r.errors > whole->r.errors ||
	       o->r.lost > whole->r.lost || strstr(o->text, "out of session memory") ||
	       strstr(o->text, "out of temporary memory");
}

static bool is_told(const struct outcome *o, const struct outcome *whole)
{
	return !o->begun || !strcmp(o->text, whole->text) || counted(o, whole);
}

/* A handler that fails between two updates leaves the second one out. */
static bool adds_up(const struct outcome *o)
{
	const char *line = strstr(o->text, "sum\t");
	long long sum, of;

	if (!line || sscanf(line, "sum\t%lld\tof\t%lld", &sum, &of) != 2)
		return true;
	return o->r.errors ? sum <= of : sum + (long long)o->r.drops == of;
}

/* --- all runs of a script --- */

struct tally {
	unsigned int runs, silent, leaks, wrong;
};

static void complain(const char *what, const struct outcome *o, uint64_t nth, bool on)
{
	printf("# %s: fault %llu%s of %llu, %llu drops, %llu errors, %llu lost, %llu bytes left\n%s",
	       what, (unsigned long long)nth, on ? " on" : "", (unsigned long long)o->asked,
	       (unsigned long long)o->r.drops, (unsigned long long)o->r.errors,
	       (unsigned long long)o->r.lost, (unsigned long long)o->r.mem_left,
	       getenv("VERBOSE") ? o->text : "");
}

static void judge(const struct outcome *o, const struct outcome *whole, struct tally *t,
		  uint64_t nth, bool on)
{
	t->runs++;
	if (!is_told(o, whole) && !t->silent++)
		complain("silent", o, nth, on);
	if (o->begun && o->r.mem_left > whole->r.mem_left && !t->leaks++)
		complain("leak", o, nth, on);
	if (o->begun && !adds_up(o) && !t->wrong++)
		complain("does not add up", o, nth, on);
}

/* False: nothing was refused any more. */
static bool fail_nth(const struct subject *s, const struct outcome *whole, struct tally *t,
		     uint64_t nth, bool on)
{
	struct outcome o;
	bool refused;

	run(s, nth, on, in_interrupt, &o);
	refused = o.refused;
	if (refused)
		judge(&o, whole, t, nth, on);
	free(o.text);
	return refused;
}

static void fail_each(const struct subject *s, const struct outcome *whole, struct tally *t,
		      bool on)
{
	bool more = true;

	for (uint64_t nth = 1; more && nth < MAX_ASKED; nth++)
		if (try_it[nth] || nth >= whole->asked)
			more = fail_nth(s, whole, t, nth, on);
}

/* How often a handler was fired. */
static u64 test_with(const struct subject *s, const char *how)
{
	struct outcome whole;
	struct tally t = { 0 };

	memset(try_it, 0, sizeof(try_it));
	kp_faults.watch = watch;
	run(s, 0, false, in_interrupt, &whole);
	kp_faults.watch = NULL;
	ok(whole.begun && adds_up(&whole), "%s%s: it runs where nothing fails", s->name, how);
	fail_each(s, &whole, &t, false);
	fail_each(s, &whole, &t, true);
	ok(!t.silent && !t.leaks && !t.wrong && t.runs,
	   "%s%s: %u faults at %u places, %u silent, %u with a leak, %u that do not add up",
	   s->name, how, t.runs, npaths, t.silent, t.leaks, t.wrong);
	say_places();
	free(whole.text);
	return whole.r.fired;
}

/* Loading says that there was no memory, or that all is well. */
static void test_load(struct subject *s)
{
	struct ktap_error_info err = { 0 };
	unsigned int n, wrong = 0;
	int ret;

	kp_faults.watch = watch;
	for (n = 1; !s->prog && n < 100; n++) {
		kp_faults_set(KP_FAULT_ALL, n, true);
		ret = kp_prog_load(s->image.data, s->image.len, 7, &s->prog, &err);
		if (!ret && kp_verify(s->prog, &err)) {
			kp_prog_free(s->prog);
			s->prog = NULL;
		}
		wrong += !s->prog && err.code != KTAP_E_NOMEM;
	}
	kp_faults_set(0, 0, false);
	ok(s->prog && !wrong, "%s: loading tells %u faults", s->name, n - 2);
	say_places();
}

static void compile(struct subject *s, const char *path)
{
	struct ktap_compile_opts opts = { .size = sizeof(opts), .name = path,
					  .library = "scripts/lib" };
	struct ktap_diag diag = ktap_diag_stderr();
	struct buf why = { 0 };

	s->name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	if (ktap_compile(&opts, &diag, &s->image) || image_open(&s->names, s->image.data, s->image.len, &why)) {
		printf("Bail out! %s does not compile\n", path);
		exit(1);
	}
}

static void test_script(const char *path)
{
	struct subject s = { 0 };

	compile(&s, path);
	test_load(&s);
	in_interrupt = false;
	if (test_with(&s, "")) {
		in_interrupt = true;
		test_with(&s, " in NMIs");
	}
	kp_prog_free(s.prog);
	ktap_image_free(&s.image);
}

int main(int argc, char **argv)
{
	int c;

	while ((c = getopt(argc, argv, "ap")) != -1) {
		all_of_them |= c == 'a';
		print_places |= c == 'p';
	}
	for (; optind < argc; optind++)
		test_script(argv[optind]);
	return tap_done();
}
