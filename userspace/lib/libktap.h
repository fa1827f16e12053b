/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libktap.h - what the command line is made of: a program from a script or an
 * image file, looked at, written, or run.
 */
#ifndef LIB_LIBKTAP_H
#define LIB_LIBKTAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <ktap/version.h>
#include "run/exitcode.h"
#include "run/scope.h"
#include "util/buf.h"
#include "util/diag.h"

/* Where a program comes from. */
struct ktap_source {
	const char *name;	/* a file, "-" for standard input, or what stands for `text` */
	const char *text;	/* NULL: read the file */
	int argc;		/* the script's arguments */
	const char *const *argv;
	bool check_events;	/* complain of events that this machine, or the target, lacks */
	bool elsewhere;		/* programs and libraries are a target's, and not to be looked at */
	bool wait;		/* but not of those that a module of the kernel may bring */
	int pid;		/* the process whose libraries are meant; 0: none in particular */
};

struct ktap_program;

/*
 * Reads a script and compiles it, or reads an image: the first bytes tell. NULL
 * when that fails; it was said why, through `diag`.
 */
struct ktap_program *ktap_program__open(const struct ktap_source *source, struct ktap_diag *diag);
void ktap_program__close(struct ktap_program *program);

/* 0, or -1 and a sentence. */
int ktap_program__save(const struct ktap_program *program, const char *file, struct buf *why);

/* 0; or -1, and `out` says why. */
int ktap_program__disassemble(const struct ktap_program *program, FILE *out);

/* All zeros are sensible but for the streams. */
struct ktap_run_opts {
	FILE *out, *err;
	bool quiet, verbose, strict, stamps, color;
	bool json;		/* the output: an object a line, as doc/json.md says */
	bool raw;		/* the output: a stream for ktap_stream__render() */
	bool no_jit;		/* interpret, where there could be machine code */
	bool wait;		/* for modules that bring events which are not there */
	struct scope scope;	/* all zeros: everything */
	const char *const *command;	/* to be run and traced, ends with NULL */
	bool everything;	/* not only of the command, but while it runs */
	uint64_t ring_bytes;	/* of one CPU, 0: the default */
	uint64_t mem_bytes;	/* 0: the default */
	uint32_t string_bytes;	/* of the longest string, 0: the default */
	uint32_t max_cpu;	/* percent of each CPU for handlers, 0: the default, 100: all of it */
};

/* Runs the program to its end; enum ktap_exit, or what exit() was given. */
int ktap_program__run(const struct ktap_program *program, const struct ktap_run_opts *opts);

/* What ktap_run_opts.raw wrote, as text or JSON; enum ktap_exit. */
struct ktap_render_opts {
	FILE *in, *out, *err;
	bool json, stamps, color;
};

int ktap_stream__render(const struct ktap_render_opts *opts, struct buf *why);

/* Which events are listed. */
struct ktap_list_opts {
	FILE *out;
	const char *glob;	/* NULL: all; "switch*" is "*:switch*" */
	char kind;		/* 0: all; 'e': tracepoints; functions 'f': of the kernel, 'm': of modules */
	bool color;
};

/* A line for each event that matches: its text, a tab, its arguments. 0; or -1 and a sentence. */
int ktap_events__list(const struct ktap_list_opts *opts, struct buf *why);

/* What is known of a machine: of this one, as lines of "key: value"; taken from such lines. */
struct ktap_device {
	char release[65], machine[65], boot[40];
	char module[32];	/* its version; "": it was not loaded */
	uint32_t interface, images;
	uint64_t features;
};

void ktap_device__describe(struct buf *out);
void ktap_device__parse(const char *text, struct ktap_device *device);

/* Writes this machine's description (describe.c). 0; or -1 and a sentence. */
int ktap_device__save(FILE *out, struct buf *why);

/* Whether it runs images of that version and with these features. 0; or -1 and a sentence. */
int ktap_device__takes(const struct ktap_device *device, uint32_t images, uint64_t features,
		       struct buf *why);

/*
 * From then on events, symbols and types are those of the description in `file`, in
 * the whole process. NULL and a sentence. Close it when nothing asks for them any more.
 */
struct ktap_target;
struct ktap_target *ktap_target__open(const char *file, struct buf *why);
void ktap_target__close(struct ktap_target *target);
const struct ktap_device *ktap_target__device(const struct ktap_target *target);

/* Whether the target runs the program. 0; or -1 and a sentence. */
int ktap_program__fits(const struct ktap_program *program, const struct ktap_target *target,
		       struct buf *why);

/* Adds a line that tells the module's versions, or why there is none. */
void ktap_module__describe(struct buf *out);

#endif
