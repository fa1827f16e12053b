/* SPDX-License-Identifier: GPL-2.0 */
/*
 * running.h - what the programs ktap and ktap-run share of the way from options to
 * an exit status.
 */
#ifndef CLI_RUNNING_H
#define CLI_RUNNING_H

#include <stdbool.h>
#include "cli/options.h"

/* "ktap: " and the sentence, if there is one; gives back `code`. */
int running_say(int code, struct buf *why);

bool running_wants_color(int fd);
int running_version(void);
int running_help(void);

/* Runs the program to its end. */
int running_run(const struct ktap_program *program, struct options *o, struct buf *why);

#endif
