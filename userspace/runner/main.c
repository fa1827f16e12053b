// SPDX-License-Identifier: GPL-2.0
/*
 * main.c - the program ktap-run: an image on a machine that has nothing else of ktap
 * than the module.
 */
#include <stdio.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/running.h"

#define RING_BYTES	(128u << 10)	/* a small machine's, of each CPU */

static int work(struct options *o, struct buf *why)
{
	const struct ktap_source source = { .name = o->script };
	struct ktap_diag diag = { .out = stderr, .color = running_wants_color(STDERR_FILENO) };
	struct ktap_program *program = ktap_program__open(&source, &diag);
	int code;

	if (!program)
		return KTAP_EXIT_SCRIPT;
	if (!o->run.ring_bytes)
		o->run.ring_bytes = RING_BYTES;
	code = running_run(program, o, why);
	ktap_program__close(program);
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
	if (o.mode == MODE_DESCRIBE)
		return running_say(ktap_device__save(stdout, &why) ? KTAP_EXIT_SCRIPT : KTAP_EXIT_OK, &why);
	return running_say(work(&o, &why), &why);
}
