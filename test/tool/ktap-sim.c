// SPDX-License-Identifier: GPL-2.0
/*
 * ktap-sim.c - runs a script on the userspace host: the compiler, verifier,
 * interpreter, ring, decoder and printer of the product, without a kernel. Trace
 * statements are passed over; trace_end functions run. For language tests and
 * benchmarks.
 *
 *   ktap-sim [-e TEXT | SCRIPT | IMAGE] [ARGUMENT]...
 *
 * Exit code: as ktap's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/compile.h"
#include "run/print.h"
#include "../../vm/sim/sim.h"

static struct ktap_printer printer;

static void drain(void *data, const void *records, size_t len)
{
	(void)data;
	ktap_print_records(&printer, records, len);
	ktap_print_flush(&printer);
}

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

/* What the ledger would tell. */
static void losses(struct kp_sim *sim)
{
	if (atomic64_read(&sim->vm.table_drops))
		fprintf(stderr, "ktap-sim: %lld table updates dropped\n",
			(long long)atomic64_read(&sim->vm.table_drops));
	if (sim->ring.dropped)
		fprintf(stderr, "ktap-sim: %llu records dropped\n",
			(unsigned long long)sim->ring.dropped);
}

static int run(struct kp_prog *prog, const struct image *names)
{
	struct ktap_printer_opts popts = { .out = stdout, .err = stderr, .image = names };
	struct kp_opts opts = kp_sim_opts();
	enum kp_run end, main_run;
	struct kp_sim sim;
	int code;

	if (kp_sim_init(&sim, prog, &opts, 1 << 20))
		return 3;
	ktap_printer_init(&printer, &popts);
	sim.drain = drain;
	main_run = kp_sim_main(&sim, NULL, NULL);
	code = sim.exited ? sim.exit_code : main_run == KP_RUN_ERROR;
	if (main_run == KP_RUN_DONE || sim.exited) {
		end = kp_sim_end(&sim);
		if (!code && end == KP_RUN_ERROR)
			code = 1;
	}
	kp_sim_drain(&sim);
	ktap_printer_exit(&printer);
	losses(&sim);
	kp_sim_exit(&sim);
	return code;
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
