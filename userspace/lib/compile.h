/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compile.h - script text to program image, in one call. Input: a text, or a
 * file's name; output: the image, which the caller gives back with
 * ktap_image_free(). Nothing is kept between calls; calls in different threads
 * do not meet. What is wrong is said through the diagnostics.
 */
#ifndef KTAP_LIB_COMPILE_H
#define KTAP_LIB_COMPILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "util/diag.h"

/* What is wrong with an event; filled by the caller's check_event. */
struct ktap_event_problem {
	int field;		/* index of the field that the event lacks, -1: the event itself */
	char message[256];	/* one line, without newline */
	char hint[256];		/* "did you mean ...?", empty: none */
};

/*
 * Asked for every event that the program names literally. `spec` is the text
 * without its condition; `fields` are the names that its handler takes from
 * args, without repetition. 0: it can be traced.
 */
typedef int (*ktap_check_event_fn)(void *data, const char *spec,
				   const char *const *fields, unsigned int nfields,
				   struct ktap_event_problem *problem);

struct ktap_compile_opts {
	size_t size;		/* sizeof(struct ktap_compile_opts) */
	const char *name;	/* the script's file, or what stands for it in messages */
	const char *text;	/* NULL: read the file `name` */
	size_t text_len;
	const char *library;	/* folder of modules for import, NULL: none */
	int argc;		/* the script's arguments, $1 .. */
	const char *const *argv;	/* argv[0] is $1 */
	ktap_check_event_fn check_event;	/* NULL: events are not checked */
	void *check_data;
};

struct ktap_image_buf {
	void *data;
	size_t len;
};

/*
 * 0, or -1 when the script has mistakes or cannot be read; diag->errors counts
 * what was said. Output is then untouched.
 */
int ktap_compile(const struct ktap_compile_opts *opts, struct ktap_diag *diag,
		 struct ktap_image_buf *out);
void ktap_image_free(struct ktap_image_buf *image);

/* The parsed tree as text; checked: after names are bound and constants folded. */
int ktap_dump_ast(const struct ktap_compile_opts *opts, struct ktap_diag *diag,
		  bool checked, FILE *out);

#endif
