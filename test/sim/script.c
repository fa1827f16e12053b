// SPDX-License-Identifier: GPL-2.0
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

/* Each thread that plays a CPU drains its own ring; there is one printer. */
static void drain(void *data, const void *records, size_t len)
{
	static pthread_mutex_t one_printer = PTHREAD_MUTEX_INITIALIZER;
	struct script *s = data;

	pthread_mutex_lock(&one_printer);
	ktap_print_records(&s->printer, records, len);
	pthread_mutex_unlock(&one_printer);
}

static void attach(struct kp_sim *sim, void *arg)
{
	struct script *s = arg;

	if (s->nhandlers < SCRIPT_HANDLERS)
		s->handler[s->nhandlers++] = kp_closure_get(sim->main.handler);
}

static void compile(struct script *s, const char *text)
{
	struct ktap_compile_opts opts = {
		.size = sizeof(opts), .name = "test", .text = text, .text_len = strlen(text),
	};
	struct ktap_diag diag = ktap_diag_stderr();
	struct ktap_error_info err;
	struct buf why = { 0 };

	if (ktap_compile(&opts, &diag, &s->image) ||
	    kp_prog_load(s->image.data, s->image.len, SCRIPT_SEED, &s->prog, &err) ||
	    kp_verify(s->prog, &err) ||
	    image_open(&s->names, s->image.data, s->image.len, &why)) {
		printf("Bail out! script does not compile: %s\n", text);
		exit(1);
	}
}

void script_open(struct script *s, const char *text, const struct kp_opts *opts)
{
	struct kp_opts def = kp_sim_opts();

	memset(s, 0, sizeof(*s));
	compile(s, text);
	s->out_file = open_memstream(&s->out, &s->out_len);
	ktap_printer_init(&s->printer, &(struct ktap_printer_opts){
		.out = s->out_file, .err = s->out_file, .names.image = &s->names });
	if (kp_sim_init(&s->sim, s->prog, opts ? opts : &def, 1 << 18))
		abort();
	s->sim.drain = drain;
	s->sim.data = s;
	s->main_run = kp_sim_main(&s->sim, attach, s);
}

/* The field references of the image, looked up in the event's positional arguments. */
void script_resolve(struct script *s, struct kp_probe *p)
{
	static struct ktap_field refs[KTAP_MAX_FREFS];
	u32 i;

	for (i = 0; i < s->prog->nfref; i++) {
		const struct ktap_ifref *r = &s->prog->fref[i];
		u32 n = r->kind == KTAP_FREF_SCNR ? 0 : r->kind == KTAP_FREF_RETVAL ? 1 : r->index;

		refs[i] = n < p->nargs ? p->args[n] : (struct ktap_field){ 0 };
	}
	p->refs = refs;
	p->nrefs = s->prog->nfref;
}

bool script_fire(struct script *s, u32 n, struct kp_event *ev)
{
	script_resolve(s, (struct kp_probe *)ev->probe);
	return kp_sim_fire(&s->sim, s->handler[n], ev);
}

void script_end(struct script *s)
{
	kp_sim_end(&s->sim);
	kp_sim_drain(&s->sim);
	ktap_print_flush(&s->printer);
	fflush(s->out_file);
}

void script_printed(struct script *s, const char *want, const char *name)
{
	bool same;

	kp_sim_drain(&s->sim);
	ktap_print_flush(&s->printer);
	fflush(s->out_file);
	same = s->out && !strcmp(s->out, want);
	ok(same, "%s", name);
	if (!same)
		printf("# got:  %s\n# want: %s\n", s->out, want);
}

void script_close(struct script *s)
{
	ktap_printer_exit(&s->printer);
	fclose(s->out_file);
	free(s->out);
	kp_sim_exit(&s->sim);
	kp_prog_free(s->prog);
	ktap_image_free(&s->image);
}
