/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options.h - the command line, read.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include "lib/libktap.h"
#include "util/numbers.h"

enum mode {
	MODE_RUN,
	MODE_CHECK,		/* --check */
	MODE_DISASSEMBLE,	/* -b */
	MODE_SAVE,		/* --emit */
	MODE_LIST,		/* -l */
	MODE_HELP,
	MODE_VERSION,
};

struct options {
	enum mode mode;
	const char *script;	/* a file, NULL with -e */
	const char *text;	/* of -e */
	const char *save_as;
	struct ktap_list_opts list;	/* of -l; the stream is not filled in */
	const char *output;	/* -o, NULL: standard output */
	int argc;
	const char *const *argv;
	struct numbers pids, cpus;	/* of -p, -C */
	const char *command_text;	/* of -c */
	struct ktap_run_opts run;	/* the streams are not filled in */
};

/* 0; or -1 and a sentence. */
int options_read(int argc, char **argv, struct options *o, struct buf *why);

extern const char options_help[];

#endif
