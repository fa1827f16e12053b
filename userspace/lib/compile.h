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

#include "check/script.h"
#include "util/diag.h"

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
