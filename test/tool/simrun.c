// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "event/life.h"
#include "event/resolve.h"
#include "event/timer.h"
#include "output/print_form.h"
#include "util/text.h"
#include "simrun.h"
#include "../../vm/core/error.h"
#include "../../vm/core/obj.h"

#define MAX_HANDLERS	1024
#define MAX_TICKS	1000
#define RING_BYTES	(1u << 18)

/* A trace statement that was reached. */
struct handler {
	struct kp_closure *fn;
	struct ktap_event ev;
	struct kp_probe probe;
	char name[512];		/* as the core wants strings */
	uint64_t due;
};

struct run {
	struct simrun *r;
	struct kp_sim sim;
	struct ktap_printer printer;
	struct handler handler[MAX_HANDLERS];
	struct kp_sim_ledger ledger[MAX_HANDLERS];
	unsigned int n;
	struct ktap_field word[KP_EVENT_WORDS], ref[KTAP_MAX_FREFS], none[KTAP_MAX_FREFS];
	struct ktap_field in_record[KTAP_MAX_FREFS];
};

static void drain(void *data, const void *records, size_t len)
{
	struct run *run = data;

	if (run->r->records)
		buf_add(run->r->records, records, len);
	ktap_print_records(&run->printer, records, len);
	ktap_print_flush(&run->printer);
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

/* --- trace statements --- */

static void statement_text(const struct kp_sim *sim, struct buf *text)
{
	const struct kp_ctx *main = &sim->main;
	const struct kp_str *s = main->spec == ~0u ? main->spec_text :
				 sim->vm.prog->str[sim->vm.prog->spec[main->spec].text];

	buf_add(text, s->data, s->len);
}

/* --- stacks --- */

static const u64 kernel_stack[] = {
	0xffffffff81000010u, 0xffffffff81000120u, 0xffffffff81002230u, 0xffffffff81003340u, 0 };
static const u64 user_stack[] = { 0x401010, 0x401120, 0x402230, 0 };

/* --- events with a record --- */

struct record {
	char name[16];
	uint32_t where;		/* of text: bytes << 16 | offset */
	char text[12];
};

static const struct record record = {
	"a name", sizeof(record.text) << 16 | offsetof(struct record, text), "some text",
};

static const struct ktap_field record_fields[] = {
	{ KTAP_SRC_RECORD, KTAP_FT_CHARS, sizeof(record.name), 0 },
	{ KTAP_SRC_RECORD, KTAP_FT_DATA_LOC, 4, offsetof(struct record, where) },
};

static struct ktap_field record_field(const struct kp_prog *prog, const struct ktap_ifref *f)
{
	const char *name = f->kind == KTAP_FREF_NAME ? prog->str[f->name]->data : "";

	return !strncmp(name, "name", 4) ? record_fields[0] :
	       !strncmp(name, "text", 4) ? record_fields[1] : (struct ktap_field){ 0 };
}

/* Fields of a system call go by position. */
static void make_fields(struct run *run, const struct kp_prog *prog)
{
	for (uint32_t i = 0; i < KP_EVENT_WORDS; i++)
		run->word[i] = (struct ktap_field){ KTAP_SRC_WORD, KTAP_FT_S64, 0, i };
	for (uint32_t i = 0; i < prog->nfref; i++) {
		const struct ktap_ifref *f = &prog->fref[i];

		if (f->kind != KTAP_FREF_NAME && f->index < KP_EVENT_WORDS)
			run->ref[i] = run->word[f->index];
		run->in_record[i] = record_field(prog, f);
	}
}

/* One of the session's own events, or a timer's; a profile never fires here. */
static bool resolve(const struct event_source *source, const char *text, struct ktap_event *ev)
{
	struct event_query query = { .text = text };
	struct event_list list = { 0 };
	struct buf why = { 0 };
	bool ok = !source->resolve(NULL, &query, &list, &why);

	if (ok)
		*ev = list.at[0];
	event_list_free(&list);
	buf_free(&why);
	return ok;
}

static bool parse_event(struct run *run, struct handler *h, const char *text)
{
	const struct event_source *source = source_of_text(text);

	if (source == &life_source || source == &timer_source)
		return resolve(source, text, &h->ev);
	if (!strncmp(text, "record:", 7))
		h->ev = (struct ktap_event){ .kind = KTAP_EV_TRACEPOINT, .name = "test" };
	else
		h->ev = (struct ktap_event){ .kind = KTAP_EV_SYS_ENTER, .name = "sys_enter_test" };
	return run->r->rounds;
}

static void attach(struct kp_sim *sim, void *arg)
{
	struct run *run = arg;
	struct handler *h = &run->handler[run->n];
	struct buf text = { 0 };
	bool known;

	statement_text(sim, &text);
	known = run->n < MAX_HANDLERS && parse_event(run, h, text_cstr(&text));
	buf_free(&text);
	if (!known)
		return;
	h->fn = kp_closure_get(sim->main.handler);
	h->probe = (struct kp_probe){
		.id = run->n++, .kind = h->ev.kind, .refs = run->none, .nrefs = KTAP_MAX_FREFS,
		.name = kp_static_str(h->name, h->ev.name, strlen(h->ev.name), sim->vm.prog->seed),
	};
	run->ledger[h->probe.id].name = h->probe.name;
	if (h->ev.kind == KTAP_EV_SYS_ENTER) {
		h->probe.refs = run->ref;
		h->probe.args = run->word;
		h->probe.nargs = KP_EVENT_WORDS;
	} else if (h->ev.kind == KTAP_EV_TRACEPOINT) {
		h->probe.refs = run->in_record;
		h->probe.args = record_fields;
		h->probe.nargs = sizeof(record_fields) / sizeof(record_fields[0]);
	}
	h->due = h->ev.period_ns;
}

/* The text of an event is its name. */
static void render_event(void *arg, uint32_t probe, const void *bytes, size_t len,
			 struct buf *out)
{
	const struct run *run = arg;

	(void)bytes, (void)len;
	buf_printf(out, "%s", probe < run->n ? run->handler[probe].ev.name : "?");
}

static void render_probe(void *arg, uint32_t probe, struct buf *out)
{
	render_event(arg, probe, NULL, 0, out);
}

static void fire_process(struct run *run, struct handler *h)
{
	struct kp_event ev = { .probe = &h->probe };

	kp_sim_fire_process(&run->sim, h->fn, &ev);
}

static void run_begin(struct run *run)
{
	for (unsigned int i = 0; i < run->n && !run->sim.exited; i++)
		if (run->handler[i].ev.kind == KTAP_EV_BEGIN)
			fire_process(run, &run->handler[i]);
}

static struct handler *next_tick(struct run *run)
{
	struct handler *first = NULL;

	for (unsigned int i = 0; i < run->n; i++) {
		struct handler *h = &run->handler[i];

		if (h->ev.kind == KTAP_EV_TICK && (!first || h->due < first->due))
			first = h;
	}
	return first;
}

static bool run_tick(struct run *run)
{
	struct handler *h = next_tick(run);

	if (!h || run->sim.exited)
		return false;
	h->due += h->ev.period_ns;
	fire_process(run, h);
	return true;
}

static void run_ticks(struct run *run)
{
	for (int n = 0; n < MAX_TICKS && run_tick(run); n++)
		;
}

static void fire(struct run *run, struct handler *h, uint32_t round)
{
	struct kp_event ev = { .probe = &h->probe, .word = { 1, round, 2 * round } };

	run->r->fired++;
	if (h->ev.kind == KTAP_EV_TRACEPOINT) {
		ev.rec = &record;
		ev.rec_len = sizeof(record);
	}
	if (run->r->nmi && round % 2)
		kp_sim_fire_nmi(&run->sim, h->fn, &ev);
	else
		kp_sim_fire(&run->sim, h->fn, &ev);
}

static void run_calls(struct run *run)
{
	for (uint32_t round = 1; round <= run->r->rounds; round++) {
		for (unsigned int i = 0; i < run->n && !run->sim.exited; i++)
			if (run->handler[i].probe.nargs)
				fire(run, &run->handler[i], round);
		run_tick(run);
	}
}

/* --- the end --- */

/* What the ledger would tell. */
static void count_losses(struct run *run)
{
	struct kp_vm *vm = &run->sim.vm;

	run->r->drops = (u64)atomic64_read(&vm->table_drops);
	run->r->faults = (u64)atomic64_read(&vm->faults);
	run->r->truncated = (u64)atomic64_read(&vm->truncated);
	run->r->errors = (u64)atomic64_read(&vm->errors);
	run->r->lost = run->sim.cpu[0].ring.dropped;
}

/* What the module would tell of it. */
static void read_ledger(struct run *run, struct ledger *l)
{
	const struct kp_ring *ring = &run->sim.cpu[0].ring;
	struct kp_vm *vm = &run->sim.vm;
	struct ktap_error_count e;

	l->stats = (struct ktap_ioc_stats){
		.nprobes = run->n,
		.emitted = ring->emitted, .delivered = ring->delivered, .dropped = ring->dropped,
		.table_drops = run->r->drops, .faults = run->r->faults,
		.truncated = run->r->truncated, .errors = run->r->errors,
		.mem_used = (u64)atomic64_read(&vm->heap.used), .mem_peak = vm->heap.peak,
		.mem_limit = vm->heap.limit,
	};
	l->read = run->printer.records + run->printer.damaged;
	l->told_lost = run->printer.lost;
	l->unplaced = (u64)atomic64_read(&vm->errors_unplaced);
	for (unsigned int i = 0; i < run->n; i++)
		*list_push(&l->probes) = run->ledger[i].stats;
	for (unsigned int i = 0; i < KP_ERROR_PLACES; i++)
		if (kp_error_read(&vm->place[i], &e))
			*list_push(&l->places) = e;
}

/* KTAP_SIM_TAMPER: books that lie, to see that it is noticed. */
static void tamper(struct ledger *l)
{
	const char *what = getenv("KTAP_SIM_TAMPER");

	if (!what)
		return;
	l->stats.delivered -= !strcmp(what, "delivered");
	l->read -= !strcmp(what, "read");
	if (!strcmp(what, "fired") && l->probes.n)
		l->probes.at[0].fired++;
	if (!strcmp(what, "faults") && l->probes.n)
		l->probes.at[0].faults++;
}

static void account(struct run *run)
{
	struct ledger l = { 0 };
	struct buf text = { 0 };

	read_ledger(run, &l);
	tamper(&l);
	ledger_check(&l);
	ktap_print_ledger(&run->printer, &l);
	for (unsigned int i = 0; i < l.imbalances.n; i++) {
		const struct imbalance *b = &l.imbalances.at[i];

		text.len = 0;
		imbalance_text(b, b->probe < run->n ? run->handler[b->probe].ev.name : "", &text);
		fprintf(run->r->err, "ktap: %s\n", text_cstr(&text));
		run->r->code = 3;
	}
	buf_free(&text);
	ledger_free(&l);
}

static u64 let_go(struct run *run)
{
	struct kp_vm *vm = &run->sim.vm;
	const struct kp_shared nil = { .obj = KTAP_T_NIL };

	for (u32 i = 0; i < vm->prog->nglobal; i++)
		kp_slot_put(vm, &vm->global[i], &nil);
	while (vm->nend)
		kp_closure_put(vm, vm->end[--vm->nend]);
	for (unsigned int i = 0; i < run->n; i++)
		kp_closure_put(vm, run->handler[i].fn);
	kp_vm_service(vm);
	return (u64)atomic64_read(&vm->heap.used);
}

/* As ktap does: trace_end runs where the main chunk came to its end. */
static void run_all(struct run *run)
{
	enum kp_run end, main_run = kp_sim_main(&run->sim, attach, run);

	if (main_run == KP_RUN_DONE) {
		run_begin(run);
		if (run->r->rounds)
			run_calls(run);
		else
			run_ticks(run);
	}
	run->r->code = run->sim.exited ? run->sim.exit_code : main_run == KP_RUN_ERROR;
	if (main_run == KP_RUN_DONE || run->sim.exited) {
		end = kp_sim_end(&run->sim);
		if (!run->r->code && end == KP_RUN_ERROR)
			run->r->code = 1;
	}
	kp_sim_drain(&run->sim);
}

bool simrun(struct kp_prog *prog, struct simrun *r)
{
	struct kp_opts opts = kp_sim_opts();
	static struct run run;
	struct ktap_printer_opts popts = {
		.out = r->out, .err = r->err, .form = r->json ? &print_json : &print_text,
		.names = { .image = r->names, .arg = &run, .event = render_event, .probe = render_probe },
	};

	run = (struct run){ .r = r };
	make_fields(&run, prog);
	if (r->mem_limit)
		opts.mem_limit = r->mem_limit;
	if (r->max_steps)
		opts.max_steps = r->max_steps;
	if (kp_sim_init(&run.sim, prog, &opts, RING_BYTES))
		return false;
	ktap_printer_init(&run.printer, &popts);
	run.sim.drain = drain;
	run.sim.data = &run;
	run.sim.mem = memory;
	run.sim.stack = kernel_stack;
	run.sim.ustack = user_stack;
	run.sim.patience = r->patience;
	run.sim.ledger = run.ledger;
	run.sim.nledger = MAX_HANDLERS;
	run.sim.now = r->now;
	run.sim.tick = r->tick;
	run_all(&run);
	ktap_printer_finish(&run.printer);
	count_losses(&run);
	account(&run);
	ktap_printer_exit(&run.printer);
	if (r->count_memory)
		r->mem_left = let_go(&run);
	kp_sim_exit(&run.sim);
	return true;
}
