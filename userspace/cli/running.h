/* SPDX-License-Identifier: GPL-2.0 */
/*
 * running.h - what the programs ktap and ktap-run share of the way from options to
 * an exit status.
 */
#ifndef CLI_RUNNING_H
#define CLI_RUNNING_H

#include <stdbool.h>
#include <stdio.h>
#include "cli/options.h"

/* "ktap: " and the sentence, if there is one; gives back `code`. */
int running_say(int code, struct buf *why);

bool running_wants_color(int fd);
int running_version(void);
int running_help(void);

/* -o, or standard output. 0; or -1 and a sentence. */
int running_open(struct options *o, FILE **out, struct buf *why);

/* Closes it if it is none of the standard streams; the code, or that of a failure. */
int running_close(const struct options *o, FILE *out, int code, struct buf *why);

/* Runs the program to its end. */
int running_run(const struct ktap_program *program, struct options *o, struct buf *why);

#endif
