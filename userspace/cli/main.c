// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the program ktap: options → program → run → exit status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/running.h"

static int list(struct options *o, struct buf *why)
{
	o->list.out = stdout;
	o->list.color = running_wants_color(STDOUT_FILENO);
	return ktap_events__list(&o->list, why) ? KTAP_EXIT_SCRIPT : KTAP_EXIT_OK;
}

static int use(const struct ktap_program *program, struct options *o, struct buf *why)
{
	switch (o->mode) {
	case MODE_SAVE:
		return ktap_program__save(program, o->save_as, why) ? KTAP_EXIT_SCRIPT : KTAP_EXIT_OK;
	case MODE_DISASSEMBLE:
		return ktap_program__disassemble(program, stdout) ? KTAP_EXIT_SCRIPT : KTAP_EXIT_OK;
	case MODE_RUN:
		return running_run(program, o, why);
	default:
		return KTAP_EXIT_OK;
	}
}

/* What is compiled for elsewhere need not fit the events of this machine. */
static int work(struct options *o, const struct ktap_target *target, struct buf *why)
{
	const struct ktap_source source = {
		.name = o->text ? "-e" : o->script, .text = o->text,
		.argc = o->argc, .argv = o->argv,
		.check_events = o->mode == MODE_RUN || o->mode == MODE_CHECK || o->target,
		.elsewhere = o->target,
		.wait = o->run.wait,
		.pid = o->run.scope.npids == 1 ? o->run.scope.pids[0] : 0,
	};
	struct ktap_diag diag = { .out = stderr, .color = running_wants_color(STDERR_FILENO) };
	struct ktap_program *program = ktap_program__open(&source, &diag);
	int code;

	if (!program)
		return KTAP_EXIT_SCRIPT;
	code = target && ktap_program__fits(program, target, why) ? KTAP_EXIT_SCRIPT : use(program, o, why);
	ktap_program__close(program);
	return code;
}

static int render(struct options *o, struct buf *why)
{
	struct ktap_render_opts opts = { .err = stderr, .json = o->run.json, .stamps = o->run.stamps,
					 .color = running_wants_color(STDERR_FILENO) };
	int code = KTAP_EXIT_USAGE;

	opts.in = strcmp(o->stream, "-") ? fopen(o->stream, "re") : stdin;
	if (!opts.in) {
		buf_printf(why, "%s: %s", o->stream, strerror(errno));
	} else if (!running_open(o, &opts.out, why)) {
		code = ktap_stream__render(&opts, why);
		code = running_close(o, opts.out, code, why);
	}
	if (opts.in && opts.in != stdin)
		fclose(opts.in);
	return code;
}

static int work_for_target(struct options *o, struct buf *why)
{
	struct ktap_target *target = o->target ? ktap_target__open(o->target, why) : NULL;
	int code;

	if (o->target && !target)
		return KTAP_EXIT_USAGE;
	code = o->mode == MODE_LIST ? list(o, why) : work(o, target, why);
	ktap_target__close(target);
	return code;
}

int main(int argc, char **argv)
{
	struct buf why = { 0 };
	struct options o;

	if (options_read(argc, argv, &o, &why))
		return running_say(KTAP_EXIT_USAGE, &why);
	if (o.mode == MODE_HELP)
		return running_help();
	if (o.mode == MODE_VERSION)
		return running_version();
	if (o.mode == MODE_RENDER)
		return running_say(render(&o, &why), &why);
	return running_say(work_for_target(&o, &why), &why);
}
