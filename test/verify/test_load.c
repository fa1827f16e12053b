// SPDX-License-Identifier: GPL-2.0
/*
 * test_load.c - bytes that nobody checked: the images of sample/ cut at every
 * length, and with each byte changed to every other value. Loader and verifier must
 * not read beyond them, and what they let through must run to an end, as a main
 * chunk, as handlers and as trace_end functions, under the sanitizers. Then every
 * allocation fails in turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../vm/core/ctx.h"
#include "../../vm/sim/fault.h"
#include "../../vm/sim/sim.h"
#include "../tool/tap.h"
#include "program.h"

#define MAX_FILES	20
#define INTERRUPT	4	/* looks at the clock that the main chunk may take */

static struct kp_sim sim;
static int looks;

/* Linked instead of the simulator's: a main chunk that never ends is ended. */
int __wrap_kp_host_interrupted(struct kp_ctx *ctx);
int __wrap_kp_host_interrupted(struct kp_ctx *ctx)
{
	(void)ctx;
	return ++looks > INTERRUPT;
}

static struct kp_opts small_opts(void)
{
	struct kp_opts opts = kp_sim_opts();

	opts.mem_limit = KTAP_MIN_MEM;
	opts.max_steps = 20000;
	opts.seed = 0x1234;
	return opts;
}

/* An event with as many fields as the program refers to, none of which is there. */
static void fire(struct kp_sim *s, struct kp_closure *fn)
{
	static struct ktap_field refs[KTAP_MAX_FREFS];
	static struct kp_probe probe = { .kind = KTAP_EV_SYS_ENTER, .refs = refs };
	static u64 name[8];
	struct kp_event ev = { .probe = &probe, .word = { 1, 2, 3 } };

	if (!probe.name)
		probe.name = kp_static_str(name, "sys_enter", 9, 0x1234);
	probe.nrefs = s->vm.prog->nfref;
	kp_sim_fire(s, fn, &ev);
}

static void run_main(struct kp_sim *s)
{
	enum kp_run r = kp_vm_main(&s->main, &s->vm);
	int traces = 0;

	for (; r == KP_RUN_TRACE && traces < 8; traces++) {
		struct kp_closure *fn = kp_closure_get(s->main.handler);

		if (fn) {
			fire(s, fn);
			kp_closure_put(&s->vm, fn);
		}
		r = kp_vm_continue(&s->main);
	}
	kp_ctx_reset(&s->main);
}

static void run_end(struct kp_sim *s)
{
	u32 i;

	for (i = 0; i < s->vm.nend && i < 8; i++) {
		looks = 0;
		kp_vm_end(&s->main, &s->vm, i);
		kp_ctx_reset(&s->main);
	}
}

/* The contexts are made once: they are large. The session is new for each program. */
static void run(struct kp_prog *prog)
{
	struct kp_opts opts = small_opts();

	kp_vm_exit(&sim.vm);
	if (kp_vm_init(&sim.vm, prog, &opts, &sim))
		abort();
	looks = 0;
	sim.exited = false;
	run_main(&sim);
	run_end(&sim);
	kp_vm_service(&sim.vm);
	kp_sim_drain(&sim);
}

/* Returns whether it was accepted; then it has run. */
static bool try_image(const char *image, size_t len)
{
	struct ktap_error_info err;
	struct kp_prog *prog = load_program(image, len, &err);

	if (!prog)
		return false;
	run(prog);
	kp_prog_free(prog);
	return true;
}

static void test_cut(const char *name, const char *image, size_t len)
{
	size_t n, accepted = 0;

	for (n = 0; n < len; n++)
		accepted += try_image(image, n);
	ok(!accepted, "%s: refused at each of %zu shorter lengths", name, len);
}

