// SPDX-License-Identifier: GPL-2.0
/*
 * ktap-sim.c - runs a script on the userspace host: the compiler, verifier,
 * interpreter, ring, decoder and printer of the product, without a kernel (simrun.h
 * tells what happens when). For language tests, fuzzers and benchmarks. With
 * KTAP_SIM_RESTLESS in the environment, and built with SAN=1, memory is taken back as
 * soon as it may be. KTAP_SIM_ROUNDS=n fires handlers of events n times; with
 * KTAP_SIM_JSON the output is JSON.
 *
 *   ktap-sim [-e TEXT | SCRIPT | IMAGE] [ARGUMENT]...
 *
 * Exit code: as ktap's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/compile.h"
#include "simrun.h"
#include "../../vm/sim/fault.h"

static int compile(int argc, char **argv, struct ktap_image_buf *image)
{
	bool text = argc > 2 && !strcmp(argv[1], "-e");
	struct ktap_compile_opts opts = {
		.size = sizeof(opts),
		.name = text ? "-e" : argv[1],
		.text = text ? argv[2] : NULL,
		.text_len = text ? strlen(argv[2]) : 0,
		.library = "scripts/lib",
		.argc = argc - (text ? 3 : 2),
		.argv = (const char *const *)argv + (text ? 3 : 2),
	};
	struct ktap_diag diag = ktap_diag_stderr();

	return ktap_compile(&opts, &diag, image);
}

static struct kp_prog *load(const struct ktap_image_buf *image)
{
	struct ktap_error_info err = { 0 };
	struct kp_prog *prog;

	if (kp_prog_load(image->data, image->len, 1, &prog, &err) ||
	    kp_verify(prog, &err)) {
		fprintf(stderr, "ktap-sim: refused: code %u, function %u, pc %u, %lld, %lld\n",
			err.code, err.func, err.pc, (long long)err.arg[0], (long long)err.arg[1]);
		return NULL;
	}
	return prog;
}

static void losses(const struct simrun *r)
{
	if (r->drops)
		fprintf(stderr, "ktap-sim: %llu table updates dropped\n", (unsigned long long)r->drops);
	if (r->faults)
		fprintf(stderr, "ktap: %llu read%s of memory failed and gave nil\n",
			(unsigned long long)r->faults, r->faults == 1 ? "" : "s");
	if (r->lost)
		fprintf(stderr, "ktap-sim: %llu records dropped\n", (unsigned long long)r->lost);
}

static int run(struct kp_prog *prog, const struct image *names)
{
	struct simrun r = { .names = names, .out = stdout, .err = stderr };
	const char *rounds = getenv("KTAP_SIM_ROUNDS");

	r.json = getenv("KTAP_SIM_JSON");
	r.rounds = rounds ? (u32)atoi(rounds) : 0;
	kp_sim_restless = getenv("KTAP_SIM_RESTLESS");
	if (!simrun(prog, &r))
		return 3;
	losses(&r);
	return r.code;
}

int main(int argc, char **argv)
{
	struct ktap_image_buf image = { 0 };
	struct buf why = { 0 };
	struct kp_prog *prog;
	struct image names;
	int code = 1;

	if (argc < 2) {
		fprintf(stderr, "usage: ktap-sim [-e TEXT | SCRIPT] [ARGUMENT]...\n");
		return 2;
	}
	if (compile(argc, argv, &image))
		return 1;
	prog = load(&image);
	if (prog && !image_open(&names, image.data, image.len, &why))
		code = run(prog, &names);
	if (prog)
		kp_prog_free(prog);
	ktap_image_free(&image);
	return code;
}
