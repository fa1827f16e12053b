/* SPDX-License-Identifier: GPL-2.0 */
/*
 * options.h - the command line, read.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <getopt.h>
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
	MODE_DESCRIBE,		/* --describe */
	MODE_RENDER,		/* --render */
};

struct options {
	enum mode mode;
	const char *script;	/* a file, NULL with -e */
	const char *text;	/* of -e */
	const char *save_as;
	const char *stream;	/* of --render */
	const char *target;	/* of --target, NULL: this machine */
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

/* What the program takes of them: words.c of each. Long ones without a letter are these. */
enum option_word {
	OPT_STRICT = 256, OPT_JSON, OPT_NO_JIT, OPT_RING, OPT_MEM, OPT_STRING, OPT_MAX_CPU, OPT_CHECK,
	OPT_EMIT, OPT_CGROUP, OPT_WAIT, OPT_VERSION, OPT_TARGET, OPT_DESCRIBE, OPT_RAW, OPT_RENDER,
};

extern const char options_help[], options_short[];
extern const char options_nothing[];	/* the sentence about a script that is not given */
extern const struct option options_long[];

#endif