/* Cut, and the header says so: only bytes that mean nothing may be missing. */
static void test_cut_told(const char *name, char *image, size_t len)
{
	struct ktap_image h;
	size_t n, accepted = 0;
	__u32 size;

	memcpy(&h, image, sizeof(h));
	for (n = sizeof(h); n < len; n++) {
		size = n;
		memcpy(image + offsetof(struct ktap_image, size), &size, 4);
		accepted += try_image(image, n);
	}
	memcpy(image, &h, sizeof(h));
	ok(!accepted, "%s: refused at each shorter length that the header tells", name);
}

/* Every byte to each of `step` apart values. */
static void test_change(const char *name, char *image, size_t len, int step)
{
	unsigned long accepted = 0, all = 0;
	size_t i;
	int v;

	for (i = 0; i < len; i++) {
		char was = image[i];

		for (v = 1; v < 256; v += step, all++) {
			image[i] = was ^ v;
			accepted += try_image(image, len);
		}
		image[i] = was;
	}
	ok(accepted < all, "%s: %lu changed bytes, of which %lu accepted and run",
	   name, all, accepted);
}

/* Two bytes at once, by a generator that is the same every time. */
static void test_random(const char *name, char *image, size_t len, int rounds)
{
	unsigned long accepted = 0;
	u64 x = 88172645463325252ull;
	int i, k;

	for (i = 0; i < rounds; i++) {
		char *copy = malloc(len);

		memcpy(copy, image, len);
		for (k = 0; k < 3; k++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			copy[sizeof(struct ktap_image) +
			     (x >> 16) % (len - sizeof(struct ktap_image))] ^= x & 15;
		}
		accepted += try_image(copy, len);
		free(copy);
	}
	ok(true, "%s: %d times three bytes changed, of which %lu accepted and run",
	   name, rounds, accepted);
}

/* The nth allocation fails, for each n until all succeed. */
static void test_no_memory(const char *name, const char *image, size_t len)
{
	struct ktap_error_info err;
	struct kp_prog *prog = NULL;
	int n, wrong = 0;

	for (n = 1; !prog && n < 1000; n++) {
		kp_faults_set(1u << KP_FAULT_HOST, n, true);
		prog = load_program(image, len, &err);
		wrong += !prog && err.code != KTAP_E_NOMEM;
	}
	kp_faults_set(0, 0, false);
	ok(prog && !wrong, "%s: says so when any of %d allocations fails", name, n - 2);
	kp_prog_free(prog);
}

static void test_position(void)
{
	static const struct ktap_iline lines[] = { { 2, 20 }, { 5, 50 } };
	struct kp_fn fn = { .lines = lines, .nlines = 2, .ncode = 9 };

	ok(kp_fn_pos(&fn, 0) == 0 && kp_fn_pos(&fn, 2) == 20 && kp_fn_pos(&fn, 4) == 20 &&
	   kp_fn_pos(&fn, 5) == 50 && kp_fn_pos(&fn, 8) == 50,
	   "an instruction has the position of the last line entry before it");
}

static void test_file(const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	size_t len;
	char *text = read_file(path, &len), *image = must_assemble(text, &len);
	bool small = !strcmp(name, "small.kasm");

	free(text);
	ok(try_image(image, len) && !atomic64_read(&sim.vm.errors),
	   "%s: is accepted and runs without an error", name);
	test_cut(name, image, len);
	test_cut_told(name, image, len);
	test_no_memory(name, image, len);
	test_change(name, image, len, small ? 1 : 7);
	test_random(name, image, len, 20000);
	free(image);
}

int main(int argc, char **argv)
{
	char *path[MAX_FILES];
	struct kp_prog empty = { 0 };
	struct kp_opts opts = small_opts();
	int i, n = find_files(argc > 1 ? argv[1] : "test/verify/sample", ".kasm",
			      path, MAX_FILES);

	if (kp_sim_init(&sim, &empty, &opts, 1 << 16))
		abort();
	test_position();
	for (i = 0; i < n; i++) {
		test_file(path[i]);
		free(path[i]);
	}
	kp_sim_exit(&sim);
	return tap_done();
}
