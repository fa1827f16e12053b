// SPDX-License-Identifier: GPL-2.0
/*
 * ktap-sim.c - runs a script on the userspace host: the compiler, verifier,
 * interpreter, ring, decoder and printer of the product, without a kernel. begin
 * runs, ticks come as fast as they can, in their order, until exit() or 1000 have
 * come; other trace statements are passed over; trace_end functions run. For language tests and
 * benchmarks.
 *
 *   ktap-sim [-e TEXT | SCRIPT | IMAGE] [ARGUMENT]...
 *
 * Exit code: as ktap's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/life.h"
#include "event/timer.h"
#include "event/resolve.h"
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
	if (atomic64_read(&sim->vm.faults))
		fprintf(stderr, "ktap: %lld read%s of memory failed and gave nil\n",
			(long long)atomic64_read(&sim->vm.faults),
			atomic64_read(&sim->vm.faults) == 1 ? "" : "s");
	if (sim->cpu[0].ring.dropped)
		fprintf(stderr, "ktap-sim: %llu records dropped\n",
			(unsigned long long)sim->cpu[0].ring.dropped);
}

/* --- the kernel's memory, and the task's --- */

static const char banner[4096] = "Linux version of the simulator\n";
static const uint64_t jiffies = 4295000000u;
static const uint8_t init_task[64] = { 1, 2, 3, 4, 5, 6, 7, 8 };

static const struct kp_sim_mem memory[] = {
	{ 0xffffffff81000000u, banner, sizeof(banner), false, "linux_banner" },
	{ 0xffffffff82000000u, &jiffies, sizeof(jiffies), false, "jiffies" },
	{ 0xffffffff83000000u, init_task, sizeof(init_task), false, "init_task" },
	{ 0 },
};

/* --- begin and ticks --- */

#define MAX_LIFE	16
#define MAX_TICKS	1000

static struct life {
	struct kp_closure *fn;
	struct ktap_event ev;
	struct kp_probe probe;
	char name[512];		/* as the core wants strings */
	uint64_t due;
} life[MAX_LIFE];
static unsigned int nlife;

static const char *statement_text(const struct kp_sim *sim)
{
	const struct kp_ctx *main = &sim->main;

	return main->spec == ~0u ? main->spec_text->data :
	       sim->vm.prog->str[sim->vm.prog->spec[main->spec].text]->data;
}

/* The event, if it is one of the session's own, or a timer; a profile never fires here. */
static bool resolve(const char *text, struct ktap_event *ev)
{
	struct event_query query = { .text = text };
	struct event_list list = { 0 };
	struct buf why = { 0 };
	const struct event_source *source = source_of_text(text);
	bool ok = (source == &life_source || source == &timer_source) &&
		  !source->resolve(NULL, &query, &list, &why);

	if (ok)
		*ev = list.at[0];
	event_list_free(&list);
	buf_free(&why);
	return ok;
}

static void attach(struct kp_sim *sim, void *arg)
{
	static const struct ktap_field none[KTAP_MAX_FREFS];
	const char *text = statement_text(sim);
	struct life *l = &life[nlife];

	(void)arg;
	if (nlife == MAX_LIFE || !resolve(text, &l->ev))
		return;
	l->fn = kp_closure_get(sim->main.handler);
	l->probe = (struct kp_probe){
		.id = nlife++, .kind = l->ev.kind, .refs = none, .nrefs = KTAP_MAX_FREFS,
		.name = kp_static_str(l->name, l->ev.name, strlen(l->ev.name), sim->vm.prog->seed),
	};
	l->due = l->ev.period_ns;
}

/* The text of begin and of a tick is its name. */
static void render_event(void *arg, uint32_t probe, const void *bytes, size_t len,
			 struct buf *out)
{
	(void)arg, (void)bytes, (void)len;
	buf_printf(out, "%s", probe < nlife ? life[probe].ev.name : "?");
}

static void fire(struct kp_sim *sim, struct life *l)
{
	struct kp_event ev = { .probe = &l->probe };

	kp_sim_fire_process(sim, l->fn, &ev);
}

static void run_begin(struct kp_sim *sim)
{
	for (unsigned int i = 0; i < nlife && !sim->exited; i++)
		if (life[i].ev.kind == KTAP_EV_BEGIN)
			fire(sim, &life[i]);
}

static struct life *next_tick(void)
{
	struct life *first = NULL;

	for (unsigned int i = 0; i < nlife; i++)
		if (life[i].ev.kind == KTAP_EV_TICK && (!first || life[i].due < first->due))
			first = &life[i];
	return first;
}

static void run_ticks(struct kp_sim *sim)
{
	struct life *l;

	for (int n = 0; n < MAX_TICKS && !sim->exited && (l = next_tick()); n++) {
		l->due += l->ev.period_ns;
		fire(sim, l);
	}
}

static void run_life(struct kp_sim *sim)
{
	run_begin(sim);
	run_ticks(sim);
}

static int run(struct kp_prog *prog, const struct image *names)
{
	struct ktap_printer_opts popts = { .out = stdout, .err = stderr, .image = names,
					  .event = render_event };
	struct kp_opts opts = kp_sim_opts();
	enum kp_run end, main_run;
	struct kp_sim sim;
	int code;

	if (kp_sim_init(&sim, prog, &opts, 1 << 20))
		return 3;
	ktap_printer_init(&printer, &popts);
	sim.drain = drain;
	sim.mem = memory;
	main_run = kp_sim_main(&sim, attach, NULL);
	if (main_run == KP_RUN_DONE)
		run_life(&sim);
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
