// SPDX-License-Identifier: GPL-2.0
#include "cli/running.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/socket.h"
#include "util/text.h"

int running_say(int code, struct buf *why)
{
	if (why->len)
		fprintf(stderr, "ktap: %s\n", text_cstr(why));
	buf_free(why);
	return code;
}

bool running_wants_color(int fd)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fd) && !(no && *no);
}

int running_version(void)
{
	struct buf text = { 0 };

	buf_printf(&text, "ktap " KTAP_VERSION "\n");
	ktap_module__describe(&text);
	fputs(text_cstr(&text), stdout);
	buf_free(&text);
	return KTAP_EXIT_OK;
}

int running_help(void)
{
	fputs(options_help, stdout);
	return KTAP_EXIT_OK;
}

int running_open(struct options *o, FILE **out, struct buf *why)
{
	if (!o->output)
		*out = stdout;
	else if (o->run.raw && socket_is(o->output))
		*out = socket_open(o->output, why);
	else
		*out = fopen(o->output, "we");
	if (!*out && !why->len)
		buf_printf(why, "%s: %s", o->output, strerror(errno));
	return *out ? 0 : -1;
}

int running_close(const struct options *o, FILE *out, int code, struct buf *why)
{
	if (!o->output || !fclose(out))
		return code;
	if (!why->len)
		buf_printf(why, "%s: %s", o->output, strerror(errno));
	return code ? code : KTAP_EXIT_SCRIPT;
}

/* The banner is for somebody who watches: never in a file. */
int running_run(const struct ktap_program *program, struct options *o, struct buf *why)
{
	int code;

	o->run.err = stderr;
	o->run.color = running_wants_color(STDERR_FILENO);
	o->run.quiet |= !isatty(STDERR_FILENO);
	if (running_open(o, &o->run.out, why))
		return KTAP_EXIT_USAGE;
	code = ktap_program__run(program, &o->run);
	return running_close(o, o->run.out, code, why);
}
